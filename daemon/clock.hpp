#pragma once

#include <chrono>

#include "connectors/result.hpp"

namespace barometer {

// The only place that reads the clock; everything else is handed the time.
inline UtcTime utc_now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace barometer
