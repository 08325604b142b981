#include "analysis/issues/spoken.hpp"

#include <algorithm>

namespace barometer {

namespace {

template <typename T>
auto place_of(std::vector<T>& list, std::size_t at) {
  return list.begin() + static_cast<std::ptrdiff_t>(at);
}

}  // namespace

std::size_t SpokenRows::before(UtcTime time) const {
  const auto first = times_.begin() + static_cast<std::ptrdiff_t>(gone_);
  return static_cast<std::size_t>(std::lower_bound(first, times_.end(), time) - first);
}

std::size_t SpokenRows::until(UtcTime time) const {
  if (times_.empty() || times_.back() <= time) return size();  // as when it is now
  const auto first = times_.begin() + static_cast<std::ptrdiff_t>(gone_);
  return static_cast<std::size_t>(std::upper_bound(first, times_.end(), time) - first);
}

void SpokenRows::insert(std::size_t at, UtcTime made_at, Spoken spoken) {
  times_.insert(place_of(times_, gone_ + at), made_at);
  rows_.insert(place_of(rows_, gone_ + at), spoken);
}

void SpokenRows::erase(std::size_t at) {
  times_.erase(place_of(times_, gone_ + at));
  rows_.erase(place_of(rows_, gone_ + at));
}

void SpokenRows::erase_first(std::size_t many) {
  constexpr std::size_t few = 64;
  gone_ += many;
  if (gone_ <= size() / 4 + few) return;
  times_.erase(times_.begin(), place_of(times_, gone_));
  rows_.erase(rows_.begin(), place_of(rows_, gone_));
  gone_ = 0;
}

}  // namespace barometer
