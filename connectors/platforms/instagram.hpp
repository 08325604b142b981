#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "connectors/graph_door.hpp"
#include "connectors/http_client.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// What is heard on Instagram, with an own business or creator account: a hashtag, media that tag the account, or the account's
// own media and the comments on them.
// API: developers.facebook.com/docs/instagram-platform/instagram-api-with-facebook-login
struct InstagramConfig {
  enum class Read { hashtag, tags, comments };
  std::string name = {};
  std::string base = {};  // https://HOST/vNN.0, no slash at the end
  std::string user = {};  // id of our account, in digits
  Read read = Read::hashtag;
  std::string hashtag = {};           // folded, no '#'
  int limit = 50;                     // entries a request; the API's most
  int first_pages = 5;                // of the first fetch; a hashtag's 24 hours are read whole
  std::chrono::days comment_days{7};  // how long comments on our media are looked for
};

// recent_media of a hashtag shows the last 24 hours and no more.
inline constexpr std::chrono::hours instagram_window{24};

// What to ask next, without the token. The first request of a hashtag asks for its id, which the cursor keeps for ever: each
// different hashtag that an account asks for counts against 30 in 7 days.
HttpRequest instagram_request(const InstagramConfig& config, const Cursor& cursor, UtcTime now);
Result<Page> instagram_page(const InstagramConfig& config, const Cursor& cursor, const HttpResponse& response,
                            UtcTime now);

// The same place, with the sweep under way begun again: its next page is known only to the server, which may have moved on.
Cursor instagram_begun_again(const InstagramConfig& config, const Cursor& cursor);

// One of our own media or comments that we keep, and what the answer means for it: at most one post or tombstone.
HttpRequest instagram_item_request(const InstagramConfig& config, const KeptPost& kept);
Result<Page> instagram_item_page(const InstagramConfig& config, const KeptPost& kept, const HttpResponse& response,
                                 UtcTime now);

// For `barometer parse`: any shape that read_instagram knows, in the order of the body.
Result<Page> parse_instagram(std::string body, const ParseOptions& options);

class InstagramSource : public Source {
 public:
  InstagramSource(InstagramConfig config, GraphKeys keys, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;
  // Only of what is on our own account: media of others cannot be asked for by their id.
  std::size_t recheck_limit() const override { return config_.read == InstagramConfig::Read::comments ? 10 : 0; }
  asio::awaitable<Result<Page>> recheck(std::vector<KeptPost> kept, UtcTime now) override;

 private:
  InstagramConfig config_;
  std::string host_;
  GraphDoor door_;
  Cursor expected_ = {};  // what the last answer led to: a sweep goes on only from there
};

// The registry's row.
Connector instagram_connector();

}  // namespace barometer
