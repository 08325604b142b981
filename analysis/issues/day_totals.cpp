#include "analysis/issues/day_totals.hpp"

#include <algorithm>
#include <cstddef>

namespace barometer {

void DayTotals::add(int day, int people) {
  if (day < begin_) return;
  if (sums_.empty()) first_ = day;
  if (day < first_) {
    sums_.insert(sums_.begin(), static_cast<std::size_t>(first_ - day), forgotten_);
    first_ = day;
  }
  const auto at = static_cast<std::size_t>(day - first_);
  if (at >= sums_.size()) sums_.resize(at + 1, sums_.empty() ? forgotten_ : sums_.back());
  for (std::size_t i = at; i < sums_.size(); ++i) sums_[i] += people;
}

int DayTotals::until(int day) const {
  if (sums_.empty() || day <= first_) return forgotten_;
  return sums_[std::min(static_cast<std::size_t>(day - first_), sums_.size()) - 1];
}

int DayTotals::between(int first, int last) const {
  const int from = std::max(first, begin_);
  return from < last ? until(last) - until(from) : 0;
}

void DayTotals::forget_before(int day) {
  if (day <= begin_) return;
  begin_ = day;
  if (sums_.empty() || day <= first_) return;
  forgotten_ = until(day);
  const auto old = std::min(static_cast<std::size_t>(day - first_), sums_.size());
  sums_.erase(sums_.begin(), sums_.begin() + static_cast<std::ptrdiff_t>(old));
  first_ = day;
}

}  // namespace barometer
