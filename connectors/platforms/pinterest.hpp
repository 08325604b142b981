#pragma once

#include <string>

#include "connectors/registry.hpp"

namespace barometer {

// A Pinterest account's pins, or those of one of its boards, by RSS. Thin over the platform feed.

// For `barometer parse`: a board's RSS, or the pins of the API (v5) as JSON.
Result<Page> parse_pinterest(std::string body, const ParseOptions& options);

// The registry's row.
Connector pinterest_connector();

}  // namespace barometer
