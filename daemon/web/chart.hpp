#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/mood.hpp"

namespace barometer {

// One column of a chart: what was made in [begin, end).
struct Column {
  UtcTime begin = {};
  UtcTime end = {};
  std::string label = {};  // below the chart, where there is room
  SentimentCounts posts = {};
};

struct Span {
  UtcTime begin = {};
  UtcTime end = {};
};

// Columns of negative, neutral and positive posts as SVG, in order of time; `gaps` are shaded behind them. It is drawn for the eye:
// `sentence` is its name for those who do not see it, and the figures are for a table beside it. Pure; no inline style.
std::string drawn(const std::vector<Column>& columns, const std::vector<Span>& gaps, const std::string& sentence);

// The least of 1, 2, 5, 10, 20, … that four steps of reach up to `most`.
std::int64_t grid_step(std::int64_t most);

}  // namespace barometer
