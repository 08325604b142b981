#include "analysis/row_sums.hpp"

#include <random>
#include <vector>

#include <doctest/doctest.h>

using namespace barometer;

TEST_CASE("rows added by vectors are the rows added one by one") {
  constexpr std::size_t columns = 32;
  using Row = std::array<std::int8_t, columns>;
  std::mt19937 random(1);
  std::vector<Row> rows(64);
  for (Row& row : rows)
    for (auto& weight : row) weight = static_cast<std::int8_t>(random());
  rows[0].fill(-128);
  rows[1].fill(127);
  for (const std::size_t count : {0U, 1U, 254U, 255U, 256U, 2000U}) {
    for (const bool extremes : {false, true}) {
      std::vector<Feature> features(count);
      RowSums<columns> expected = {};
      for (Feature& feature : features) {
        feature.slot = static_cast<std::uint32_t>(random() % (extremes ? 1 : rows.size()));
        for (std::size_t c = 0; c < columns; ++c) expected[c] += rows[feature.slot][c];
      }
      const auto sums = sum_rows(rows.data(), features, [](const Feature& feature) { return feature.slot; });
      CAPTURE(count);
      CHECK(sums == expected);
    }
  }
}
