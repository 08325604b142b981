#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "connectors/result.hpp"

namespace barometer {

// How one source is doing, as the page and the metrics show it. Written and read on the loop's thread.
struct SourceState {
  std::string name = {};
  std::string platform = {};
  std::string host = {};
  std::optional<UtcTime> last_success = {};   // last answer that was understood
  std::optional<UtcTime> last_post = {};      // newest made_at seen
  std::optional<UtcTime> next_ask = {};
  std::uint64_t posts = 0;                    // stored since start
  int failures_in_a_row = 0;
  std::optional<Failure> failure = {};        // of the last request; empty when it went well
  std::optional<UtcTime> failing_since = {};
  std::optional<std::int64_t> limit_left = {};  // requests left in the platform's window, as it last said
  std::optional<UtcTime> limit_resets_at = {};

  bool up() const { return !failure && last_success; }
};

}  // namespace barometer
