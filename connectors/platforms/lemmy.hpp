#pragma once

#include <string>
#include <string_view>

#include "connectors/http_client.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// Posts, comments or a search of one Lemmy server, by its API of either generation.
struct LemmyConfig {
  std::string name = {};
  std::string url = {};        // https://HOST of the server, no slash at the end
  std::string listing = {};    // posts, comments or search
  std::string community = {};  // name or name@host; empty: of the whole server
  std::string query = {};
  int generation = 3;   // 3: 0.19 (api/v3); 4: 1.0 (api/v4)
  int limit = 50;       // posts or comments a request
  int first_pages = 2;  // of the first fetch
};

// Newest first, down to what is known; every six hours a day deeper, because posts of other servers arrive late with old times.
// Where the server has only page numbers (v3's comments and search), each page begins a little before the end of the one
// before: the limit shrinks by one a page. Where the last entry of that one is not among them the list has shifted, and the walk
// begins again.
HttpRequest lemmy_request(const LemmyConfig& config, const Cursor& cursor);
Result<Page> lemmy_page(const LemmyConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now);

// One kept post or comment as it is now; a tombstone when it was deleted or removed, or is no more.
HttpRequest lemmy_view_request(const LemmyConfig& config, const KeptPost& kept);
Result<Page> lemmy_view_page(const LemmyConfig& config, const KeptPost& kept, const HttpResponse& response,
                             UtcTime now);

// For `barometer parse`. Kinds: posts, comments, search, view (one of either), rss. The shapes of both generations are told apart.
Result<Page> parse_lemmy(std::string body, const ParseOptions& options);

class LemmySource : public Source {
 public:
  LemmySource(LemmyConfig config, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;
  std::size_t recheck_limit() const override { return 10; }
  asio::awaitable<Result<Page>> recheck(std::vector<KeptPost> kept, UtcTime now) override;

 private:
  LemmyConfig config_;
  std::string host_;
  HttpClient& http_;
};

// The registry's row.
Connector lemmy_connector();

}  // namespace barometer
