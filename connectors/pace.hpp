#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "connectors/source.hpp"

namespace barometer {

// How fast one host is asked, across all sources: a bucket of `burst` requests into which one flows back each `between`.
struct HostPace {
  std::chrono::milliseconds between{1000};
  int burst = 1;
};

struct PaceSettings {
  std::chrono::milliseconds every{120'000};    // between two requests to a source that has something new each time
  std::chrono::milliseconds every_at_most{0};  // … and to one that has nothing new for long; below `every` counts as it
  std::chrono::milliseconds failing_at_most{600'000};  // the longest wait after failures; below `every` counts as it
};

// What the calendar says at a moment: hours in which more is said than usual.
struct Busy {
  std::optional<std::chrono::milliseconds> every = {};  // now is such an hour: ask at least this often
  std::optional<UtcTime> begins = {};                   // the next one: do not sleep past its beginning
};

// How long one source waits between two requests. Pure: time and chance are handed in.
//
//   success   an interval that grows by a quarter with each answer that has nothing new, up to `every_at_most`, and halves with
//             each that has, down to `every` (at once after ten new posts); shorter where the calendar says so; longer where the
//             answer's hints ask for it; page.more: not at all
//   failure   `every` doubled with each failure in a row, up to `failing_at_most`; a failure that only a person can mend goes
//             straight there
//   wait      as a failure, but not before Failure::not_before
//
// A source is never given up: at the ceiling it is asked for ever, and what the other side asks for counts up to a day.
// Hints and not_before only ever lengthen a wait. When few requests are left in a platform's window (Hints::limit_left), they
// are spread evenly until it starts anew, page.more or not.
class Pace {
 public:
  explicit Pace(PaceSettings settings);

  // `fresh`: how many of the page's posts were new to us. `chance` in [0, 1) spreads the wait by up to a tenth either way, so
  // that sources do not come back in step; past a moment that the other side named, only to the later side.
  std::chrono::milliseconds after_success(const Page& page, std::size_t fresh, const Busy& busy, UtcTime now,
                                          double chance);
  std::chrono::milliseconds after_failure(const Failure& failure, UtcTime now, double chance);

  int failures_in_a_row() const { return failures_; }
  // Between two requests when all is well, as it has adapted so far.
  std::chrono::milliseconds interval() const { return interval_; }

 private:
  void adapt(std::size_t fresh);

  std::chrono::milliseconds every_;
  std::chrono::milliseconds every_at_most_;
  std::chrono::milliseconds ceiling_;
  std::chrono::milliseconds interval_;
  std::size_t fresh_ = 0;  // since the last page without more
  int failures_ = 0;
};

}  // namespace barometer
