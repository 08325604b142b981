#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/http_client.hpp"
#include "connectors/platforms/reddit_token.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// New posts or comments of a subreddit, or a search, through Reddit's API for approved apps.
struct RedditConfig {
  std::string name = {};
  std::string api = {};        // https://HOST, no slash at the end
  std::string listing = {};    // new, comments or search
  std::string subreddit = {};  // "a" or "a+b"; may be empty for a search of all Reddit
  std::string query = {};
  int limit = 100;      // things a request
  int first_pages = 2;  // of the first fetch
  std::string user_agent = {};
  RedditLogin login = {};
};

// Reddit wants "<platform>:<app id>:<version> (by /u/<name>)"; `product` is ours ("Barometer/0.1.0 (+…)").
std::string reddit_user_agent(std::string_view product, std::string_view account);

// Listings have the newest first and are read down with `after`. Never with `before`: where that thing was deleted, the answer is
// empty for ever. Where the thing named by `after` is gone and the answer is empty, the one above it is tried.
// Without its Authorization, which the source adds.
HttpRequest reddit_request(const RedditConfig& config, const Cursor& cursor, UtcTime now);
Result<Page> reddit_page(const RedditConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now);

// What became of posts that we keep, a hundred at most: tombstones for those that are gone, the others as they read now.
HttpRequest reddit_info_request(const RedditConfig& config, const std::vector<KeptPost>& kept);
Result<Page> reddit_info_page(const RedditConfig& config, const std::vector<KeptPost>& kept,
                              const HttpResponse& response, UtcTime now);

// For `barometer parse`. Kinds: listing, thread, rss.
Result<Page> parse_reddit(std::string body, const ParseOptions& options);

class RedditSource : public Source {
 public:
  RedditSource(RedditConfig config, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;
  std::size_t recheck_limit() const override { return 100; }
  asio::awaitable<Result<Page>> recheck(std::vector<KeptPost> kept, UtcTime now) override;

 private:
  // With a token; a 401 renews it, once.
  asio::awaitable<Result<HttpResponse>> ask(HttpRequest request, UtcTime now);
  asio::awaitable<std::optional<Failure>> renew_token(UtcTime now);

  RedditConfig config_;
  std::string host_;
  HttpClient& http_;
  std::optional<RedditToken> token_;
};

// The registry's row.
Connector reddit_connector();

}  // namespace barometer
