#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "connectors/result.hpp"
#include "connectors/source.hpp"

namespace barometer {

// A source that hears nothing, and since when.
struct OpenGap {
  UtcTime from = {};
  GapReason reason = GapReason::down;
};

// How one source is doing, as the page and the metrics show it.
struct SourceState {
  std::string name = {};
  std::string platform = {};
  std::string host = {};
  std::optional<UtcTime> last_success = {};  // last answer that was understood
  std::optional<UtcTime> last_post = {};     // newest made_at seen
  std::optional<UtcTime> next_ask = {};
  std::chrono::milliseconds interval{0};  // between two requests while all is well, as it has adapted
  std::uint64_t posts = 0;                // stored since start
  int failures_in_a_row = 0;
  std::optional<Failure> failure = {};  // of the last request; empty when it went well
  std::optional<UtcTime> failing_since = {};
  std::optional<std::int64_t> limit_left = {};  // requests left in the platform's window, as it last said
  std::optional<UtcTime> limit_resets_at = {};
  std::optional<OpenGap> gap = {};

  bool up() const { return !failure && last_success; }
};

// The states of all sources, written on the loop's thread and read by any.
class SourceStates {
 public:
  void set(const SourceState& state) {
    const std::lock_guard lock(mutex_);
    states_[state.name] = state;
  }
  std::optional<SourceState> of(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = states_.find(name);
    if (found == states_.end()) return std::nullopt;
    return found->second;
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    states_.clear();
  }
  // By name.
  std::vector<SourceState> all() const {
    const std::lock_guard lock(mutex_);
    std::vector<SourceState> out;
    for (const auto& [name, state] : states_) out.push_back(state);
    return out;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, SourceState> states_;
};

}  // namespace barometer
