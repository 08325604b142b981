#include "connectors/graph_door.hpp"

#include "connectors/graph_api.hpp"
#include "connectors/settings.hpp"

namespace barometer {
namespace {

// The page's token in the list of pages that a user may act for; empty when it is not there.
std::string page_token(JsonValue root, const std::string& page) {
  simdjson::dom::array accounts;
  if (!json_array(root, "data", accounts)) return {};
  for (const auto account : accounts)
    if (json_id(account, "id") == page) return std::string(json_text(account, "access_token"));
  return {};
}

bool refused(const HttpResponse& response) {
  const auto error = graph_error(response);
  return response.status == 401 || (error && wants_new_token(*error));
}

}  // namespace

GraphDoor::GraphDoor(GraphKeys keys, HttpClient& http)
    : keys_(std::move(keys)), http_(http), app_secret_(read_secret(keys_.app_secret_file)), token_(keys_.token_file) {}

asio::awaitable<Result<HttpResponse>> GraphDoor::ask(HttpRequest request, UtcTime now) {
  if (token_.text().empty()) {
    const auto fetched = co_await renew(request.source, now);
    if (!fetched.has_value()) co_return fetched.error();
  }
  auto first = graph_signed(request, token_.text(), app_secret_);
  auto reply = co_await http_.send(std::move(first));
  if (!reply.has_value() || !refused(*reply)) co_return reply;
  const auto renewed = co_await renew(request.source, now);
  if (!renewed.has_value()) co_return renewed.error();
  if (!*renewed) co_return reply;
  auto second = graph_signed(std::move(request), token_.text(), app_secret_);
  co_return co_await http_.send(std::move(second));
}

// Whether there is a new token. The file first: what an operator wrote there is newer than anything we could ask for.
asio::awaitable<Result<bool>> GraphDoor::renew(std::string source, UtcTime now) {
  if (token_.take_from_file()) co_return true;
  const auto user_token = secret_if_there(keys_.user_token_file);
  if (user_token.empty()) co_return false;
  auto request = graph_request(keys_.base, "/me/accounts", {{"fields", "id,access_token"}, {"limit", "100"}}, source);
  request = graph_signed(std::move(request), user_token, app_secret_);
  const auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  JsonDocument document;
  if (const auto failure = read_graph(document, *reply, now)) {
    if (failure->remedy == Remedy::ask_operator) co_return false;  // the first refusal says what to do
    co_return *failure;
  }
  co_return token_.take(page_token(document.root(), keys_.page));
}

}  // namespace barometer
