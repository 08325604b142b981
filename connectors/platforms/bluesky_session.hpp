#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/http_client.hpp"
#include "connectors/platforms/bluesky.hpp"
#include "connectors/result.hpp"

namespace barometer {

// An account's session. Logging in (createSession) is scarce, ten times a day at times; a session is renewed (refreshSession) for
// months, each time with the token that the last renewal gave. So that token is in a file before it is used.
struct BlueskySession {
  std::string identifier = {};
  std::string service = {};          // https://HOST that keeps the account; empty: the configured one
  std::string access = {};           // of about two hours; never written down
  std::string refresh = {};          // of about two months
  std::vector<UtcTime> logins = {};  // of the last day, tried or done
};

// More logins than these in 24 hours are never tried.
inline constexpr std::size_t bluesky_logins_a_day = 8;

// The file:  {"identifier":…,"service":…,"refreshJwt":…,"logins":["2026-11-21T20:15:00.000Z"]}, of mode 0600, replaced as a whole.
// Reading gives an empty session when there is none, or one of another account.
BlueskySession read_bluesky_session(const std::string& file, const std::string& identifier);
// A failure for the operator when it cannot be written.
std::optional<Failure> write_bluesky_session(const std::string& file, const BlueskySession& session);

HttpRequest create_session_request(const BlueskyConfig& config);
HttpRequest refresh_session_request(const BlueskyConfig& config, const BlueskySession& session);
// What either answered: its tokens are put into `session`, and the server of its account where the answer names an https one.
std::optional<Failure> take_session(const HttpResponse& response, UtcTime now, BlueskySession& session);

// What an answer that is not 200 asks for: rate limits by their headers, all else by its error's name.
Failure bluesky_failure(const HttpResponse& response, UtcTime now);
// Whether it says that the token is none any more.
bool wants_another_token(const HttpResponse& response);

// Requests in the account's name; without one, as they are. Used only on the loop's thread.
class BlueskyAccount {
 public:
  // Both outlive it.
  BlueskyAccount(const BlueskyConfig& config, HttpClient& http) : config_(config), http_(http) {}

  bool is_one() const { return !config_.identifier.empty(); }
  // The request's address begins with BlueskyConfig::api; where the account lives elsewhere, it is sent there. A token that
  // has ended is renewed, and the request sent again, once.
  asio::awaitable<Result<HttpResponse>> send(HttpRequest request, UtcTime now);

 private:
  HttpRequest signed_request(HttpRequest request) const;
  asio::awaitable<std::optional<Failure>> renew(UtcTime now);
  asio::awaitable<std::optional<Failure>> renew_or_log_in(UtcTime now);
  asio::awaitable<std::optional<Failure>> log_in(UtcTime now);

  const BlueskyConfig& config_;
  HttpClient& http_;
  BlueskySession session_;
  bool renewing_ = false;
};

}  // namespace barometer
