#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace barometer {

// The sums of many rows of bytes: what a linear model of many classes does for each feature of a text. A row of 32 classes is
// two vector loads. Whole numbers throughout, so the same everywhere, with vectors or without.
template <std::size_t columns>
using RowSums = std::array<std::int32_t, columns>;

// Sums of up to `most` rows in sixteen bits each, by vectors of sixteen bytes, and of eight at the end of an uneven row.
template <std::size_t columns>
class ShortSums {
 public:
  static_assert(columns % 8 == 0);
  static constexpr std::size_t most = 255;

  void add(const std::array<std::int8_t, columns>& row) {
    const Words excess = Words{} + 0x80;  // makes the lower byte of each pair count from 0 instead of -128
    for (std::size_t v = 0; v < vectors; ++v) {
      Words pairs;
      std::memcpy(&pairs, row.data() + 16 * v, sizeof pairs);
      // Two bytes are added as one number; the upper bytes once more by themselves tell the two apart.
      both_[v] += pairs ^ excess;
      upper_[v] += reinterpret_cast<Shorts>(pairs) >> 8;
    }
    if constexpr (uneven) {
      std::int64_t eight;
      std::memcpy(&eight, row.data() + 16 * vectors, sizeof eight);
      const auto pairs = reinterpret_cast<Words>(Longs{eight, 0});
      both_[vectors] += pairs ^ excess;
      upper_[vectors] += reinterpret_cast<Shorts>(pairs) >> 8;
    }
  }

  void add_to(RowSums<columns>& sums, std::size_t rows) const {
    for (std::size_t c = 0; c < columns; c += 2) {
      const std::size_t v = c / 16;
      const Words lower = both_[v] - (reinterpret_cast<Words>(upper_[v]) << 8);
      sums[c] += lower[c / 2 % 8] - 128 * static_cast<std::int32_t>(rows);
      sums[c + 1] += upper_[v][c / 2 % 8];
    }
  }

 private:
  using Shorts = std::int16_t __attribute__((vector_size(16)));
  using Words = std::uint16_t __attribute__((vector_size(16)));
  using Longs = std::int64_t __attribute__((vector_size(16)));
  static constexpr std::size_t vectors = columns / 16;
  static constexpr bool uneven = columns % 16 != 0;

  std::array<Words, vectors + uneven> both_ = {};
  std::array<Shorts, vectors + uneven> upper_ = {};
};

// `rows[slot_of(item)]` is the row of an item; `columns` a multiple of eight.
template <std::size_t columns, class Item, class SlotOf>
RowSums<columns> sum_rows(const std::array<std::int8_t, columns>* rows, std::span<const Item> items, SlotOf slot_of) {
  constexpr std::ptrdiff_t ahead = 24;
  const Item* const end = items.data() + items.size();
  RowSums<columns> sums = {};
  while (!items.empty()) {
    const auto part = items.first(items.size() < ShortSums<columns>::most ? items.size() : ShortSums<columns>::most);
    items = items.subspan(part.size());
    ShortSums<columns> short_sums;
    for (const Item& item : part) {
      // The table is larger than the nearest caches: what comes next is fetched while this is added.
      if (end - &item > ahead) __builtin_prefetch(rows[slot_of(*(&item + ahead))].data());
      short_sums.add(rows[slot_of(item)]);
    }
    short_sums.add_to(sums, part.size());
  }
  return sums;
}

}  // namespace barometer
