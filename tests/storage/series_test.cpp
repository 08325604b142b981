#include "storage/series.hpp"

#include <limits>

#include <doctest/doctest.h>

#include "storage/keys.hpp"
#include "storage/merge_counts.hpp"
#include "tests/storage/samples.hpp"

namespace barometer {
namespace {

using namespace std::string_literals;

TEST_CASE("counts are sparse, in order, and forget zeros") {
  Counts counts;
  add(counts, 100, 1);
  add(counts, 3, 2);
  add(counts, 100, 1);
  add(counts, 50, 0);
  CHECK(counts == Counts{{3, 2}, {100, 2}});
  add(counts, {{3, -2}, {7, -1}});
  CHECK(counts == Counts{{7, -1}, {100, 2}});
  add(counts, {{1, 4}, {7, 2}, {8, 1}, {100, -2}, {200, 3}});
  CHECK(counts == Counts{{1, 4}, {7, 1}, {8, 1}, {200, 3}});
  add(counts, Counts{{300, 1}});
  CHECK(counts == Counts{{1, 4}, {7, 1}, {8, 1}, {200, 3}, {300, 1}});
  add(counts, Counts{});
  CHECK(counts.size() == 5);
}

TEST_CASE("the bytes of counts never change") {
  CHECK(encode_counts({}) == "\1");
  CHECK(encode_counts({{3, 1}, {52, -2}, {300, 64}}) == "\1\3\2\x31\3\xf8\1\x80\1"s);
  Counts read;
  CHECK(add_encoded(read, "\1\3\2\x31\3\xf8\1\x80\1"s));
  CHECK(read == Counts{{3, 1}, {52, -2}, {300, 64}});
}

TEST_CASE("a post's cells are its sentiment and severity, and each concern's theme and severity") {
  const auto entry = heard("a", evening, Sentiment::positive, {{.theme = Theme::call_bell, .severity = 2}});
  Tally tally;
  tally.count(entry.post, entry.assessment, entry.watched, +1);
  const auto rows = tally.rows();
  REQUIRE(rows.size() == 3);
  const Resolution resolutions[] = {Resolution::minute, Resolution::hour, Resolution::day};
  const std::uint32_t buckets[] = {210, 3, 0};  // 03:30
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto first = buckets[i] * 4096;
    CHECK(rows[i].counts == Counts{{first + 2 * 8 + 2, 1}, {first + 32 + 3 * 8 + 2, 1}});
    CHECK(rows[i].key == series_key(resolutions[i], "nhssm", "social.example", at_minute(29'921'760)));
  }
}

TEST_CASE("a row's buckets come in the order of time, and those that no day has are left out") {
  const auto day = at_minute(29'921'760);
  const Counts counts{{3, 1}, {4096 * 23 + 5, 2}, {4096 * 23 + 40, 3}, {4096 * 24, 4}, {UINT32_MAX, 5}};
  const auto hours = buckets_of(Resolution::hour, day, counts);
  REQUIRE(hours.size() == 2);
  CHECK(hours[0].begin == day);
  CHECK(hours[0].counts.size() == 1);
  CHECK(hours[1].begin == day + std::chrono::hours{23});
  SeriesPoint point;
  fill(point, hours[1].counts);
  CHECK(point.posts[0][5 % severities] + point.posts[1][0] + point.posts[2][0] == (5 < severities ? 2 : 0));
  REQUIRE(point.concerns.size() == 1);
  CHECK(point.concerns[0].posts == 3);
  CHECK(buckets_of(Resolution::minute, day, counts).size() == 3);
  CHECK(buckets_of(Resolution::day, day, counts).size() == 1);
  CHECK(buckets_of(Resolution::hour, UtcTime::max(), counts).size() == 1);
}

TEST_CASE("what is added and taken again leaves no row; rows come in the order of their keys") {
  Tally tally;
  for (const int minute : {500, 3, 70'000, 3}) {
    const auto entry = heard("a", minute);
    tally.count(entry.post, entry.assessment, entry.watched, +1);
  }
  const auto late = heard("a", 70'000);
  tally.count(late.post, late.assessment, late.watched, -1);
  const auto rows = tally.rows();
  CHECK(rows.size() == 3);  // a day of minutes, of hours, and as one
  CHECK(rows[0].counts == Counts{{3 * 4096 + 8, 2}, {500 * 4096 + 8, 1}});
  CHECK(rows[1].counts == Counts{{8, 2}, {8 * 4096 + 8, 1}});
  CHECK(rows[2].counts == Counts{{8, 3}});
  for (std::size_t i = 1; i < rows.size(); ++i) CHECK(rows[i - 1].key < rows[i].key);
}

TEST_CASE("buckets are counted again, or taken away, also where a damaged row has the least number there is") {
  const auto least = std::numeric_limits<std::int64_t>::min();
  const Counts counts{{3, 5}, {4096 * 7 + 8, least}};
  const auto buckets = buckets_of(Resolution::minute, at_minute(0), counts);
  REQUIRE(buckets.size() == 2);
  Tally tally;
  for (const auto& bucket : buckets) tally.add("nhssm", "social.example", bucket, -1);
  CHECK(tally.rows().front().counts == Counts{{3, -5}, {4096 * 7 + 8, least}});
}

TEST_CASE("buckets begin on the minute, hour and day of UTC, also before 1970") {
  const auto time = at_minute(29'921'970) + std::chrono::milliseconds{59'999};
  CHECK(bucket_of(Resolution::minute, time) == at_minute(29'921'970));
  CHECK(bucket_of(Resolution::hour, time) == at_minute(29'921'940));
  CHECK(bucket_of(Resolution::day, time) == at_minute(29'921'760));
  CHECK(bucket_of(Resolution::hour, at_minute(-1)) == at_minute(-60));
  CHECK(bucket_of(Resolution::day, at_minute(0)) == at_minute(0));
  CHECK(bucket_of(Resolution::day, UtcTime::min()) <= UtcTime::min());
  CHECK(bucket_of(Resolution::day, UtcTime::max()) < UtcTime::max());
}

TEST_CASE("a merge adds operands, absent, empty, cut short or nonsense ones too") {
  struct Row {
    const char* fact;
    std::vector<std::string> operands;
    Counts sum;
  };
  const Row rows[] = {
      {"one", {encode_counts({{3, 1}})}, {{3, 1}}},
      {"two", {encode_counts({{3, 1}}), encode_counts({{3, 1}, {9, 4}})}, {{3, 2}, {9, 4}}},
      {"that cancel out", {encode_counts({{3, 1}}), encode_counts({{3, -1}})}, {}},
      {"an empty one", {"", encode_counts({{3, 1}})}, {{3, 1}}},
      {"one cut short", {"\1\3\2\4", encode_counts({{3, 1}})}, {{3, 2}}},
      {"of another version", {"\2\3\2", encode_counts({{3, 1}})}, {{3, 1}}},
      {"a cell past all cells", {"\1\xff\xff\xff\xff\x0f\2\1\2", encode_counts({{3, 1}})}, {{3, 1}, {0xffffffff, 1}}},
      {"as many as there are numbers",
       {encode_counts({{3, std::numeric_limits<std::int64_t>::max()}}), encode_counts({{3, 1}})},
       {{3, std::numeric_limits<std::int64_t>::min()}}},
  };
  const MergeCounts merge;
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    std::deque<rocksdb::Slice> list(row.operands.begin(), row.operands.end());
    std::string partial;
    REQUIRE(merge.PartialMergeMulti("key", list, &partial, nullptr));
    CHECK(partial == encode_counts(row.sum));
    const std::vector<rocksdb::Slice> operands(row.operands.begin(), row.operands.end());
    std::string full;
    rocksdb::Slice existing;
    const rocksdb::MergeOperator::MergeOperationInput in{"key", nullptr, operands, nullptr};
    rocksdb::MergeOperator::MergeOperationOutput out{full, existing};
    REQUIRE(merge.FullMergeV2(in, &out));
    CHECK(full == encode_counts(row.sum));
  }
}

TEST_CASE("only whole and exact counts pass as such") {
  Counts counts;
  CHECK(add_encoded(counts, ""));
  CHECK(add_encoded(counts, "\1"));
  CHECK_FALSE(add_encoded(counts, "\2"));
  CHECK_FALSE(add_encoded(counts, "\1\3"));
  CHECK_FALSE(add_encoded(counts, "\1\3\xff"));
  CHECK(counts.empty());
}

}  // namespace
}  // namespace barometer
