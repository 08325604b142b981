#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/http_message.hpp"
#include "connectors/id_timeline.hpp"
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

  // Which posts of that hashtag, and of which others; folded, no '#'.
  std::vector<std::string> any = {};   // or with one of these
  std::vector<std::string> all = {};   // and with each of these
  std::vector<std::string> none = {};  // and with none of these
  bool local = false;                  // by the server's own members only
  bool remote = false;                 // by others only

  bool stream = false;             // listen on an open connection, and poll only to catch up
  std::string streaming_url = {};  // https://HOST of the streaming API; empty: the server says
  // fetch() waits that long on the open connection, and takes longer silence than that for a break; the server says
  // something every 15 seconds.
  std::chrono::milliseconds stream_wait{60'000};
  std::chrono::milliseconds stream_silence{90'000};
};

// What to ask next. The first time, and every half hour, the newest page and the pages before it (max_id); otherwise the page
// just above the largest id seen (min_id: since_id would leave a gap when more than a page is new).
HttpRequest timeline_request(const MastodonConfig& config, const Cursor& cursor, UtcTime now);

// What the answer to that request brought. `more` until an answer above the largest id is empty.
Result<Page> timeline_page(const MastodonConfig& config, const Cursor& cursor, const HttpResponse& response,
                           UtcTime now);

// For `barometer parse`: any shape that read_mastodon_answer knows, in the order of the body.
Result<Page> parse_mastodon(std::string body, const ParseOptions& options);

// A request to that server, with the token if there is one.
HttpRequest mastodon_request(const MastodonConfig& config, std::string url);

// A refusal as what to do about it, with what is true of Mastodon's servers.
Failure mastodon_refusal(const HttpResponse& response, UtcTime now);

// What /api/v2/instance (configuration.timelines_access.hashtag_feeds, since 4.5) says against asking: a person must mend it.
std::optional<Failure> closed_timeline(std::string_view instance, const MastodonConfig& config);

// A clock that runs ahead must not put a post into buckets of tomorrow.
void not_after(std::vector<Post>& posts, UtcTime now);

// The registry's row.
Connector mastodon_connector();

}  // namespace barometer
