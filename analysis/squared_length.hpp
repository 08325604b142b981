#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

namespace barometer {

// A value at a place of a sparse vector; the values at one place add up.
using SparseValue = std::pair<std::uint32_t, double>;

// What a step of a descent is divided by. Leaves the values in the order of their places.
inline double squared_length(std::span<SparseValue> values) {
  std::ranges::sort(values, {}, &SparseValue::first);
  double sum = 0;
  for (auto from = values.begin(); from != values.end();) {
    double at_place = 0;
    for (const auto place = from->first; from != values.end() && from->first == place; ++from) at_place += from->second;
    sum += at_place * at_place;
  }
  return sum;
}

}  // namespace barometer
