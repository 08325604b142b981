#pragma once

#include <cstdint>
#include <span>

namespace barometer {

// Weights in whole steps of one size, -127 to 127 of them. The largest in ten thousand are cut, so that the others keep their detail.
float step_for(std::span<const float> weights);
std::int8_t in_steps(float weight, float step);

}  // namespace barometer
