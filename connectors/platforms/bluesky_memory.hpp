#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace barometer {

// Which posts we may have kept. The network deletes dozens of posts a second, and the store would note each that it is told of;
// so only deletions of posts that were given, or re-checked, since we started are passed on. For older ones there is recheck.
class BlueskyMemory {
 public:
  explicit BlueskyMemory(std::size_t most) : most_(most) {}

  // False when that version of it was given already.
  bool note(const std::string& uri, const std::string& version);
  // What was given is not known to be kept: any version may be noted again.
  void forget_versions();
  bool knows(const std::string& uri) const { return versions_.contains(uri); }
  void forget(const std::string& uri) { versions_.erase(uri); }
  // All of one account.
  std::vector<std::string> of(std::string_view did) const;

 private:
  std::size_t most_;
  std::map<std::string, std::string> versions_;  // by uri
  std::deque<std::string> order_;                // of noting; may name forgotten ones
};

}  // namespace barometer
