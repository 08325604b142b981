#include "daemon/mail_fault.hpp"

#include <curl/curl.h>
#include <doctest/doctest.h>

using namespace barometer;
using namespace std::chrono_literals;

TEST_CASE("an outcome is named for what to do about it") {
  struct Row {
    const char* fact;
    CURLcode code;
    SmtpReplies replies;
    SendReason reason;
    bool of_server;
  };
  const Row rows[] = {
      {"nobody listens", CURLE_COULDNT_CONNECT, {}, SendReason::unreachable, true},
      {"the connection broke under the data", CURLE_SEND_ERROR, {354, 8, "go on"}, SendReason::unreachable, true},
      {"no STARTTLS", CURLE_USE_SSL_FAILED, {250, 2, "ok"}, SendReason::tls, true},
      {"a strange certificate", CURLE_PEER_FAILED_VERIFICATION, {220, 3, "ready"}, SendReason::tls, true},
      {"wrong password", CURLE_LOGIN_DENIED, {535, 5, "authentication failed"}, SendReason::login, true},
      {"sign-in service away", CURLE_LOGIN_DENIED, {454, 5, "try later"}, SendReason::busy, true},
      {"a login is demanded", CURLE_SEND_ERROR, {530, 4, "authentication required"}, SendReason::login, true},
      {"it hangs", CURLE_OPERATION_TIMEDOUT, {250, 4, "ok"}, SendReason::timeout, true},
      {"full up at the door", CURLE_WEIRD_SERVER_REPLY, {421, 1, "too many"}, SendReason::busy, true},
      {"turned away at the door", CURLE_WEIRD_SERVER_REPLY, {554, 1, "no"}, SendReason::refused, true},
      {"closing in the middle", CURLE_SEND_ERROR, {421, 6, "closing"}, SendReason::busy, true},
      {"nobody of that name", CURLE_SEND_ERROR, {550, 7, "unknown user"}, SendReason::refused, false},
      {"greylisted", CURLE_SEND_ERROR, {450, 7, "come again"}, SendReason::busy, false},
      {"refused after the data", CURLE_WEIRD_SERVER_REPLY, {554, 9, "looks like spam"}, SendReason::refused, false},
      {"no such protocol", CURLE_UNSUPPORTED_PROTOCOL, {}, SendReason::settings, true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto fault = mail_fault(row.code, row.replies);
    CHECK(name_of(fault.reason) == name_of(row.reason));
    CHECK(fault.of_server == row.of_server);
    CHECK(fault.detail.find("; ") != std::string::npos);
  }
}

TEST_CASE("a server's words are kept without those that name someone") {
  CHECK(safe_reply("5.1.1 <jo@trust.example>: Recipient address rejected: User unknown") ==
        "5.1.1 Recipient address rejected: User unknown");
  CHECK(safe_reply("no jo@trust.example\r\nhere\x1b[2J") == "no here [2J");
  CHECK(safe_reply(std::string(5000, 'x')).size() <= 123);
}

TEST_CASE("waits double from the first one up to an hour") {
  CHECK(send_wait(60s, 1) == 60s);
  CHECK(send_wait(60s, 3) == 240s);
  CHECK(send_wait(60s, 7) == 1h);
  CHECK(send_wait(60s, 1000000) == 1h);
  CHECK(send_wait(0s, 1) > 0s);
}

TEST_CASE("a server that is down for a day is asked some thirty times, and found well within the hour") {
  for (const auto first : {100ms, 1000ms, 60'000ms, 3'600'000ms}) {
    std::chrono::milliseconds clock{0};
    int attempts = 0;
    while (clock < 24h) clock += send_wait(first, ++attempts);
    CAPTURE(first.count());
    CHECK(attempts >= 24);
    CHECK(attempts <= 45);
    CHECK(clock - 24h < 1h);
  }
}
