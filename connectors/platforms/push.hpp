#pragma once

#include "connectors/registry.hpp"

namespace barometer {

// Posts that others send to us (daemon/webhook.hpp takes them). Its row has no maker: nothing is asked.
Connector push_connector();

// For `barometer parse`: what would be sent. Kinds: json (an object or an array), ndjson. All or nothing.
Result<Page> parse_push(std::string body, const ParseOptions& options);

}  // namespace barometer
