#pragma once

#include <cstdint>

#include "analysis/taxonomy.hpp"

namespace barometer {

// One bit a theme, by its number.
using ThemeSet = std::uint64_t;
constexpr ThemeSet bit_of(Theme theme) { return ThemeSet{1} << static_cast<unsigned>(theme); }

}  // namespace barometer
