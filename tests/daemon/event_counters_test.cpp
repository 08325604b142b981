#include "daemon/prometheus/event_counters.hpp"

#include <bit>
#include <chrono>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "daemon/prometheus/xor_chunk.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime midnight = std::chrono::sys_days{std::chrono::year{2026} / 3 / 4};

SeriesPoint point(UtcTime bucket, int negative, int positive, std::string tag = "nhssm") {
  SeriesPoint out;
  out.tag = std::move(tag);
  out.source = "feed";
  out.bucket = bucket;
  out.posts[0][2] = negative;
  out.posts[2][0] = positive;
  if (negative > 0) out.concerns = {{Theme::waiting, 2, negative}};
  return out;
}

bool all(const Labels&) { return true; }

std::vector<std::int64_t> values(const EventCounter& counter, const SampleGrid& grid) {
  std::vector<std::int64_t> out;
  each_sample(counter, grid, [&](UtcTime, std::int64_t value) { out.push_back(value); });
  return out;
}

// Reads what XorChunk wrote, as any reader of Prometheus's chunks must.
class ChunkReader {
 public:
  explicit ChunkReader(const std::string& bytes) : bytes_(bytes) {
    count_ = (byte(0) << 8) | byte(1);
    at_ = 16;
  }

  std::vector<std::pair<std::int64_t, double>> samples() {
    std::vector<std::pair<std::int64_t, double>> out;
    std::int64_t time = 0;
    std::int64_t step = 0;
    std::uint64_t value = 0;
    int leading = 0;
    int trailing = 0;
    for (unsigned i = 0; i < count_; ++i) {
      if (i == 0) {
        const auto zigzag = varint();
        time = static_cast<std::int64_t>(zigzag >> 1) ^ -static_cast<std::int64_t>(zigzag & 1);
        value = bits(64);
      } else {
        step = i == 1 ? static_cast<std::int64_t>(varint()) : step + change();
        time += step;
        if (bits(1) == 1) {
          if (bits(1) == 1) {
            leading = static_cast<int>(bits(5));
            int wide = static_cast<int>(bits(6));
            if (wide == 0) wide = 64;
            trailing = 64 - leading - wide;
          }
          value ^= bits(64 - leading - trailing) << trailing;
        }
      }
      out.emplace_back(time, std::bit_cast<double>(value));
    }
    return out;
  }

 private:
  unsigned byte(std::size_t i) const { return static_cast<unsigned char>(bytes_.at(i)); }
  std::uint64_t bits(int count) {
    std::uint64_t out = 0;
    for (; count > 0; --count, ++at_) out = (out << 1) | ((byte(at_ / 8) >> (7 - at_ % 8)) & 1);
    return out;
  }
  std::uint64_t varint() {
    std::uint64_t out = 0;
    for (int shift = 0;; shift += 7) {
      const auto part = bits(8);
      out |= (part & 0x7f) << shift;
      if (part < 0x80) return out;
    }
  }
  std::int64_t change() {
    int ones = 0;
    while (ones < 4 && bits(1) == 1) ++ones;
    const int wide[] = {0, 14, 17, 20, 64};
    if (ones == 0) return 0;
    auto out = static_cast<std::int64_t>(bits(wide[ones]));
    if (ones < 4 && out > (std::int64_t{1} << (wide[ones] - 1))) out -= std::int64_t{1} << wide[ones];
    return out;
  }

  const std::string& bytes_;
  unsigned count_ = 0;
  std::size_t at_ = 0;
};

}  // namespace

TEST_CASE("a counter counts what was made before each sample, without holes") {
  const auto grid = SampleGrid::within(midnight, midnight + 4h, 1h);
  REQUIRE(grid.size() == 5);
  EventCounters counters(grid, all);
  counters.add(point(midnight - 24h, 7, 0), 24h);
  counters.add(point(midnight, 1, 0), 1h);
  counters.add(point(midnight + 2h, 2, 5), 1h);
  counters.add(point(midnight + 4h, 9, 9), 1h);  // ends behind the last sample
  const auto found = counters.take();
  REQUIRE(found.size() == 3);
  CHECK(found[0].labels == Labels{{"__name__", "barometer_concerns_made_total"},
                                  {"severity", "2"},
                                  {"source", "feed"},
                                  {"tag", "nhssm"},
                                  {"theme", "waiting"}});
  CHECK(found[1].labels == Labels{{"__name__", "barometer_posts_made_total"},
                                  {"sentiment", "negative"},
                                  {"source", "feed"},
                                  {"tag", "nhssm"}});
  CHECK(values(found[0], grid) == std::vector<std::int64_t>{7, 8, 8, 10, 10});
  CHECK(values(found[1], grid) == std::vector<std::int64_t>{7, 8, 8, 10, 10});
  CHECK(values(found[2], grid) == std::vector<std::int64_t>{0, 0, 0, 5, 5});
}

