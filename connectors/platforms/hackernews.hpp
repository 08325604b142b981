#pragma once

#include <memory>
#include <string>

#include "connectors/http_client.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"
#include "connectors/walk.hpp"

namespace barometer {

// Stories and comments of Hacker News that hold some words, by Algolia's search (hn.algolia.com/api), newest first.
struct HackerNewsConfig {
  std::string name = {};
  std::string api = {};    // https://HOST of the search, no slash at the end
  std::string items = {};  // https://HOST of the official API, which is asked what became of a post
  std::string query = {};  // words, as the search takes them
  int limit = 100;         // hits a request
  int first_pages = 5;     // of the first fetch
};

// Hits after what is known (less half an hour, for late indexing) and up to the oldest second of the page before. Pages are
// parted by time, so a post that is deleted meanwhile shifts nothing.
HttpRequest hackernews_request(const HackerNewsConfig& config, const Cursor& cursor);
Result<Page> hackernews_page(const HackerNewsConfig& config, const Cursor& cursor, const HttpResponse& response,
                             UtcTime now);

// The official API about one item, and what its answer means for a post that we keep: at most one post or tombstone.
HttpRequest hackernews_item_request(const HackerNewsConfig& config, const KeptPost& kept);
Result<Page> hackernews_item_page(const HackerNewsConfig& config, const KeptPost& kept, const HttpResponse& response,
                                  UtcTime now);

// For `barometer parse`. Kinds: search (Algolia), item (the official API).
Result<Page> parse_hackernews(std::string body, const ParseOptions& options);

class HackerNewsSource : public Source {
 public:
  HackerNewsSource(HackerNewsConfig config, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;
  std::size_t recheck_limit() const override { return 20; }
  asio::awaitable<Result<Page>> recheck(std::vector<KeptPost> kept, UtcTime now) override;

 private:
  HackerNewsConfig config_;
  std::string host_;
  HttpClient& http_;
};

// The registry's row.
Connector hackernews_connector();

}  // namespace barometer
