#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/result.hpp"
#include "connectors/time.hpp"
#include "daemon/prometheus/event_counters.hpp"

namespace barometer {

// The messages of Prometheus's remote read, as bytes: prometheus/prompb/remote.proto and types.proto. Pure.

enum class MatchType : std::uint8_t { equal = 0, not_equal = 1, regex = 2, not_regex = 3 };

struct LabelMatcher {
  MatchType type = MatchType::equal;
  std::string name = {};
  std::string value = {};
};

struct ReadQuery {
  UtcTime from = {};  // both inclusive
  UtcTime to = {};
  std::vector<LabelMatcher> matchers = {};
  std::chrono::milliseconds range{
      0};               // of a range selector as [1d]; 0 for a plain one, or when the reader does not say
  bool hinted = false;  // the reader said what it is going to do
};

struct ReadRequest {
  std::vector<ReadQuery> queries = {};
  bool streamed = false;  // the reader takes chunks, and prefers them to samples
};

// The body of a request, compressed as it came (snappy, block format). Skip, with what is wrong, if it is none.
Result<ReadRequest> parse_read_request(std::string_view body);

// One answer to all queries of a request, with samples; compressed.
class SampledAnswer {
 public:
  void begin_query();
  void add(const EventCounter& counter, const SampleGrid& grid);
  void end_query();
  std::string take();

 private:
  std::string result_ = {};
  std::string answer_ = {};
};

// The same as a stream of frames, with chunks; never compressed.
class ChunkedAnswer {
 public:
  void add(std::size_t query, const EventCounter& counter, const SampleGrid& grid);
  std::string take() { return std::move(frames_); }

 private:
  std::string frames_ = {};
};

}  // namespace barometer
