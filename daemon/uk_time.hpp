#pragma once

#include <string>

#include "connectors/result.hpp"

namespace barometer {

// Clock time in the United Kingdom (Europe/London, summer time included), as people read it on the page and in mail.
// Any thread.

// "Wednesday 4 March 2026, 8:15pm"
std::string uk_time(UtcTime time);

// "8:15pm" on the UK day of `now`, "yesterday, 8:15pm" on the one before, else as uk_time().
std::string uk_time_short(UtcTime time, UtcTime now);

}  // namespace barometer
