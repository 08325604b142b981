#pragma once

#include <chrono>
#include <string>

#include "connectors/result.hpp"

namespace barometer {

// Clock time in the United Kingdom (Europe/London, summer time included), as people read it on the page and in mail.
// Any thread.

using UkTime = std::chrono::local_time<std::chrono::milliseconds>;
UkTime to_uk(UtcTime time);
// Of the hour that the clocks show twice, the first; of the hour that they leave out, the moment that it would have been
// before they changed.
UtcTime from_uk(UkTime time);

// "Wednesday 4 March 2026, 8:15pm"
std::string uk_time(UtcTime time);

// "8:15pm" on the UK day of `now`, "yesterday, 8:15pm" on the one before, else as uk_time().
std::string uk_time_short(UtcTime time, UtcTime now);

}  // namespace barometer
