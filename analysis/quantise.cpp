#include "analysis/quantise.hpp"

#include <algorithm>
#include <cmath>

namespace barometer {

namespace {

constexpr float steps = 127;

}  // namespace

float step_for(std::span<const float> weights) {
  float largest = 0;
  for (const float weight : weights) largest = std::max(largest, std::abs(weight));
  return std::max(largest / steps, 1e-9F);
}

std::int8_t in_steps(float weight, float step) {
  return static_cast<std::int8_t>(std::clamp(std::round(weight / step), -steps, steps));
}

}  // namespace barometer
