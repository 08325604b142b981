#include "connectors/json_document.hpp"
#include "connectors/platforms/linkedin.hpp"
#include "connectors/refusal.hpp"
#include "connectors/settings.hpp"
#include "connectors/url.hpp"

namespace barometer {

LinkedInDoor::LinkedInDoor(const LinkedInConfig& config, HttpClient& http)
    : config_(config),
      http_(http),
      client_secret_(read_secret(config.client_secret_file)),
      refresh_token_(read_secret(config.refresh_token_file)),
      token_(config.token_file) {}

HttpRequest LinkedInDoor::signed_request(HttpRequest request) const {
  request.headers.emplace_back("Authorization", "Bearer " + token_.text());
  return request;
}

asio::awaitable<Result<HttpResponse>> LinkedInDoor::ask(HttpRequest request, UtcTime now) {
  if (token_.text().empty()) {
    const auto fetched = co_await renew(now);
    if (!fetched.has_value()) co_return fetched.error();
  }
  auto first = signed_request(request);
  auto reply = co_await http_.send(std::move(first));
  if (!reply.has_value() || reply->status != 401) co_return reply;
  const auto renewed = co_await renew(now);
  if (!renewed.has_value()) co_return renewed.error();
  if (!*renewed) co_return reply;
  auto second = signed_request(std::move(request));
  co_return co_await http_.send(std::move(second));
}

// Whether there is a new token. The file first: what an operator wrote there is newer than anything we could ask for.
asio::awaitable<Result<bool>> LinkedInDoor::renew(UtcTime now) {
  if (token_.take_from_file()) co_return true;
  if (refresh_token_.empty()) co_return false;
  HttpRequest request;
  request.method = "POST";
  request.source = config_.name;
  request.url = config_.auth + "/oauth/v2/accessToken";
  request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  request.body = "grant_type=refresh_token&refresh_token=" + percent_encoded(refresh_token_) +
                 "&client_id=" + percent_encoded(config_.client_id) +
                 "&client_secret=" + percent_encoded(client_secret_);
  const auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  if (reply->status != 200) {
    const auto failure = refusal(*reply, now);
    if (failure.remedy != Remedy::ask_operator) co_return failure;
    co_return Failure{
        Remedy::ask_operator,
        "LinkedIn takes our refresh token no more (they end after a year): let an administrator of the page sign "
        "in to the app again and write the new one into refresh_token_file"};
  }
  JsonDocument document;
  if (JsonDocument::read(document, reply->body)) co_return Failure{Remedy::retry, "the token service gave no JSON"};
  if (const auto next = json_text(document.root(), "refresh_token"); !next.empty()) refresh_token_ = next;
  co_return token_.take(std::string(json_text(document.root(), "access_token")));
}

}  // namespace barometer
