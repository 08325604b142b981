#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "connectors/platforms/bluesky.hpp"
#include "connectors/platforms/bluesky_filter.hpp"
#include "connectors/platforms/bluesky_session.hpp"
#include "connectors/source.hpp"

namespace barometer {

// Each hashtag and each phrase is a search of its own (several tags in one would all have to be there). Its results come newest first;
// the next older page is asked for by the time of the oldest post seen (`until`), not by the API's cursor, which counts posts and so
// passes one over when another is deleted meanwhile. A server that does not know `until` is asked by its cursor.
//
// The cursor: {"turn":0,"walks":["…","…"]}, a Walk (connectors/walk.hpp) for each in its order of the configuration.

inline constexpr std::chrono::minutes bluesky_overlap{10};  // posts are found by search this late
inline constexpr std::size_t bluesky_recheck_limit = 25;    // of getPosts

HttpRequest search_request(const BlueskyConfig& config, const Cursor& cursor, UtcTime now);
Result<Page> search_page(const BlueskyConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now);

// getPosts at `base`: what has become of posts.
HttpRequest kept_posts_request(const BlueskyConfig& config, const std::string& base, const std::vector<KeptPost>& kept);
// Those that are missing, and those that their authors do not want shown any more, are tombstones.
Result<Page> kept_posts_page(const BlueskyConfig& config, const std::vector<KeptPost>& kept,
                             const HttpResponse& response, UtcTime now);

class BlueskySearch : public Source {
 public:
  BlueskySearch(BlueskyConfig config, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;
  std::size_t recheck_limit() const override { return bluesky_recheck_limit; }
  asio::awaitable<Result<Page>> recheck(std::vector<KeptPost> kept, UtcTime now) override;

 private:
  BlueskyConfig config_;
  std::string host_;
  BlueskyAccount account_;
};

}  // namespace barometer
