#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/filed_token.hpp"
#include "connectors/http_client.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// One organisation's page on LinkedIn, of which a member who gave us the token is an administrator: its posts and their comments.
// API: learn.microsoft.com/linkedin/marketing/community-management (Posts API, Comments API)
struct LinkedInConfig {
  std::string name = {};
  std::string api = {};                // https://HOST, no slash at the end
  std::string auth = {};               // https://HOST of the token service
  std::string organization = {};       // urn:li:organization:N
  std::string version = {};            // YYYYMM; empty: of three months ago
  int limit = 50;                      // entries a request
  int first_pages = 5;                 // of the first fetch
  std::chrono::days comment_days{30};  // how long a post's comments are looked for
  std::string token_file = {};
  std::string client_id = {};  // with its secret and a refresh token: the access token is renewed
  std::string client_secret_file = {};
  std::string refresh_token_file = {};
};

// What to ask next, without the token: posts by their last change, or the comments of the post or comment whose turn it is.
// Lists are read by offset. Each page begins with the last entry of the one before; where that is missing, something was taken
// away meanwhile and the walk goes through the list again from its beginning.
HttpRequest linkedin_request(const LinkedInConfig& config, const Cursor& cursor, UtcTime now);
Result<Page> linkedin_page(const LinkedInConfig& config, const Cursor& cursor, const HttpResponse& response,
                           UtcTime now);

// One post or comment that we keep, and what the answer means for it: at most one post or tombstone.
HttpRequest linkedin_item_request(const LinkedInConfig& config, const KeptPost& kept, UtcTime now);
Result<Page> linkedin_item_page(const LinkedInConfig& config, const KeptPost& kept, const HttpResponse& response,
                                UtcTime now);

// For `barometer parse`: any shape that read_linkedin knows, in the order of the body.
Result<Page> parse_linkedin(std::string body, const ParseOptions& options);

// Asks with a token, and once more with a new one where it is refused. Used only on the loop's thread.
class LinkedInDoor {
 public:
  // Throws std::runtime_error naming the file when a secret cannot be read. Both outlive the door.
  LinkedInDoor(const LinkedInConfig& config, HttpClient& http);
  asio::awaitable<Result<HttpResponse>> ask(HttpRequest request, UtcTime now);

 private:
  HttpRequest signed_request(HttpRequest request) const;
  asio::awaitable<Result<bool>> renew(UtcTime now);

  const LinkedInConfig& config_;
  HttpClient& http_;
  std::string client_secret_;
  std::string refresh_token_;
  FiledToken token_;
};

class LinkedInSource : public Source {
 public:
  LinkedInSource(LinkedInConfig config, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;
  std::size_t recheck_limit() const override { return 10; }
  asio::awaitable<Result<Page>> recheck(std::vector<KeptPost> kept, UtcTime now) override;

 private:
  LinkedInConfig config_;
  std::string host_;
  LinkedInDoor door_;
};

// The registry's row.
Connector linkedin_connector();

}  // namespace barometer
