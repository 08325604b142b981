#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/result.hpp"

namespace barometer {

// Times as the web writes them. The readers take any bytes and give a time from 1970-01-01 to 9999-12-31, or nothing:
// earlier and later ones are mistakes of the writer's, and a post without a time is better than one in the year 1.
// 24:00 is the next day's 00:00; a leap second is the second before it.

// "2026-11-21T20:15:00.000Z". Times outside the years 0 to 9999 come out as the nearest one inside.
std::string to_iso(UtcTime time);

// ISO 8601 and RFC 3339 with their variants (date alone, month alone, no zone meaning UTC, +0000, +01, basic format, a blank for the
// T, fraction of any length cut to milliseconds).
std::optional<UtcTime> parse_iso(std::string_view text);

// RFC 822, 850, 1123 and 2822 and C's asctime, with the defects met in feeds and headers: two-digit years, wrong, long or missing
// day names, long month names, single digits, comments, EST or BST, "21st", "8:15 pm", no seconds, no time, no zone (UTC).
// A zone name that nobody knows counts as UTC, as RFC 2822 section 4.3 has it.
std::optional<UtcTime> parse_rfc822(std::string_view text);

// Either of the two.
std::optional<UtcTime> parse_time(std::string_view text);

}  // namespace barometer
