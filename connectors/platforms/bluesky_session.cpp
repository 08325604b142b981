#include "connectors/platforms/bluesky_session.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "connectors/json_document.hpp"
#include "connectors/json_text.hpp"
#include "connectors/platforms/bluesky_answer.hpp"
#include "connectors/post_json.hpp"
#include "connectors/refusal.hpp"
#include "connectors/secret_file.hpp"
#include "connectors/time.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

constexpr auto login_window = 24h;

Failure not_writable(const std::string& file) {
  return Failure{Remedy::ask_operator,
                 "the session cannot be written to " + file +
                     ": name a file in a folder that barometer may write, as session_file",
                 std::nullopt};
}

void append(std::string& out, std::string_view before, std::string_view text) {
  out += before;
  append_json_string(out, text);
}

std::string to_json(const BlueskySession& session) {
  std::string out;
  append(out, "{\"identifier\":", session.identifier);
  append(out, ",\"service\":", session.service);
  append(out, ",\"refreshJwt\":", session.refresh);
  std::string_view before = ",\"logins\":[";
  for (const UtcTime login : session.logins) {
    append(out, before, to_iso(login));
    before = ",";
  }
  out += session.logins.empty() ? "}\n" : "]}\n";
  return out;
}

// The account's server, as its DID document says.
std::string service_in(JsonValue root) {
  JsonValue document;
  simdjson::dom::array services;
  if (!json_field(root, "didDoc", document) || !json_array(document, "service", services)) return {};
  for (const auto service : services) {
    if (!json_text(service, "id").ends_with("#atproto_pds")) continue;
    std::string url(json_text(service, "serviceEndpoint"));
    while (url.ends_with('/')) url.pop_back();
    if (url.starts_with("https://") && !host_of(url).empty()) return url;
  }
  return {};
}

HttpRequest post_request(const BlueskyConfig& config, const std::string& base, std::string_view method) {
  HttpRequest request;
  request.method = "POST";
  request.source = config.name;
  request.url = base + "/xrpc/" + std::string(method);
  request.headers.emplace_back("Accept", "application/json");
  return request;
}

const std::string& base_of(const BlueskyConfig& config, const BlueskySession& session) {
  return session.service.empty() ? config.api : session.service;
}

void keep_last_day(std::vector<UtcTime>& logins, UtcTime now) {
  std::erase_if(logins, [now](UtcTime at) { return at <= now - login_window || at > now; });
}

}  // namespace

BlueskySession read_bluesky_session(const std::string& file, const std::string& identifier) {
  BlueskySession fresh;
  fresh.identifier = identifier;
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  JsonDocument document;
  if (JsonDocument::read(document, bytes) || json_text(document.root(), "identifier") != identifier) return fresh;
  BlueskySession session = fresh;
  session.service = json_text(document.root(), "service");
  session.refresh = json_text(document.root(), "refreshJwt");
  simdjson::dom::array logins;
  if (!json_array(document.root(), "logins", logins)) return session;
  for (const auto login : logins) {
    std::string_view text;
    if (login.get(text)) continue;
    if (const auto at = parse_iso(text)) session.logins.push_back(*at);
  }
  return session;
}

std::optional<Failure> write_bluesky_session(const std::string& file, const BlueskySession& session) {
  if (replace_secret_file(file, to_json(session))) return std::nullopt;
  return not_writable(file);
}

HttpRequest create_session_request(const BlueskyConfig& config) {
  auto request = post_request(config, config.api, "com.atproto.server.createSession");
  request.headers.emplace_back("Content-Type", "application/json");
  append(request.body, "{\"identifier\":", config.identifier);
  append(request.body, ",\"password\":", config.password);
  request.body += '}';
  return request;
}

HttpRequest refresh_session_request(const BlueskyConfig& config, const BlueskySession& session) {
  auto request = post_request(config, base_of(config, session), "com.atproto.server.refreshSession");
  request.headers.emplace_back("Authorization", "Bearer " + session.refresh);
  return request;
}

std::optional<Failure> take_session(const HttpResponse& response, UtcTime now, BlueskySession& session) {
  if (response.status != 200) return bluesky_failure(response, now);
  JsonDocument document;
  const bool damaged = JsonDocument::read(document, response.body) || !document.root().is_object();
  const auto access = damaged ? std::string_view() : json_text(document.root(), "accessJwt");
  const auto refresh = damaged ? std::string_view() : json_text(document.root(), "refreshJwt");
  if (access.empty() || refresh.empty()) {
    const bool page = is_html(response) && !damaged;
    return Failure{page ? Remedy::ask_operator : Remedy::retry, "the answer to logging in holds no session",
                   std::nullopt};
  }
  if (json_flag(document.root(), "active") == 0) {
    return Failure{Remedy::ask_operator, "the account is not active: activate it, or name another one", std::nullopt};
  }
  session.access = access;
  session.refresh = refresh;
  if (auto service = service_in(document.root()); !service.empty()) session.service = std::move(service);
  return std::nullopt;
}

