#pragma once

#include <string>

#include "connectors/filed_token.hpp"
#include "connectors/http_client.hpp"
#include "connectors/result.hpp"

namespace barometer {

// Whose token we ask with, and where another comes from when it is refused.
struct GraphKeys {
  std::string token_file = {};  // read again when the token is refused
  std::string user_token_file =
      {};  // a long-lived user's, which can fetch a page's token anew (/me/accounts); may be empty
  std::string app_secret_file = {};  // of apps that demand appsecret_proof; may be empty
  std::string base = {};             // https://HOST/vNN.0
  std::string page = {};             // id of the page whose token /me/accounts is asked for
};

// Asks a Graph API with a token, and once more with a new one where it is refused. Used only on the loop's thread.
class GraphDoor {
 public:
  // Throws std::runtime_error naming the file when a secret cannot be read.
  GraphDoor(GraphKeys keys, HttpClient& http);

  // The answer, whatever its status; a failure where none came (see HttpClient::send), or where a new token could not be had
  // for a reason that passes.
  asio::awaitable<Result<HttpResponse>> ask(HttpRequest request, UtcTime now);

 private:
  asio::awaitable<Result<bool>> renew(std::string source, UtcTime now);

  GraphKeys keys_;
  HttpClient& http_;
  std::string app_secret_;
  FiledToken token_;
};

}  // namespace barometer
