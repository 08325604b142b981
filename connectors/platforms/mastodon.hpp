#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "connectors/http_client.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// One hashtag as one server of the Fediverse knows it: Mastodon, or a server that speaks its API (Pleroma, Akkoma, GoToSocial …).
// API: docs.joinmastodon.org/methods/timelines/#tag
struct MastodonConfig {
  std::string name = {};
  std::string url = {};    // https://HOST, no slash at the end
  std::string tag = {};    // folded, no '#'
  std::string token = {};  // of an application with read:statuses; empty: ask without
  int limit = 40;          // statuses a request; the API's most
  int first_pages = 10;    // how many pages of the past the first fetch reads
};

// Between two looks at the newest page without min_id, which find posts that federated late (their ids lie below the
// cursor) and edits (which do not enter the timeline again); and how far back such a look goes.
inline constexpr std::chrono::minutes mastodon_reread_every{30};
inline constexpr std::chrono::minutes mastodon_reread_back{60};
inline constexpr int mastodon_reread_pages = 3;

// What to ask next. The first time, and every half hour, the newest page and the pages before it (max_id); otherwise the page
// just above the largest id seen (min_id: since_id would leave a gap when more than a page is new).
HttpRequest timeline_request(const MastodonConfig& config, const Cursor& cursor, UtcTime now);

// What the answer to that request brought. `more` until an answer above the largest id is empty.
Result<Page> timeline_page(const MastodonConfig& config, const Cursor& cursor, const HttpResponse& response,
                           UtcTime now);

// For `barometer parse`: any shape that read_mastodon_answer knows, in the order of the body.
Result<Page> parse_mastodon(std::string body, const ParseOptions& options);

class MastodonSource : public Source {
 public:
  MastodonSource(MastodonConfig config, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;

 private:
  MastodonConfig config_;
  std::string host_;
  HttpClient& http_;
};

// The registry's row.
Connector mastodon_connector();

}  // namespace barometer
