#pragma once

#include <string>

#include "connectors/http_client.hpp"
#include "connectors/result.hpp"

namespace barometer {

// Whose token we ask with, and where another comes from when it is refused.
struct GraphKeys {
  std::string token_file = {};  // read again when the token is refused: an operator may have replaced it
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

  // The answer, whatever its status; a failure only where none came (see HttpClient::send).
  asio::awaitable<Result<HttpResponse>> ask(HttpRequest request);

 private:
  asio::awaitable<bool> renew(const std::string& source);
  bool take(std::string token);
  bool take_from_file();

  GraphKeys keys_;
  HttpClient& http_;
  std::string app_secret_;
  std::string token_;
  std::string filed_;  // what token_file held when it was last read
};

}  // namespace barometer
