#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/store.hpp"

namespace barometer {

// The counts of one row, sparse: number of the cell → count; by number, none zero. A row holds a whole day of a series: of each of
// its minutes, of each of its hours, or of the day as one. So a group of posts writes a few rows, however many minutes it spans.
//
//   counts := 01 (cell - previous cell : varint, count : signed)*
//   cell   := number of the bucket in its day * 4096, and of that
//             sentiment * 8 + severity             0 ..   23  the post itself
//           | 32 + theme * 8 + severity           32 .. 2079  each of its concerns
// What is written to a row is what to add; an absent or empty row counts nothing.
using Counts = std::vector<std::pair<std::uint32_t, std::int64_t>>;

void add(Counts& counts, std::uint32_t cell, std::int64_t number);
void add(Counts& counts, const Counts& more);

std::string encode_counts(const Counts& counts);
// Adds what the bytes say to `counts`. False if they are not counts, whole and exact; then what was readable is added.
bool add_encoded(Counts& counts, std::string_view bytes);

UtcTime bucket_of(Resolution resolution, UtcTime time);  // begin; in UTC

// A row's buckets that count something, in the order of time; those that no day has are left out. Valid as long as the counts are.
struct Bucket {
  UtcTime begin = {};
  std::span<const Counts::value_type> counts = {};
};
// Where the cells of the bucket begin in the row that `time` falls into.
std::uint32_t first_cell(Resolution resolution, UtcTime day, UtcTime time);
std::vector<Bucket> buckets_of(Resolution resolution, UtcTime day, const Counts& counts);
// What a bucket counts; cells of numbers unknown here are left out.
void fill(SeriesPoint& point, std::span<const Counts::value_type> bucket);

// Gathers what posts add to (or, with -1, take from) every series, so that a row is written once for many posts.
class Tally {
 public:
  void count(const Post& post, const Assessment& assessment, const std::vector<std::string>& watched,
             std::int64_t number);
  // What was counted before: buckets of a row of minutes.
  void add(std::string_view tag, std::string_view source, const Bucket& minute, std::int64_t times);

  struct Row {
    Resolution resolution = Resolution::minute;
    std::string key = {};  // series_key
    Counts counts = {};
  };
  // In the order of their keys; rows in which all cancels out are left out.
  std::vector<Row> rows() const;
  void clear();

 private:
  using Name = std::pair<std::string, std::string>;  // tag, source
  struct NameLess {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return std::pair<std::string_view, std::string_view>(a.first, a.second) <
             std::pair<std::string_view, std::string_view>(b.first, b.second);
    }
  };
  // One of the cells that a post touched. Hours and days follow from the minutes.
  struct Touched {
    std::uint32_t series = 0;
    std::uint32_t cell = 0;
    std::int64_t minute = 0;  // begin, milliseconds since 1970
    std::int64_t number = 0;
  };
  std::uint32_t number_of(std::string_view tag, std::string_view source);

  std::map<Name, std::uint32_t, NameLess> series_;  // numbered as they came
  std::vector<Touched> touched_;
};

}  // namespace barometer
