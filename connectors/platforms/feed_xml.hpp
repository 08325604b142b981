#pragma once

#include <string>
#include <string_view>

#include "connectors/platforms/feed_item.hpp"
#include "connectors/result.hpp"

namespace barometer {

// RSS 0.90, 0.91, 0.92, 1.0 and 2.0 (rssboard.org/rss-specification, web.resource.org/rss/1.0), Atom 0.3 and 1.0 (RFC 4287),
// CDF, and mixtures of them. Well-formed XML without a document type is read as it stands, anything else after mend_xml; no network, no
// external entities.
// `base` is the address that relative links are seen from, after xml:base. The text is UTF-8 without byte-order mark.
// Fails with skip when it is no feed.
Result<Feed> read_feed_xml(std::string_view utf8, const std::string& base);

}  // namespace barometer
