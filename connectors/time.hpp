#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/result.hpp"

namespace barometer {

// "2026-11-21T20:15:00.000Z"
std::string to_iso(UtcTime time);

// ISO 8601 and RFC 3339 with their variants (date alone, no zone meaning UTC, +0000, basic format, fraction of any length).
std::optional<UtcTime> parse_iso(std::string_view text);

// RFC 822, 1123 and 2822 with the defects met in feeds and headers (two-digit years, wrong day names, EST, missing zone).
std::optional<UtcTime> parse_rfc822(std::string_view text);

// Either of the two.
std::optional<UtcTime> parse_time(std::string_view text);

}  // namespace barometer
