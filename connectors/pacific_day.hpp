#pragma once

#include <string>

#include "connectors/result.hpp"

namespace barometer {

// Google counts quota by the day of the Pacific coast (America/Los_Angeles, summer time included).

// The day there, as "2026-11-22".
std::string pacific_day(UtcTime now);
// When the next day begins there.
UtcTime next_pacific_day(UtcTime now);

}  // namespace barometer
