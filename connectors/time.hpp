#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/result.hpp"

namespace barometer {

// Times as the web writes them. The readers take any bytes and give a time from 1970-01-01 to 9999-12-31, or nothing:
// earlier and later ones are mistakes of the writer's, and a post without a time is better than one in the year 1.
// 24:00 is the next day's 00:00, and so do hours, minutes, seconds and days beyond their number run over into what follows;
// a leap second is the second after it, as POSIX counts.

// "2026-11-21T20:15:00.000Z". Times outside the years 0 to 9999 come out as the nearest one inside.
std::string to_iso(UtcTime time);

// ISO 8601 and RFC 3339 with their variants (date alone, month alone, no zone meaning UTC, +0000, +01, zone names, basic format, a
// blank for the T, fraction of any length cut to milliseconds, day of the year, week, two-digit years, single digits).
std::optional<UtcTime> parse_iso(std::string_view text);

// RFC 822, 850, 1123 and 2822 and C's asctime, with the defects met in feeds and headers: two-digit years, wrong, long or missing
// day names, long month names, single digits, comments, EST or BST, "21st", "8:15 pm", no seconds, no time, no zone (UTC).
// 2026/11/21 as well. A zone name that nobody knows counts as UTC, as RFC 2822 section 4.3 has it; single
// letters as RFC 822 has them.
std::optional<UtcTime> parse_rfc822(std::string_view text);

// Either of the two.
std::optional<UtcTime> parse_time(std::string_view text);

}  // namespace barometer
