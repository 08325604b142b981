#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "storage/store.hpp"

namespace barometer {

// What the series say, as counters that Prometheus understands, by the time that posts were made:
//
//   barometer_posts_made_total{sentiment,source,tag}             posts
//   barometer_concerns_made_total{severity,source,tag,theme}     concerns about care in them
//
// A post counts under each of its tags. A counter's sample at t counts what was made before t, since the store began,
// and samples stand on a grid without holes; so increase() over whole steps of the grid is exact.
using Labels = std::vector<std::pair<std::string, std::string>>;  // by name; the first is __name__

struct EventCounter {
  Labels labels = {};
  std::int64_t before = 0;  // counted at or before the first sample
  std::vector<std::pair<UtcTime, std::int64_t>> gains =
      {};  // at which later samples it grows, and by how much; in order
};

// The times of the samples: first, first + step … up to and with `last`.
struct SampleGrid {
  UtcTime first = {};
  UtcTime last = {};
  std::chrono::seconds step{60};

  // Those multiples of `step` since 1970 that lie in [from, to].
  static SampleGrid within(UtcTime from, UtcTime to, std::chrono::seconds step);
  std::uint64_t size() const;  // 0 when none lies there
};

// Gathers the points of a store's series into counters. Points may come in any order; each bucket is to be given once.
class EventCounters {
 public:
  // Asked once for each counter; those not wanted cost nothing more.
  using Wanted = std::function<bool(const Labels&)>;

  EventCounters(SampleGrid grid, Wanted wanted);

  // `length` is that of the point's bucket, at most a step of the grid. What lies behind the grid's end is left out.
  void add(const SeriesPoint& point, std::chrono::seconds length);

  std::size_t size() const { return wanted_; }
  std::vector<EventCounter> take();  // in the order of their labels

 private:
  struct Slot {
    bool wanted = false;
    Labels labels = {};
    std::int64_t before = 0;
    std::map<UtcTime, std::int64_t> gains = {};
  };
  using Cells = std::unordered_map<std::uint32_t, Slot>;  // by what is counted

  template <class MakeLabels>
  void count(Cells& cells, std::uint32_t cell, UtcTime at, std::int64_t number, const MakeLabels& labels);

  SampleGrid grid_;
  Wanted wants_;
  std::size_t wanted_ = 0;
  std::map<std::pair<std::string, std::string>, Cells> series_;  // by tag and source
};

// Calls each(time, value) for every sample of the counter, in order.
template <class Each>
void each_sample(const EventCounter& counter, const SampleGrid& grid, const Each& each) {
  auto gain = counter.gains.begin();
  std::int64_t value = counter.before;
  for (UtcTime at = grid.first; at <= grid.last; at += grid.step) {
    for (; gain != counter.gains.end() && gain->first <= at; ++gain) value += gain->second;
    each(at, value);
  }
}

std::chrono::seconds length_of(Resolution resolution);

}  // namespace barometer
