#include "daemon/mail_message.hpp"

#include <doctest/doctest.h>

#include "connectors/time.hpp"

using namespace barometer;

namespace {

const UtcTime noon = parse_iso("2026-07-01T11:02:03Z").value();

MailEnvelope some_envelope() {
  return {"Barometer <barometer@trust.example>", "pel@trust.example", "patient experience lead", "00ff00ff00ff00ff",
          ""};
}

MailBody some_body() {
  return {.subject = "High: calls for help unanswered – Ward 7 – 5 people in 3 days (usually 1 a month)",
          .badge = "High",
          .severity = 3,
          .opening = "5 people reported it.",
          .buttons = {{"Open", "https://barometer.trust.example/"}},
          .sections = {{"How sure", {"A sentence."}, {{"Posts", "7"}}, {"a point"}}},
          .footer = {"The foot."}};
}

std::string text_of(const MailBody& body, const MailEnvelope& envelope = some_envelope()) {
  auto message = mail_message(body, envelope, noon);
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
  const auto text = text_of(some_body());
  for (const auto* line : {"Date: Wed, 01 Jul 2026 11:02:03 +0000\r\n", "From: Barometer <barometer@trust.example>\r\n",
                           "To: <pel@trust.example>\r\n", "Message-ID: <00ff00ff00ff00ff@trust.example>\r\n",
                           "List-Id: Barometer alerts <barometer-alerts.trust.example>\r\n",
                           "Auto-Submitted: auto-generated\r\n", "X-Barometer-Reference: 00ff00ff00ff00ff\r\n"})
    CHECK_MESSAGE(holds(text, line), line);
  CHECK(holds(text, "Subject: =?utf-8?Q?High=3A_calls"));
  CHECK(holds(text, "Content-Type: multipart/alternative"));
  CHECK_FALSE(holds(text, "References"));
}

TEST_CASE("a message that goes on points to the one that began the thread, and that one to nothing") {
  auto envelope = some_envelope();
  envelope.thread = "aa11";
  const auto text = text_of(some_body(), envelope);
  CHECK(holds(text, "In-Reply-To: <aa11@trust.example>\r\nReferences: <aa11@trust.example>\r\n"));
  envelope.thread = envelope.reference;
  CHECK_FALSE(holds(text_of(some_body(), envelope), "References"));
}

TEST_CASE("both parts are complete") {
  const auto text = unfolded(text_of(some_body()));
  const auto second = text.find("Content-Type: text/html");
  REQUIRE(second != text.npos);
  for (const auto& half : {text.substr(0, second), text.substr(second)})
    for (const auto* fact : {"High", "5 people reported it.", "https://barometer.trust.example/", "How sure",
                             "A sentence.", "Posts", "7", "a point", "The foot."})
      CHECK_MESSAGE(holds(half, fact), fact);
}

TEST_CASE("hostile words make no header, no line, no tag and no link") {
  auto body = some_body();
  const std::string hostile = "x\r\nBcc: all@trust.example\r\n\r\n<script>alert(1)</script>{{{footer}}}";
  body.subject = body.badge = body.opening = hostile;
  body.sections[0].heading = body.sections[0].sentences[0] = body.sections[0].points[0] = hostile;
  body.sections[0].facts[0] = {hostile, hostile};
  body.buttons = {{hostile, "javascript:alert(1)"},
                  {"quote", "https://x.example/\"onclick=\"y"},
                  {"break", "https://x.example/\r\nBcc: x"}};
  body.footer = {hostile};
  auto envelope = some_envelope();
  envelope.reference = "a\r\nBcc: b\"--";
  envelope.thread = "c\r\nBcc: d>";
  const auto text = text_of(body, envelope);
  const auto headers = text.substr(0, text.find("\r\n\r\n"));
  CHECK_FALSE(holds(headers, "\r\nBcc:"));
  CHECK(holds(headers, "\r\nContent-Type: multipart/alternative"));
  CHECK(holds(headers, "Message-ID: <aBccb@trust.example>\r\n"));
  CHECK(holds(headers, "References: <cBccd@trust.example>\r\n"));
  const auto page = unfolded(text).substr(text.find("text/html"));
  CHECK_FALSE(holds(page, "<script>"));
  CHECK_FALSE(holds(page, "javascript:"));
  CHECK_FALSE(holds(page, "onclick"));
  CHECK_FALSE(holds(page, "<a "));
  CHECK_FALSE(holds(unfolded(text), "\r\nBcc:"));
}

TEST_CASE("without an address nothing is made, and the setting is named") {
  auto envelope = some_envelope();
  envelope.to = "pel@trust.example\r\nBcc: x@y";
  const auto message = mail_message(some_body(), envelope, noon);
  REQUIRE(message.has_error());
  CHECK(message.error().remedy == Remedy::ask_operator);
  CHECK(holds(message.error().detail, "patient experience lead"));
  CHECK_FALSE(holds(message.error().detail, "pel@trust"));
}
