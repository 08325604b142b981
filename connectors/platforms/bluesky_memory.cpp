#include "connectors/platforms/bluesky_memory.hpp"

namespace barometer {

bool BlueskyMemory::note(const std::string& uri, const std::string& version) {
  const auto found = versions_.find(uri);
  if (found != versions_.end()) {
    if (found->second == version) return false;
    found->second = version;
    return true;
  }
  versions_.emplace(uri, version);
  order_.push_back(uri);
  while (order_.size() > most_) {
    versions_.erase(order_.front());
    order_.pop_front();
  }
  return true;
}

void BlueskyMemory::forget_versions() {
  for (auto& [uri, version] : versions_) version.clear();
}

std::vector<std::string> BlueskyMemory::of(std::string_view did) const {
  const auto beginning = "at://" + std::string(did) + '/';
  std::vector<std::string> uris;
  for (auto at = versions_.lower_bound(beginning); at != versions_.end() && at->first.starts_with(beginning); ++at)
    uris.push_back(at->first);
  return uris;
}

}  // namespace barometer
