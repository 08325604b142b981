#pragma once

#include <string>
#include <string_view>

#include "connectors/platforms/feed_item.hpp"
#include "connectors/result.hpp"

namespace barometer {

// JSON Feed 1 and 1.1 (jsonfeed.org/version/1.1). Fails with retry when the JSON breaks off, with skip when it is another JSON.
Result<Feed> read_feed_json(std::string_view utf8, const std::string& base);

}  // namespace barometer
