#include "analysis/row_sums.hpp"

#include <random>
#include <vector>

#include <doctest/doctest.h>

using namespace barometer;

namespace {

template <std::size_t columns>
void check_sums() {
  std::mt19937 random(1);
  std::vector<std::array<std::int8_t, columns>> rows(64);
  for (auto& row : rows)
    for (auto& weight : row) weight = static_cast<std::int8_t>(random());
  rows[0].fill(-128);
  rows[1].fill(127);
  for (const std::size_t count : {0U, 1U, 254U, 255U, 256U, 2000U}) {
    for (const bool extremes : {false, true}) {
      std::vector<std::uint32_t> slots(count);
      RowSums<columns> expected = {};
      for (auto& slot : slots) {
        slot = static_cast<std::uint32_t>(random() % (extremes ? 1 : rows.size()));
        for (std::size_t c = 0; c < columns; ++c) expected[c] += rows[slot][c];
      }
      CAPTURE(count);
      CHECK(sum_rows(rows.data(), std::span<const std::uint32_t>(slots), [](auto slot) { return slot; }) == expected);
    }
  }
}

}  // namespace

TEST_CASE("rows added by vectors are the rows added one by one") {
  check_sums<8>();
  check_sums<32>();
  check_sums<40>();
}
