#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

namespace barometer {

// The sums of many rows of bytes: what a linear model of many classes does for each feature of a text. A row of 32 classes is
// two vector loads. Whole numbers throughout, so the same everywhere, with vectors or without.
template <std::size_t columns>
using RowSums = std::array<std::int32_t, columns>;

// Vectors of sixteen bytes, which every amd64 has, and of thirty-two.
struct Sixteen {
  static constexpr std::size_t bytes = 16;
  using Shorts = std::int16_t __attribute__((vector_size(16)));
  using Words = std::uint16_t __attribute__((vector_size(16)));
  using Longs = std::int64_t __attribute__((vector_size(16)));
};
struct ThirtyTwo {
  static constexpr std::size_t bytes = 32;
  using Shorts = std::int16_t __attribute__((vector_size(32)));
  using Words = std::uint16_t __attribute__((vector_size(32)));
  using Longs = std::int64_t __attribute__((vector_size(32)));
};

// Sums of up to `most` rows in sixteen bits each, by vectors, and of eight bytes at the end of an uneven row.
template <std::size_t columns, class Vector>
class ShortSums {
 public:
  static constexpr std::size_t bytes = Vector::bytes;
  static_assert(columns % 8 == 0 && columns % bytes <= 8);
  static constexpr std::size_t most = 255;

  void add(const std::array<std::int8_t, columns>& row) {
    const Words excess = Words{} + 0x80;  // makes the lower byte of each pair count from 0 instead of -128
    for (std::size_t v = 0; v < vectors; ++v) {
      Words pairs;
      std::memcpy(&pairs, row.data() + bytes * v, sizeof pairs);
      // Two bytes are added as one number; the upper bytes once more by themselves tell the two apart.
      both_[v] += pairs ^ excess;
      upper_[v] += reinterpret_cast<Shorts>(pairs) >> 8;
    }
    if constexpr (uneven) {
      std::int64_t eight;
      std::memcpy(&eight, row.data() + bytes * vectors, sizeof eight);
      const auto pairs = reinterpret_cast<Words>(Longs{eight});
      both_[vectors] += pairs ^ excess;
      upper_[vectors] += reinterpret_cast<Shorts>(pairs) >> 8;
    }
  }

  void add_to(RowSums<columns>& sums, std::size_t rows) const {
    for (std::size_t c = 0; c < columns; c += 2) {
      const std::size_t v = c / bytes;
      const Words lower = both_[v] - (reinterpret_cast<Words>(upper_[v]) << 8);
      sums[c] += lower[c / 2 % (bytes / 2)] - 128 * static_cast<std::int32_t>(rows);
      sums[c + 1] += upper_[v][c / 2 % (bytes / 2)];
    }
  }

 private:
  using Shorts = typename Vector::Shorts;
  using Words = typename Vector::Words;
  using Longs = typename Vector::Longs;
  static constexpr std::size_t vectors = columns / bytes;
  static constexpr bool uneven = columns % bytes != 0;

  std::array<Words, vectors + uneven> both_ = {};
  std::array<Shorts, vectors + uneven> upper_ = {};
};

// Inlined into what may use such vectors.
template <class Vector, std::size_t columns, class Item, class SlotOf>
[[gnu::always_inline]] inline RowSums<columns> sum_rows_by(const std::array<std::int8_t, columns>* rows,
                                                           std::span<const Item> items, SlotOf slot_of) {
  constexpr std::ptrdiff_t ahead = 24;
  using Short = ShortSums<columns, Vector>;
  const Item* const end = items.data() + items.size();
  // The table is larger than the nearest caches: the first rows are fetched together, each other while those before it are added.
  for (const Item& item : items.first(std::min<std::size_t>(items.size(), ahead)))
    __builtin_prefetch(rows[slot_of(item)].data());
  RowSums<columns> sums = {};
  while (!items.empty()) {
    const auto part = items.first(items.size() < Short::most ? items.size() : Short::most);
    items = items.subspan(part.size());
    Short short_sums;
    for (const Item& item : part) {
      if (end - &item > ahead) __builtin_prefetch(rows[slot_of(*(&item + ahead))].data());
      short_sums.add(rows[slot_of(item)]);
    }
    short_sums.add_to(sums, part.size());
  }
  return sums;
}

#if defined(__x86_64__)
template <std::size_t columns, class Item, class SlotOf>
[[gnu::target("avx2")]] RowSums<columns> sum_rows_by_avx2(const std::array<std::int8_t, columns>* rows,
                                                          std::span<const Item> items, SlotOf slot_of) {
  using Vector = std::conditional_t<columns % ThirtyTwo::bytes == 0, ThirtyTwo, Sixteen>;
  return sum_rows_by<Vector>(rows, items, slot_of);
}
#endif

// `rows[slot_of(item)]` is the row of an item; `columns` a multiple of eight.
template <std::size_t columns, class Item, class SlotOf>
RowSums<columns> sum_rows(const std::array<std::int8_t, columns>* rows, std::span<const Item> items, SlotOf slot_of) {
#if defined(__x86_64__)
  // What is shipped runs on every amd64, most of which have wider vectors than that asks for.
  if (__builtin_cpu_supports("avx2")) return sum_rows_by_avx2(rows, items, slot_of);
#endif
  return sum_rows_by<Sixteen>(rows, items, slot_of);
}

}  // namespace barometer
