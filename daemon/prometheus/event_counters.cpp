#include "daemon/prometheus/event_counters.hpp"

#include <algorithm>
#include <numeric>

namespace barometer {

namespace {

UtcTime rounded_up(UtcTime time, std::chrono::seconds step) {
  const auto since = time.time_since_epoch();
  const std::chrono::milliseconds whole = step;
  auto rest = since % whole;
  if (rest < std::chrono::milliseconds{0}) rest += whole;
  return rest == std::chrono::milliseconds{0} ? time : UtcTime{since - rest + whole};
}

}  // namespace

SampleGrid SampleGrid::within(UtcTime from, UtcTime to, std::chrono::seconds step) {
  const UtcTime after = rounded_up(to, step);
  return {rounded_up(from, step), after == to ? to : after - step, step};
}

std::uint64_t SampleGrid::size() const {
  return last < first ? 0 : static_cast<std::uint64_t>((last - first) / std::chrono::milliseconds{step}) + 1;
}

EventCounters::EventCounters(SampleGrid grid, Wanted wanted) : grid_{grid}, wants_{std::move(wanted)} {}

template <class MakeLabels>
void EventCounters::count(Cells& cells, std::uint32_t cell, UtcTime at, std::int64_t number, const MakeLabels& labels) {
  const auto [place, is_new] = cells.try_emplace(cell);
  Slot& slot = place->second;
  if (is_new) {
    slot.labels = labels();
    slot.wanted = wants_(slot.labels);
    wanted_ += slot.wanted ? 1 : 0;
  }
  if (!slot.wanted) return;
  if (at <= grid_.first)
    slot.before += number;
  else if (at <= grid_.last)
    slot.gains[at] += number;
}

void EventCounters::add(const SeriesPoint& point, std::chrono::seconds length) {
  Cells& cells = series_[{point.tag, point.source}];
  const UtcTime at = rounded_up(point.bucket + length, grid_.step);
  for (std::size_t sentiment = 0; sentiment < point.posts.size(); ++sentiment) {
    const auto& row = point.posts[sentiment];
    const auto posts = std::accumulate(row.begin(), row.end(), std::int64_t{0});
    const auto labels = [&]() -> Labels {
      return {{"__name__", "barometer_posts_made_total"},
              {"sentiment", std::string(name_of(static_cast<Sentiment>(sentiment)))},
              {"source", point.source},
              {"tag", point.tag}};
    };
    if (posts != 0) count(cells, static_cast<std::uint32_t>(sentiment), at, posts, labels);
  }
  for (const auto& concern : point.concerns) {
    const auto labels = [&]() -> Labels {
      return {{"__name__", "barometer_concerns_made_total"},
              {"severity", std::to_string(concern.severity)},
              {"source", point.source},
              {"tag", point.tag},
              {"theme", std::string(info(concern.theme).id)}};
    };
    const auto cell =
        256 + static_cast<std::uint32_t>(concern.theme) * 16 + static_cast<std::uint32_t>(concern.severity);
    count(cells, cell, at, concern.posts, labels);
  }
}

std::vector<EventCounter> EventCounters::take() {
  std::vector<EventCounter> counters;
  counters.reserve(wanted_);
  for (auto& [name, cells] : series_)
    for (auto& [cell, slot] : cells)
      if (slot.wanted)
        counters.push_back({std::move(slot.labels), slot.before, {slot.gains.begin(), slot.gains.end()}});
  std::sort(counters.begin(), counters.end(),
            [](const EventCounter& a, const EventCounter& b) { return a.labels < b.labels; });
  series_.clear();
  wanted_ = 0;
  return counters;
}

std::chrono::seconds length_of(Resolution resolution) {
  using namespace std::chrono_literals;
  return resolution == Resolution::minute ? 60s : resolution == Resolution::hour ? 3600s : 86400s;
}

}  // namespace barometer
