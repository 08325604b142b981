#pragma once

#include <chrono>

#include "connectors/source.hpp"

namespace barometer {

// The least time between two requests to one host, across all sources.
struct HostPace {
  std::chrono::milliseconds between{1000};
};

// How long one source waits between two requests. Pure: time and chance are handed in.
// Failures double the wait from `every` up to `ceiling`, spread by jitter so that sources do not come back in step; a source is
// never given up: at the ceiling it is asked for ever. Hints and Failure::not_before can only lengthen a wait.
class Pace {
 public:
  Pace(std::chrono::milliseconds every, std::chrono::milliseconds ceiling);

  // `chance` in [0, 1) spreads the wait by up to a tenth either way.
  std::chrono::milliseconds after_success(const Page& page, UtcTime now, double chance);
  std::chrono::milliseconds after_failure(const Failure& failure, UtcTime now, double chance);

  int failures_in_a_row() const { return failures_; }

 private:
  std::chrono::milliseconds every_;
  std::chrono::milliseconds ceiling_;
  int failures_ = 0;
};

}  // namespace barometer
