#include "connectors/platforms/threads_door.hpp"

#include <fstream>
#include <iterator>

#include "connectors/digest.hpp"
#include "connectors/filed_token.hpp"
#include "connectors/graph_api.hpp"
#include "connectors/json_document.hpp"
#include "connectors/json_text.hpp"
#include "connectors/secret_file.hpp"
#include "connectors/settings.hpp"
#include "connectors/time.hpp"

namespace barometer {
namespace {

bool refused(const HttpResponse& response) {
  const auto error = graph_error(response);
  return response.status == 401 || (error && wants_new_token(*error));
}

}  // namespace

ThreadsToken read_threads_token(const ThreadsKeys& keys, UtcTime now) {
  auto filed = secret_if_there(keys.token_file);
  const auto origin = sha256_hex(filed);
  std::ifstream in(keys.kept_file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  JsonDocument document;
  if (!JsonDocument::read(document, bytes) && json_text(document.root(), "origin") == origin) {
    const auto root = document.root();
    const auto try_at = parse_iso(json_text(root, "try_at"));
    if (try_at && !json_text(root, "token").empty()) return {origin, std::string(json_text(root, "token")), *try_at};
  }
  return {origin, std::move(filed), now + threads_try_every};
}

bool write_threads_token(const ThreadsKeys& keys, const ThreadsToken& token) {
  std::string out = "{\"origin\":";
  append_json_string(out, token.origin);
  out += ",\"token\":";
  append_json_string(out, token.token);
  out += ",\"try_at\":";
  append_json_string(out, to_iso(token.try_at));
  return replace_secret_file(keys.kept_file, out + "}\n");
}

ThreadsDoor::ThreadsDoor(ThreadsKeys keys, HttpClient& http) : keys_(std::move(keys)), http_(http) {
  read_secret(keys_.token_file);
}

asio::awaitable<Result<HttpResponse>> ThreadsDoor::ask(HttpRequest request, UtcTime now) {
  if (!token_) {
    token_ = read_threads_token(keys_, now);
    write_threads_token(keys_, *token_);  // so that a restart does not put off the exchange
  }
  if (now >= token_->try_at) co_await exchange(request.source, now);
  auto first = graph_signed(request, token_->token, {});
  auto reply = co_await http_.send(std::move(first));
  if (!reply.has_value() || !refused(*reply)) co_return reply;
  const auto filed = secret_if_there(keys_.token_file);
  if (filed.empty() || sha256_hex(filed) == token_->origin) co_return reply;
  token_ = read_threads_token(keys_, now);
  write_threads_token(keys_, *token_);
  auto second = graph_signed(std::move(request), token_->token, {});
  co_return co_await http_.send(std::move(second));
}

// What does not succeed is tried again tomorrow: the token at hand is still good for weeks.
asio::awaitable<void> ThreadsDoor::exchange(std::string source, UtcTime now) {
  token_->try_at = now + threads_try_every;
  if (!write_threads_token(keys_, *token_)) co_return;  // a token that we could not keep would end with us
  auto request = graph_request(keys_.api, "/refresh_access_token",
                               {{"grant_type", "th_refresh_token"}, {"access_token", token_->token}}, source);
  const auto reply = co_await http_.send(std::move(request));
  JsonDocument document;
  if (!reply.has_value() || read_graph(document, *reply, now)) co_return;
  const auto fresh = json_text(document.root(), "access_token");
  if (fresh.empty()) co_return;
  token_->token = fresh;
  token_->try_at = now + threads_renew_every;
  write_threads_token(keys_, *token_);
}

}  // namespace barometer
