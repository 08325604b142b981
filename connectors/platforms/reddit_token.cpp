#include "connectors/platforms/reddit_token.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <openssl/evp.h>

#include "connectors/json_document.hpp"
#include "connectors/refusal.hpp"
#include "connectors/unread_answer.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

using std::chrono::seconds;

constexpr seconds margin{60};
constexpr std::int64_t longest_life = 30 * 86'400;  // seconds; Reddit's live an hour or a day
constexpr std::string_view login_advice =
    "check client_id, client_secret_file and, for a script app, username and password_file";

std::string base64(const std::string& bytes) {
  const auto size = static_cast<int>(bytes.size());
  std::string out(4 * (bytes.size() + 2) / 3 + 1, '\0');
  const int used = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()), size);
  out.resize(static_cast<std::size_t>(used));
  return out;
}

Failure refused_login() {
  return Failure{Remedy::ask_operator, "Reddit refuses the login of this app: " + std::string(login_advice)};
}

}  // namespace

HttpRequest reddit_token_request(const RedditLogin& login) {
  HttpRequest request;
  request.method = "POST";
  request.url = login.url + "/api/v1/access_token";
  request.headers.emplace_back("Authorization", "Basic " + base64(login.client_id + ':' + login.client_secret));
  request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  request.body = "grant_type=client_credentials";
  if (!login.username.empty())
    request.body = "grant_type=password&username=" + percent_encoded(login.username) +
                   "&password=" + percent_encoded(login.password);
  return request;
}

Result<RedditToken> reddit_token(const HttpResponse& response, UtcTime now) {
  if (response.status == 401 || response.status == 400) return refused_login();
  if (response.status != 200) return refusal(response, now);
  JsonDocument document;
  if (JsonDocument::read(document, response.body))
    return unread_answer(response.body, "something between here and Reddit refuses programs; check http.proxy");
  RedditToken token;
  token.text = json_text(document.root(), "access_token");
  const auto life = std::min(json_count(document.root(), "expires_in"), longest_life);
  token.good_until = now + std::max(seconds{life} - margin, margin);
  JsonValue error;
  if (json_field(document.root(), "error", error)) return refused_login();
  if (token.text.empty()) return Failure{Remedy::retry, "Reddit's login answered without a token"};
  return token;
}

}  // namespace barometer
