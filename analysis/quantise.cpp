#include "analysis/quantise.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace barometer {

namespace {

constexpr float steps = 127;
constexpr std::size_t clipped_in = 10'000;  // one weight in so many is larger than the largest step

}  // namespace

float step_for(std::span<const float> weights) {
  std::vector<float> sizes;
  sizes.reserve(weights.size());
  for (const auto weight : weights) sizes.push_back(std::abs(weight));
  const auto largest = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() - 1 - sizes.size() / clipped_in);
  std::nth_element(sizes.begin(), largest, sizes.end());
  return std::max(*largest / steps, 1e-9F);
}

std::int8_t in_steps(float weight, float step) {
  return static_cast<std::int8_t>(std::clamp(std::round(weight / step), -steps, steps));
}

}  // namespace barometer