Failure bluesky_failure(const HttpResponse& response, UtcTime now) {
  auto failure = refusal(response, now);
  const auto word = bluesky_error(response.body);
  if (word.empty()) {
    if (is_html(response) && failure.remedy == Remedy::ask_operator)
      failure.detail +=
          "; it sent a web page: Bluesky's public address does not search for those who have no account; set "
          "identifier "
          "and password_file, or mode: jetstream";
    return failure;
  }
  auto named = bluesky_refusal(word);
  const bool passing = response.status == 429 || (response.status >= 500 && named.remedy != Remedy::ask_operator);
  if (!passing && failure.remedy != Remedy::wait) return named;
  failure.detail += " (" + word + ")";
  return failure;
}

bool wants_another_token(const HttpResponse& response) {
  if (response.status == 401) return true;
  if (response.status != 400) return false;
  const auto word = bluesky_error(response.body);
  return word == "ExpiredToken" || word == "InvalidToken";
}

HttpRequest BlueskyAccount::signed_request(HttpRequest request) const {
  if (!session_.service.empty() && request.url.starts_with(config_.api))
    request.url.replace(0, config_.api.size(), session_.service);
  request.headers.emplace_back("Authorization", "Bearer " + session_.access);
  return request;
}

asio::awaitable<Result<HttpResponse>> BlueskyAccount::send(HttpRequest request, UtcTime now) {
  if (!is_one()) co_return co_await http_.send(std::move(request));
  if (session_.access.empty()) {
    if (const auto failure = co_await renew(now)) co_return *failure;
  }
  const auto used = session_.access;
  auto first = signed_request(request);
  auto reply = co_await http_.send(std::move(first));
  if (!reply.has_value() || !wants_another_token(*reply)) co_return reply;
  // Somebody else may have renewed it meanwhile.
  if (session_.access == used) {
    if (const auto failure = co_await renew(now)) co_return *failure;
  }
  auto second = signed_request(std::move(request));
  co_return co_await http_.send(std::move(second));
}

asio::awaitable<std::optional<Failure>> BlueskyAccount::renew(UtcTime now) {
  if (renewing_) co_return Failure{Remedy::retry, "the account's session is being renewed", std::nullopt};
  struct Mark {
    bool& on;
    explicit Mark(bool& flag) : on(flag) { on = true; }
    ~Mark() { on = false; }
  } const mark(renewing_);
  auto failure = co_await renew_or_log_in(now);
  if (failure) session_.access.clear();
  co_return failure;
}

asio::awaitable<std::optional<Failure>> BlueskyAccount::renew_or_log_in(UtcTime now) {
  std::string refused;
  for (;;) {
    // Read anew each time: another source of the same account may have renewed it, which ends the token that we know.
    session_ = read_bluesky_session(config_.session_file, config_.identifier);
    if (session_.refresh.empty() || session_.refresh == refused) co_return co_await log_in(now);
    // A token that could not be kept afterwards must not be asked for.
    if (auto failure = write_bluesky_session(config_.session_file, session_)) co_return failure;
    refused = session_.refresh;
    auto request = refresh_session_request(config_, session_);
    const auto reply = co_await http_.send(std::move(request));
    if (!reply.has_value()) co_return reply.error();
    if (wants_another_token(*reply)) continue;
    if (auto failure = take_session(*reply, now, session_)) co_return failure;
    co_return write_bluesky_session(config_.session_file, session_);
  }
}

asio::awaitable<std::optional<Failure>> BlueskyAccount::log_in(UtcTime now) {
  keep_last_day(session_.logins, now);
  if (session_.logins.size() >= bluesky_logins_a_day) {
    Failure failure{Remedy::wait, "logged in too often today: it is left alone, so that the account is not locked",
                    *std::min_element(session_.logins.begin(), session_.logins.end()) + login_window};
    failure.capped = true;
    co_return failure;
  }
  session_.logins.push_back(now);
  session_.refresh.clear();
  if (auto failure = write_bluesky_session(config_.session_file, session_)) co_return failure;
  auto request = create_session_request(config_);
  const auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  if (auto failure = take_session(*reply, now, session_)) co_return failure;
  co_return write_bluesky_session(config_.session_file, session_);
}

}  // namespace barometer
