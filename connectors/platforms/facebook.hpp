#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/graph_door.hpp"
#include "connectors/http_client.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// One Facebook page of our own (or one that the app may read): its feed with the comments, or its recommendations.
// API: developers.facebook.com/docs/graph-api/reference/page/feed, …/object/comments, …/page/ratings
struct FacebookConfig {
  std::string name = {};
  std::string base = {};              // https://HOST/vNN.0, no slash at the end
  std::string page = {};              // the page's id, in digits
  bool ratings = false;               // recommendations instead of the feed
  int limit = 100;                    // entries a request; the API's most
  int first_pages = 5;                // of the first fetch
  std::chrono::days comment_days{7};  // how long a post's comments and edits are looked for
};

// What to ask next, without the token: a page of the feed, or of the comments of the post whose turn it is.
HttpRequest facebook_request(const FacebookConfig& config, const Cursor& cursor, UtcTime now);

// What the answer brought. `more` until the feed is read down to what is known and no comments are due.
Result<Page> facebook_page(const FacebookConfig& config, const Cursor& cursor, const HttpResponse& response,
                           UtcTime now);

// Asks for several objects at once (`comments`: all of them are comments, else none is), and what their absence means.
HttpRequest facebook_objects_request(const FacebookConfig& config, const std::vector<KeptPost>& kept, bool comments);
Result<Page> facebook_objects_page(const FacebookConfig& config, const std::vector<KeptPost>& kept,
                                   const HttpResponse& response, UtcTime now);

// For `barometer parse`: any shape that read_facebook knows, in the order of the body.
Result<Page> parse_facebook(std::string body, const ParseOptions& options);

class FacebookSource : public Source {
 public:
  FacebookSource(FacebookConfig config, GraphKeys keys, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;
  std::size_t recheck_limit() const override { return config_.ratings ? 0 : 25; }
  // GET /?ids=…: what is missing is gone. Where the API refuses all for one that is gone, each is asked for by itself. First the
  // page itself is asked for, so that lost rights do not read as deletions.
  asio::awaitable<Result<Page>> recheck(std::vector<KeptPost> kept, UtcTime now) override;

 private:
  asio::awaitable<Result<Page>> recheck_some(std::vector<KeptPost> kept, bool comments, UtcTime now);
  asio::awaitable<std::optional<Failure>> page_refused(UtcTime now);

  FacebookConfig config_;
  std::string host_;
  GraphDoor door_;
};

// The registry's row.
Connector facebook_connector();

}  // namespace barometer
