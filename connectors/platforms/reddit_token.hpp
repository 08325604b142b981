#pragma once

#include <string>

#include "connectors/http_message.hpp"
#include "connectors/result.hpp"

namespace barometer {

// How the operator's approved app proves itself to Reddit.
struct RedditLogin {
  std::string url = {};  // https://HOST of the token endpoint, no slash at the end
  std::string client_id = {};
  std::string client_secret = {};
  std::string username = {};  // of a script app; empty: the app alone (client_credentials)
  std::string password = {};
};

// Kept in memory only: a new one costs one request.
struct RedditToken {
  std::string text = {};
  UtcTime good_until = {};  // a minute before Reddit's end
};

HttpRequest reddit_token_request(const RedditLogin& login);
// Reddit answers wrong logins with 200 and an error: those, as 401, are for the operator.
Result<RedditToken> reddit_token(const HttpResponse& response, UtcTime now);

}  // namespace barometer
