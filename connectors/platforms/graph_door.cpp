#include "connectors/platforms/graph_door.hpp"

#include <stdexcept>

#include "connectors/platforms/graph_api.hpp"
#include "connectors/settings.hpp"

namespace barometer {
namespace {

// The page's token in the list of pages that a user may act for; empty when it is not there.
std::string page_token(const HttpResponse& response, const std::string& page) {
  JsonDocument document;
  simdjson::dom::array accounts;
  if (response.status != 200 || JsonDocument::read(document, response.body) ||
      !json_array(document.root(), "data", accounts))
    return {};
  for (const auto account : accounts)
    if (json_id(account, "id") == page) return std::string(json_text(account, "access_token"));
  return {};
}

bool refused(const HttpResponse& response) {
  const auto error = graph_error(response);
  return response.status == 401 || (error && wants_new_token(*error));
}

std::string secret_if_there(const std::string& file) {
  try {
    return read_secret(file);
  } catch (const std::runtime_error&) {
    return {};
  }
}

}  // namespace

GraphDoor::GraphDoor(GraphKeys keys, HttpClient& http)
    : keys_(std::move(keys)),
      http_(http),
      app_secret_(read_secret(keys_.app_secret_file)),
      token_(read_secret(keys_.token_file)),
      filed_(token_) {
  if (!keys_.user_token_file.empty()) read_secret(keys_.user_token_file);
}

asio::awaitable<Result<HttpResponse>> GraphDoor::ask(HttpRequest request) {
  if (token_.empty()) co_await renew(request.source);
  auto first = graph_signed(request, token_, app_secret_);
  auto reply = co_await http_.send(std::move(first));
  if (!reply.has_value() || !refused(*reply)) co_return reply;
  const bool renewed = co_await renew(request.source);
  if (!renewed) co_return reply;
  auto second = graph_signed(std::move(request), token_, app_secret_);
  co_return co_await http_.send(std::move(second));
}

// The file first: what an operator wrote there is newer than anything we could ask for.
asio::awaitable<bool> GraphDoor::renew(const std::string& source) {
  if (take_from_file()) co_return true;
  const auto user_token = secret_if_there(keys_.user_token_file);
  if (user_token.empty()) co_return false;
  auto request = graph_request(keys_.base, "/me/accounts", {{"fields", "id,access_token"}, {"limit", "100"}}, source);
  request = graph_signed(std::move(request), user_token, app_secret_);
  const auto reply = co_await http_.send(std::move(request));
  co_return reply.has_value() && take(page_token(*reply, keys_.page));
}

// Only what an operator has written since: once a page's token came from /me/accounts, the file's is old.
bool GraphDoor::take_from_file() {
  auto token = secret_if_there(keys_.token_file);
  if (token == filed_) return false;
  filed_ = token;
  return take(std::move(token));
}

bool GraphDoor::take(std::string token) {
  if (token.empty() || token == token_) return false;
  token_ = std::move(token);
  return true;
}

}  // namespace barometer
