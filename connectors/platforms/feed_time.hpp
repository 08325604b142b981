#pragma once

#include <optional>
#include <string_view>

#include "connectors/result.hpp"

namespace barometer {

// A date as feeds write it: what parse_time() (connectors/time.hpp) reads, a date in Greek, Hungarian or Korean, and one whose end
// cannot be read ("2026-11-21T20:15:00Z junk"), which is read as far as it goes: a post of that day is not a post of today.
std::optional<UtcTime> parse_feed_time(std::string_view text);

}  // namespace barometer
