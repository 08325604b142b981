#pragma once

#include <string>

#include "connectors/registry.hpp"

namespace barometer {

// Google News by RSS: headlines that hold some words, with the outlet as author. Thin over the platform feed.

// For `barometer parse`.
Result<Page> parse_google_news(std::string body, const ParseOptions& options);

// The registry's row.
Connector google_news_connector();

}  // namespace barometer
