#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/web/chart.hpp"
#include "daemon/web/fields.hpp"
#include "storage/store.hpp"

namespace barometer {

// What was said under one tag over a span of time, and over another that is as long: the one before it, unless told.

struct TrendAsked {
  std::string tag = {};
  UtcTime from = {};
  UtcTime to = {};
  UtcTime other = {};           // begin of the span that it is compared with, which has no moment in common with it
  bool chosen = false;          // somebody chose that
  std::chrono::hours step{24};  // of a column
  std::vector<std::string> wrong = {};  // what of the fields could not be read, as sentences
};

// Fields tag, span ("1d", "7d", "30d", "90d", "365d"), or from and to as in PostSearch; against: the day that the other
// span begins. Columns are hours up to 2 days, quarters of a
// day up to 8, days up to 100, weeks beyond; they begin with the clocks of the United Kingdom, weeks and beyond with UTC's days.
TrendAsked read_trend(const Fields& fields, const std::vector<std::string>& tags, UtcTime now);

struct NowAndBefore {
  SentimentCounts now = {};
  SentimentCounts before = {};
};

struct Trend {
  std::vector<Column> columns = {};
  NowAndBefore all = {};
  std::map<std::string, NowAndBefore> sources = {};
  struct OfTheme {
    std::int64_t now = 0;
    std::int64_t before = 0;
    int worst = 0;  // severity, in the span
  };
  std::map<Theme, OfTheme> themes = {};
  // By id of the service; under any tag, by days of UTC (Store::moods_of_places).
  struct OfPlace {
    std::int64_t now = 0;
    std::int64_t negative = 0;  // of those now
    std::int64_t before = 0;
  };
  std::vector<std::pair<std::string, OfPlace>> places = {};  // those of which most was said first
  std::vector<Gap> gaps = {};  // that overlap the span, of sources that brought posts in either span
};

// One pass over the series, and one over the places; any thread.
Result<Trend> read_trend(const Store& store, const TrendAsked& asked, UtcTime now);
// Trend::places alone.
Result<std::vector<std::pair<std::string, Trend::OfPlace>>> read_places(const Store& store, const TrendAsked& asked);

// Times in which any of the sources was blind; none of them overlap.
std::vector<Span> blind_spans(const std::vector<Gap>& gaps, const TrendAsked& asked, UtcTime now);

}  // namespace barometer
