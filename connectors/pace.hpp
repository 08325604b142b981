#pragma once

#include <chrono>

#include "connectors/source.hpp"

namespace barometer {

// The least time between two requests to one host, across all sources.
struct HostPace {
  std::chrono::milliseconds between{1000};
};

// How long one source waits between two requests. Pure: time and chance are handed in.
//
//   success   `every`, or longer where the answer's hints ask for it; page.more: not at all
//   failure   `every` doubled with each failure in a row, up to `ceiling`; a failure that only a person can mend goes straight there
//   wait      as a failure, but not before Failure::not_before
//
// A source is never given up: at the ceiling it is asked for ever, and what the other side asks for counts up to a day.
// Hints and not_before only ever lengthen a wait. When few requests are left in a platform's window (Hints::limit_left), they
// are spread evenly until it starts anew, page.more or not.
class Pace {
 public:
  // A ceiling below `every` counts as `every`.
  Pace(std::chrono::milliseconds every, std::chrono::milliseconds ceiling);

  // `chance` in [0, 1) spreads the wait by up to a tenth either way, so that sources do not come back in step;
  // past a moment that the other side named, only to the later side.
  std::chrono::milliseconds after_success(const Page& page, UtcTime now, double chance);
  std::chrono::milliseconds after_failure(const Failure& failure, UtcTime now, double chance);

  int failures_in_a_row() const { return failures_; }

 private:
  std::chrono::milliseconds every_;
  std::chrono::milliseconds ceiling_;
  int failures_ = 0;
};

}  // namespace barometer
