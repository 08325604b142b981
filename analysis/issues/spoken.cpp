#include "analysis/issues/spoken.hpp"

#include <algorithm>
#include <utility>

namespace barometer {

std::size_t SpokenRows::before(UtcTime time) const {
  return static_cast<std::size_t>(std::lower_bound(made_at_.begin(), made_at_.end(), time) - made_at_.begin());
}

std::size_t SpokenRows::until(UtcTime time) const {
  if (size() == 0 || made_at_[size() - 1] <= time) return size();  // as when it is now
  return static_cast<std::size_t>(std::upper_bound(made_at_.begin(), made_at_.end(), time) - made_at_.begin());
}

Said SpokenRows::row(std::size_t at) const {
  return {.post = heard_[at].post,
          .made_at = made_at_[at],
          .heard_at = heard_[at].at,
          .voice = voice(at),
          .severity = spoken_[at].severity(),
          .origin = origins_[at],
          .copied = copied(at),
          .sketch = sketch(at)};
}

void SpokenRows::insert(const Said& said) {
  const auto at = until(said.made_at);
  if (said.made_at >= worded_) wordings_.insert(at - unworded(), {said.sketch, said.copied});
  made_at_.insert(at, said.made_at);
  spoken_.insert(at, {number_of(said.voice), static_cast<std::uint8_t>(said.severity)});
  heard_.insert(at, {said.post, said.heard_at});
  origins_.insert(at, said.origin);
}

void SpokenRows::erase(std::size_t at) {
  if (const auto worded = unworded(); at >= worded) wordings_.erase(at - worded);
  made_at_.erase(at);
  spoken_.erase(at);
  heard_.erase(at);
  origins_.erase(at);
}

void SpokenRows::forget(UtcTime before_this, UtcTime worded) {
  worded_ = std::max(worded_, worded);
  wordings_.erase_first(before(worded_) - unworded());
  const auto gone = before(before_this);
  made_at_.erase_first(gone);
  spoken_.erase_first(gone);
  heard_.erase_first(gone);
  origins_.erase_first(gone);
  constexpr std::size_t few = 16;
  if (voices_.size() > 2 * size() + few) number_voices();
}

std::uint32_t SpokenRows::number_of(std::uint64_t voice) {
  const auto [known, is_new] = numbers_.emplace(voice, static_cast<std::uint32_t>(voices_.size()));
  if (is_new) voices_.push_back(voice);
  return known->second;
}

void SpokenRows::number_voices() {
  const auto before = std::exchange(voices_, {});
  numbers_.clear();
  for (std::size_t at = 0; at < size(); ++at)
    spoken_[at] = {number_of(before[spoken_[at].voice()]), spoken_[at].severity()};
}

}  // namespace barometer
