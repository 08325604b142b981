#pragma once

#include <string>
#include <string_view>

#include "connectors/http_client.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// All public posts of one Discourse board.
struct DiscourseConfig {
  std::string name = {};
  std::string url = {};       // https://HOST, and the path where the board is not at the top; no slash at the end
  std::string key = {};       // of an administrator; empty: as the public
  std::string username = {};  // that goes with the key
  int first_pages = 2;        // of the first fetch, 50 posts each
};

// /posts.json, newest first, parted by ids: a post that is deleted meanwhile shifts nothing. Every six hours a day deeper, for
// edits. Boards older than 2023 look only at the fifty ids below the one asked for: where nobody may see any of those, up to three
// further fifties are tried.
HttpRequest discourse_request(const DiscourseConfig& config, const Cursor& cursor);
Result<Page> discourse_page(const DiscourseConfig& config, const Cursor& cursor, const HttpResponse& response,
                            UtcTime now);

// One kept post as it is now; a tombstone when it was deleted or hidden, or may not be seen any more.
HttpRequest discourse_post_request(const DiscourseConfig& config, const KeptPost& kept);
Result<Page> discourse_post_page(const DiscourseConfig& config, const KeptPost& kept, const HttpResponse& response,
                                 UtcTime now);

// For `barometer parse`. Kinds: posts, topics (latest, tag, category), topic, post, search, rss.
Result<Page> parse_discourse(std::string body, const ParseOptions& options);

class DiscourseSource : public Source {
 public:
  DiscourseSource(DiscourseConfig config, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;
  std::size_t recheck_limit() const override { return 10; }
  asio::awaitable<Result<Page>> recheck(std::vector<KeptPost> kept, UtcTime now) override;

 private:
  DiscourseConfig config_;
  std::string host_;
  HttpClient& http_;
};

// The registry's row.
Connector discourse_connector();

}  // namespace barometer
