#pragma once

#include <string>

#include "connectors/registry.hpp"

namespace barometer {

// A SoundCloud account's tracks, by the podcast feed that it may have switched on. Thin over the platform feed.

// For `barometer parse`.
Result<Page> parse_soundcloud(std::string body, const ParseOptions& options);

// The registry's row.
Connector soundcloud_connector();

}  // namespace barometer