TEST_CASE("minutes gather at the next sample of a wider grid") {
  const auto grid = SampleGrid::within(midnight + 1min, midnight + 14min, 5min);
  CHECK(grid.first == midnight + 5min);
  CHECK(grid.last == midnight + 10min);
  EventCounters counters(grid, all);
  for (int minute = 0; minute < 12; ++minute) counters.add(point(midnight + std::chrono::minutes{minute}, 0, 1), 1min);
  const auto found = counters.take();
  REQUIRE(found.size() == 1);
  CHECK(values(found[0], grid) == std::vector<std::int64_t>{5, 10});
}

TEST_CASE("what is not wanted is not gathered") {
  const auto grid = SampleGrid::within(midnight, midnight + 1h, 1h);
  EventCounters counters(grid, [](const Labels& labels) { return labels.back().second == "other"; });
  counters.add(point(midnight, 1, 1), 1h);
  counters.add(point(midnight, 1, 1, "other"), 1h);
  CHECK(counters.size() == 2);
  for (const EventCounter& counter : counters.take()) CHECK(counter.labels.back().second == "other");
}

TEST_CASE("a grid behind its own end, or between two samples, is empty") {
  CHECK(SampleGrid::within(midnight + 1h, midnight, 1h).size() == 0);
  CHECK(SampleGrid::within(midnight + 1min, midnight + 2min, 1h).size() == 0);
  CHECK(SampleGrid::within(midnight, midnight, 1h).size() == 1);
  CHECK(SampleGrid::within(UtcTime{-90min}, UtcTime{0min}, 1h).first == UtcTime{-60min});
}

TEST_CASE("a chunk gives back every sample, whatever the steps and values") {
  const double odd[] = {0.0, 1.0, 1.0, -1.0, 3.5, 1e300, std::numeric_limits<double>::infinity(), 0.1, 0.2, 12345678.0};
  const std::int64_t steps[] = {1, 1, 60'000, 60'000, 60'001, 68'000, 8'192, 140'000, 900'000, 86'400'000'000, 1, 5};
  std::vector<std::pair<std::int64_t, double>> samples;
  XorChunk chunk;
  CHECK(chunk.empty());
  std::int64_t time = -5'000;
  for (std::size_t i = 0; !chunk.full(); ++i) {
    samples.emplace_back(time, odd[i % std::size(odd)] + static_cast<double>(i / 7));
    chunk.add(samples.back().first, samples.back().second);
    time += steps[(i * 5) % std::size(steps)];
  }
  CHECK(samples.size() == XorChunk::most_samples);
  CHECK(chunk.first() == samples.front().first);
  CHECK(chunk.last() == samples.back().first);
  const auto bytes = chunk.bytes();
  CHECK(ChunkReader(bytes).samples() == samples);
}

TEST_CASE("the bytes of a chunk are those of Prometheus") {
  XorChunk chunk;
  chunk.add(60'000, 1.0);
  chunk.add(120'000, 1.0);
  chunk.add(180'000, 2.0);
  // 3 samples; zigzag 60000; 1.0; step 60000; same value; no change of the step and 0x7ff0… of 1.0 XOR 2.0
  const unsigned char expected[] = {0x00, 0x03, 0xc0, 0xa9, 0x07, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xe0, 0xd4, 0x03};
  const auto bytes = chunk.bytes();
  REQUIRE(bytes.size() > sizeof expected);
  CHECK(std::memcmp(bytes.data(), expected, sizeof expected) == 0);
  const std::string one = bytes;
  CHECK(ChunkReader(one).samples().back() == std::pair<std::int64_t, double>{180'000, 2.0});
}
