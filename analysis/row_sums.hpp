#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "analysis/features.hpp"

namespace barometer {

// The sums of many rows of bytes: what a linear model of many classes does for each feature of a text. A row of 32 classes is
// two vector loads. Whole numbers throughout, so the same everywhere, with vectors or without.
template <std::size_t columns>
using RowSums = std::array<std::int32_t, columns>;

// `rows[slot_of(feature)]` is the row of a feature; `columns` a multiple of 16.
template <std::size_t columns, class SlotOf>
RowSums<columns> sum_rows(const std::array<std::int8_t, columns>* rows, std::span<const Feature> features,
                          SlotOf slot_of) {
  static_assert(columns % 16 == 0);
  using Shorts = std::int16_t __attribute__((vector_size(16)));
  using Words = std::uint16_t __attribute__((vector_size(16)));
  constexpr std::size_t vectors = columns / 16;
  constexpr std::size_t at_once = 255;  // rows that fit into sums of 16 bits
  const Words excess = Words{} + 0x80;  // makes the lower byte of each pair count from 0 instead of -128
  constexpr std::ptrdiff_t ahead = 24;
  const Feature* const end = features.data() + features.size();
  RowSums<columns> sums = {};
  while (!features.empty()) {
    const auto part = features.first(features.size() < at_once ? features.size() : at_once);
    features = features.subspan(part.size());
    // Two bytes are added as one number; the upper bytes once more by themselves tell the two apart.
    std::array<Words, vectors> both = {};
    std::array<Shorts, vectors> upper = {};
    for (const Feature& feature : part) {
      // The table is larger than the nearest caches: what comes next is fetched while this is added.
      if (end - &feature > ahead) __builtin_prefetch(rows[slot_of(*(&feature + ahead))].data());
      const auto* row = rows[slot_of(feature)].data();
      for (std::size_t v = 0; v < vectors; ++v) {
        Words pairs;
        std::memcpy(&pairs, row + 16 * v, sizeof pairs);
        both[v] += pairs ^ excess;
        upper[v] += reinterpret_cast<Shorts>(pairs) >> 8;
      }
    }
    const auto count = static_cast<std::int32_t>(part.size());
    for (std::size_t v = 0; v < vectors; ++v) {
      const Words lower = both[v] - (reinterpret_cast<Words>(upper[v]) << 8);
      for (std::size_t i = 0; i < 8; ++i) {
        sums[16 * v + 2 * i] += lower[i] - 128 * count;
        sums[16 * v + 2 * i + 1] += upper[v][i];
      }
    }
  }
  return sums;
}

}  // namespace barometer
