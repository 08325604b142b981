#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/http_client.hpp"
#include "connectors/platforms/bluesky.hpp"
#include "connectors/post.hpp"

namespace barometer {

// Who the authors of heard posts are: an event says only their did, neither their handle nor whether they asked not to be shown
// outside. Asked of the AppView (getProfiles), kept for a while, for a bounded number of authors. Used only on the loop's thread.
class BlueskyProfiles {
 public:
  // Both outlive it.
  BlueskyProfiles(const BlueskyConfig& config, HttpClient& http) : config_(config), http_(http) {}

  // Puts handle, name and wish into posts whose author is a did. Takes a second at most: where the AppView does not answer, the posts stay
  // as they are, and it is left alone for five minutes; the re-check then finds whose authors did not want to be shown.
  asio::awaitable<void> introduce(std::vector<Post>& posts, UtcTime now);
  void forget(const std::string& did) { known_.erase(did); }

 private:
  struct Profile {
    std::string handle = {};
    std::string name = {};
    bool withheld = false;
    UtcTime asked_at = {};
  };
  std::vector<std::string> strangers(const std::vector<Post>& posts, UtcTime now) const;
  asio::awaitable<bool> ask(std::vector<std::string> dids, UtcTime now);
  bool take(std::string_view body, UtcTime now);

  const BlueskyConfig& config_;
  HttpClient& http_;
  std::map<std::string, Profile> known_;  // by did
  UtcTime not_before_ = {};
};

}  // namespace barometer
