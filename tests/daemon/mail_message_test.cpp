#include "daemon/mail_message.hpp"

#include <doctest/doctest.h>

#include "connectors/time.hpp"

using namespace barometer;

namespace {

UtcTime at(const char* iso) { return parse_iso(iso).value(); }

Alert some_alert() {
  Alert alert;
  alert.id = "00ff00ff00ff00ff";
  alert.recipient = "patient experience lead";
  alert.post = "https://social.example/users/jo/statuses/1";
  alert.issue.sources = {"social.example #nhssm"};
  alert.issue.severity = 4;
  alert.issue.theme = Theme::call_bell;
  alert.issue.rules = {"bell-3", "falls-1"};
  alert.issue.last_post_at = at("2026-03-04T20:15:00Z");
  alert.raised_at = at("2026-07-01T11:01:00Z");
  return alert;
}

const RecipientConfig recipient{"patient experience lead", "pel@trust.example", 4};

MailConfig some_config() {
  MailConfig config;
  config.from = "Barometer <barometer@trust.example>";
  return config;
}

std::string text_of(const Alert& alert, std::string_view url = "https://barometer.trust.example/",
                    const RecipientConfig& to = recipient) {
  auto message = compose(alert, to, some_config(), url, at("2026-07-01T11:02:03Z"));
  REQUIRE(message.has_value());
  return message->text;
}

// Undoes the soft line breaks, so that a sentence can be looked for.
std::string unfolded(std::string text) {
  for (auto found = text.find("=\r\n"); found != text.npos; found = text.find("=\r\n")) text.erase(found, 3);
  return text;
}

bool holds(const std::string& text, std::string_view what) { return text.find(what) != text.npos; }

}  // namespace

TEST_CASE("the headers say what it is, from a program, under a reference that never changes") {
  const auto text = text_of(some_alert());
  for (const auto* line : {"Date: Wed, 01 Jul 2026 11:02:03 +0000\r\n", "From: Barometer <barometer@trust.example>\r\n",
                           "To: <pel@trust.example>\r\n", "Message-ID: <00ff00ff00ff00ff@trust.example>\r\n",
                           "List-Id: Barometer alerts <barometer-alerts.trust.example>\r\n",
                           "Auto-Submitted: auto-generated\r\n", "X-Barometer-Reference: 00ff00ff00ff00ff\r\n"})
    CHECK_MESSAGE(holds(text, line), line);
  CHECK(holds(text,
              "Subject: Red flag: calls for help unanswered, reported in one post on\r\n social.example #nhssm\r\n"));
  CHECK(holds(text, "Content-Type: multipart/alternative"));
}

TEST_CASE("both parts are complete") {
  const auto text = unfolded(text_of(some_alert()));
  const auto second = text.find("Content-Type: text/html");
  REQUIRE(second != text.npos);
  for (const auto& half : {text.substr(0, second), text.substr(second)})
    for (const auto* fact :
         {"Wednesday 4 March 2026, 8:15pm", "Calls for help unanswered", "bell-3, falls-1", "patient experience lead",
          "PALS", "https://barometer.trust.example/", "reply in public", "00ff00ff00ff00ff"})
      CHECK_MESSAGE(holds(half, fact), fact);
}

TEST_CASE("neither the post's address nor its author is told") {
  const auto text = unfolded(text_of(some_alert()));
  CHECK_FALSE(holds(text, "@jo"));
  CHECK_FALSE(holds(text, "users/jo"));
}

TEST_CASE("each theme finds the one who can act on it") {
  CHECK(owner_of(Theme::staff_concern).role == "the Freedom to Speak Up guardian");
  CHECK(owner_of(Theme::confidentiality).role == "the information governance lead");
  CHECK(owner_of(Theme::abuse).role == "the safeguarding lead");
  CHECK(owner_of(Theme::waiting).role.starts_with("PALS"));
}

TEST_CASE("hostile words make no header and no mark-up") {
  auto alert = some_alert();
  alert.issue.sources = {"x\r\nBcc: all@trust.example\r\n\r\n<script>"};
  alert.issue.rules = {"<i>\r\n.\r\n"};
  alert.id = "a\r\nBcc: b\"--";
  const auto text = text_of(alert, "javascript:alert(1)");
  const auto headers = text.substr(0, text.find("\r\n\r\n"));
  CHECK_FALSE(holds(headers, "\r\nBcc:"));
  CHECK(holds(headers, "\r\nContent-Type: multipart/alternative"));
  CHECK_FALSE(holds(text, "\r\n.\r\n"));
  CHECK(holds(text, "Message-ID: <aBccb@trust.example>\r\n"));
  CHECK_FALSE(holds(unfolded(text), "javascript"));
  CHECK_FALSE(holds(unfolded(text).substr(text.find("text/html")), "<script>"));
}

TEST_CASE("without an address nothing is made, and the setting is named") {
  auto broken = recipient;
  broken.address = "pel@trust.example\r\nBcc: x@y";
  const auto message = compose(some_alert(), broken, some_config(), "", at("2026-07-01T11:02:03Z"));
  REQUIRE(message.has_error());
  CHECK(message.error().remedy == Remedy::ask_operator);
  CHECK(holds(message.error().detail, "patient experience lead"));
  CHECK_FALSE(holds(message.error().detail, "pel@trust"));
}

TEST_CASE("without a page's address the message says whom to ask") {
  CHECK(holds(unfolded(text_of(some_alert(), "")), "whoever runs Barometer"));
}
