#include "daemon/channels/json_post.hpp"

#include <chrono>
#include <fmt/format.h>
#include <stdexcept>

#include <boost/asio/this_coro.hpp>

#include "connectors/address_policy.hpp"
#include "connectors/http_client.hpp"
#include "connectors/http_place.hpp"
#include "connectors/refusal.hpp"
#include "connectors/settings.hpp"
#include "daemon/clock.hpp"

namespace barometer {
namespace {

constexpr std::size_t longest_answer = 1'000'000;

std::string_view remedy_of(SendReason reason) {
  switch (reason) {
    case SendReason::login: return "check the address in the recipient's url_file, and the secret in its secret_file";
    case SendReason::busy: return "nothing to do unless it lasts: then ask those who run the server";
    case SendReason::refused: return "see its log: it does not take what Barometer sends";
    case SendReason::settings:
      return "check the address in the recipient's url_file, or have a new one made where it came from";
    case SendReason::unreachable:
    case SendReason::timeout: return "check the address in the recipient's url_file, the server and the firewall";
    case SendReason::tls:
    case SendReason::store: return "";
  }
  return "";
}

SendReason reason_of(int status, Remedy remedy) {
  if (status == 401 || status == 403) return SendReason::login;
  if (status == 404 || status == 410 || (status >= 300 && status < 400)) return SendReason::settings;
  return remedy == Remedy::wait || remedy == Remedy::retry ? SendReason::busy : SendReason::refused;
}

// No answer came.
SendFault no_answer(const Failure& failure, std::chrono::steady_clock::duration took) {
  SendFault out;
  out.reason = failure.remedy == Remedy::ask_operator ? SendReason::settings
               : took >= json_post_limit              ? SendReason::timeout
                                                      : SendReason::unreachable;
  out.detail = fmt::format("{}; {}", failure.detail, remedy_of(out.reason));
  return out;
}

class JsonSending : public Sending {
 public:
  JsonSending(JsonPost post, HttpSettings settings) : settings_(std::move(settings)) {
    request_.method = "POST";
    request_.url = std::move(post.url);
    request_.headers = std::move(post.headers);
    request_.headers.emplace_back("Content-Type", "application/json");
    request_.body = std::move(post.body);
  }

  asio::awaitable<Attempt> perform() override {
    client_.emplace(co_await asio::this_coro::executor, settings_);
    const auto began = std::chrono::steady_clock::now();
    const auto answer = co_await client_->send(std::move(request_));
    if (answer) co_return Attempt{false, fault_of(*answer, utc_now())};
    if (aborted_) co_return Attempt{true, {}};
    co_return Attempt{false, no_answer(answer.error(), std::chrono::steady_clock::now() - began)};
  }
  void abort() override {
    aborted_ = true;
    client_.reset();
  }

 private:
  HttpSettings settings_;
  HttpRequest request_ = {};
  std::optional<HttpClient> client_ = {};
  bool aborted_ = false;
};

}  // namespace

std::optional<SendFault> fault_of(const HttpResponse& response, UtcTime now) {
  if (response.status >= 200 && response.status < 300) return std::nullopt;
  const auto failure = refusal(response, now);
  SendFault out;
  out.reason = reason_of(response.status, failure.remedy);
  out.of_server = out.reason != SendReason::refused;
  out.detail = fmt::format("the server answered {}; {}", response.status, remedy_of(out.reason));
  if (failure.not_before && *failure.not_before > now) out.wait = *failure.not_before - now;
  return out;
}

std::unique_ptr<Sending> json_sending(JsonPost post, const Config& config) {
  auto settings = config.http;
  settings.proxy_login = read_secret(settings.proxy_login_file);
  settings.max_redirects = 0;
  settings.max_body = longest_answer;
  settings.total_timeout = json_post_limit;
  settings.connect_timeout = std::min<std::chrono::milliseconds>(settings.connect_timeout, json_post_limit);
  settings.only_public = !post.local_network;
  // No proxy leads back to us, or to an address of the local network.
  if (const auto place = http_place(post.url); place && post.local_network && is_inside_by_name(place->host))
    settings.proxy.clear();
  return std::make_unique<JsonSending>(std::move(post), std::move(settings));
}

Begun begin_json_post(const Outgoing& message, const Config& config, std::string json,
                      std::vector<std::pair<std::string, std::string>> headers) {
  try {
    const auto& recipient = message.recipient;
    JsonPost post{read_secret(recipient.url_file), std::move(json), std::move(headers), recipient.local_network};
    if (post.url.empty())
      return {nullptr, SendFault{SendReason::settings, true, "the recipient has no url_file: add one", {}}};
    return {json_sending(std::move(post), config), {}};
  } catch (const std::runtime_error& error) {
    return {nullptr, SendFault{SendReason::settings, true, error.what(), {}}};
  }
}

}  // namespace barometer
