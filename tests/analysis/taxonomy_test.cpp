#include "analysis/taxonomy.hpp"

#include <doctest/doctest.h>

using namespace barometer;

TEST_CASE("every theme is found by its id and its number, and the numbers run without a gap") {
  int number = 1;
  for (const ThemeInfo& row : themes()) {
    CHECK(static_cast<int>(row.theme) == number++);
    CHECK(theme_by_id(row.id) == row.theme);
    CHECK(info(row.theme).id == row.id);
  }
  CHECK_FALSE(theme_by_id("nonsense"));
}
