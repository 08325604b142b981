#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "connectors/registry.hpp"

namespace barometer {

// A post as a played platform knows it.
struct PlayedPost {
  int number = 0;  // in order of making, from 1
  UtcTime made_at = {};
  std::string text = {};
};

struct PlayedRequest {
  std::string method = {};
  std::string target = {};  // path and query, as it was sent
  std::string authorization = {};
  std::string body = {};
  UtcTime now = {};

  std::string path() const;                        // without the query
  std::string query(std::string_view name) const;  // percent-decoded; the first of that name; empty when there is none
};

struct PlayedAnswer {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers = {};  // Content-Type among them
  std::string body = {};
};

// A platform, played in tests in its own words: it knows posts and answers requests for them as the real one does, with
// its paging and its order. Trouble is added by the test that plays it (tests/connectors/outages_test.cpp).
class PlayedPlatform {
 public:
  virtual ~PlayedPlatform() = default;
  // A source that listens to it at `url` ("http://127.0.0.1:PORT"). Secrets' files go to `folder`.
  virtual SourceConfig source(const std::string& url, const std::filesystem::path& folder) = 0;
  // The answer in good health. `posts` are those that it still serves, oldest first. Called on the server's thread.
  // A request whose token is none that it gave out (or none at all, where one is needed) gets the platform's own 401.
  virtual PlayedAnswer answer(const PlayedRequest& request, const std::vector<PlayedPost>& posts) = 0;
  // Post::id of what the source makes of that post.
  virtual std::string id_of(const PlayedPost& post) const = 0;
  // Tokens given out so far are good no more. False: it has none that the source could renew by itself.
  virtual bool expire_tokens() { return false; }
  // Whether the source asks again for older pages until it has all. A feed shows only its window; the test then stays
  // within `window` new posts an outage.
  virtual std::size_t window() const { return 1'000'000; }
};

// One row a platform with a cursor: tests/connectors/plays/NAME_play.cpp has the function, plays.cpp the row.
struct Play {
  const char* platform;
  std::unique_ptr<PlayedPlatform> (*make)();
};
const std::vector<Play>& plays();

}  // namespace barometer
