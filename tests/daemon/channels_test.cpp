#include <chrono>
#include <exception>
#include <fstream>
#include <functional>
#include <optional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "daemon/channels/json_post.hpp"
#include "daemon/channels/slack_channel.hpp"
#include "daemon/channels/teams_channel.hpp"
#include "daemon/channels/webhook_channel.hpp"
#include "daemon/webhook.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/support/temp_dir.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

namespace json = boost::json;

const UtcTime noon = parse_iso("2026-03-04T12:00:00Z").value();
constexpr const char* secret = "a secret of both sides";

// A message whose every word is somebody's attempt to be more than a word.
constexpr const char* hostile =
    "<!channel> <@U123> @here <http://evil.example|Open> **bold** [Open](http://evil.example) <at>all</at> "
    "\"},{\"x\":\"\r\nX: y\u202e";

Outgoing outgoing(std::string word = "Falls") {
  Outgoing out{.now = noon};
  out.recipient = {.name = "duty desk", .channel = "webhook"};
  out.body = {.subject = "High: " + word,
              .badge = "High",
              .severity = 3,
              .opening = word,
              .buttons = {{"Open", "https://barometer.trust.example/"}, {word, "javascript:alert(1)"}},
              .sections = {{word, {word}, {{word, word}}, {word}}},
              .footer = {word}};
  Alert alert{.id = "00ff", .kind = AlertKind::escalated, .recipient = "duty desk", .thread = "00aa"};
  alert.issue = {.id = "77", .theme = Theme::falls, .place = word, .tag = word, .severity = 3};
  out.alerts = {alert};
  return out;
}

// What becomes of a message handed to that address.
struct Handed {
  asio::io_context loop;
  std::optional<Attempt> attempt = {};
  std::unique_ptr<Sending> sending = {};

  static asio::awaitable<void> keep(Sending& sending, std::optional<Attempt>& into) {
    into = co_await sending.perform();
  }
  void begin(const std::string& url, bool local_network = true, const Config& config = {}) {
    JsonPost post{url, "{}", {{"x-barometer-id", "00ff"}}, local_network};
    sending = json_sending(std::move(post), config);
    asio::co_spawn(loop, keep(*sending, attempt), [](std::exception_ptr) {});
  }
  bool until(const std::function<bool()>& fact) {
    const auto limit = std::chrono::steady_clock::now() + 20s;
    while (!fact() && std::chrono::steady_clock::now() < limit) loop.run_one_for(50ms);
    return fact();
  }
  Attempt to(const std::string& url, bool local_network = true) {
    begin(url, local_network);
    REQUIRE(until([this] { return attempt.has_value(); }));
    return *attempt;
  }
};

}  // namespace

TEST_CASE("a webhook's JSON has the issue, whatever its words are, and only links that are some") {
  for (const auto* word : {"Falls", hostile}) {
    const auto message = outgoing(word);
    const auto value = json::parse(webhook_json(message, {})).as_object();
    CHECK(value.at("version").as_int64() == 1);
    CHECK(value.at("id").as_string() == "00ff");
    CHECK(value.at("thread").as_string() == "00aa");
    CHECK(value.at("kind").as_string() == "escalated");
    CHECK(value.at("recipient").as_string() == "duty desk");
    CHECK(value.at("from").is_null());
    CHECK(value.at("title").as_string().find('\n') == json::string::npos);
    REQUIRE(value.at("issues").as_array().size() == 1);
    CHECK(value.at("issues").as_array()[0].at("theme").as_string() == "falls");
    CHECK(value.at("issues").as_array()[0].at("place").as_string() == word);
    REQUIRE(value.at("links").as_array().size() == 1);
    CHECK(value.at("links").as_array()[0].at("label").as_string() == "Open");
    CHECK(value.size() == 12);
  }
}

TEST_CASE("an answer is named for what to do about it") {
  struct Row {
    int status;
    const char* retry_after;
    const char* reason;
    bool of_server;
    std::chrono::seconds wait;
  };
  const Row rows[] = {
      {500, "", "busy", true, 0s},     {503, "120", "busy", true, 120s}, {429, "30", "busy", true, 30s},
      {429, "", "busy", true, 0s},     {400, "", "refused", false, 0s},  {413, "", "refused", false, 0s},
      {401, "", "login", true, 0s},    {403, "", "login", true, 0s},     {404, "", "settings", true, 0s},
      {410, "", "settings", true, 0s}, {304, "", "settings", true, 0s},
  };
  for (const auto& row : rows) {
    CAPTURE(row.status);
    HttpResponse response{.status = row.status};
    if (*row.retry_after) response.headers = {{"retry-after", row.retry_after}};
    const auto fault = fault_of(response, noon);
    REQUIRE(fault.has_value());
    CHECK(name_of(fault->reason) == row.reason);
    CHECK(fault->of_server == row.of_server);
    CHECK(fault->wait.value_or(0ms) == row.wait);
    CHECK(fault->detail.find("; ") != std::string::npos);
  }
  for (const int status : {200, 201, 202, 204}) CHECK_FALSE(fault_of(HttpResponse{.status = status}, noon).has_value());
}

TEST_CASE("a server that asks for peace gets it, but for an hour at the most") {
  SendFault fault{.wait = 90s};
  CHECK(send_wait(1s, 1, fault) == 90s);
  CHECK(send_wait(200s, 1, fault) == 200s);
  fault.wait = 24h;
  CHECK(send_wait(1s, 1, fault) == 1h);
  CHECK(send_wait(1s, 3, SendFault{}) == 4s);
}

TEST_CASE("a server that takes it has it once, with its headers") {
  LoopbackServer server([](const std::string&) { return reply_with(202, {}, ""); });
  Handed handed;
  CHECK_FALSE(handed.to(server.url("/hook")).fault.has_value());
  REQUIRE(server.requests().size() == 1);
  const auto request = server.requests()[0];
  CHECK(request.starts_with("POST /hook "));
  CHECK(header_of(request, "content-type") == "application/json");
  CHECK(header_of(request, "x-barometer-id") == "00ff");
  CHECK(body_of(request) == "{}");
}

TEST_CASE("a server that misbehaves is a fault with its reason, and gets it no second time by itself") {
  using Then = LoopbackReply::Then;
  struct Row {
    const char* fact;
    LoopbackReply reply;
    const char* reason;
  };
  const Row rows[] = {
      {"an error", reply_with(500, {}, "oops"), "busy"},
      {"too many", reply_with(429, {{"Retry-After", "7"}}, ""), "busy"},
      {"a reset", {"", Then::reset}, "unreachable"},
      {"an end without an answer", {"", Then::close}, "unreachable"},
      {"an answer cut short", {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab", Then::close}, "unreachable"},
      {"no HTTP", {"220 mail.example ESMTP\r\n", Then::close}, "unreachable"},
      {"a redirect", redirect_to(307, "/elsewhere"), "settings"},
      {"a redirect to another", redirect_to(302, "http://127.0.0.2/"), "settings"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    LoopbackServer server([&](const std::string&) { return row.reply; });
    Handed handed;
    const auto attempt = handed.to(server.url("/hook"));
    REQUIRE(attempt.fault.has_value());
    CHECK(name_of(attempt.fault->reason) == row.reason);
    CHECK(attempt.fault->detail.find("/hook") == std::string::npos);  // the address may be a secret
    CHECK(server.requests().size() == 1);
  }
}

TEST_CASE("a server that hangs is given up when we stop, and nothing is known of it") {
  LoopbackServer server([](const std::string&) { return LoopbackReply{"", LoopbackReply::Then::hang}; });
  Handed handed;
  handed.begin(server.url());
  REQUIRE(handed.until([&] { return server.hanging() == 1; }));
  handed.sending->abort();
  REQUIRE(handed.until([&] { return handed.attempt.has_value(); }));
  CHECK(handed.attempt->given_up);
}

TEST_CASE("an address inside is not asked unless the settings say so") {
  LoopbackServer server([](const std::string&) { return reply_with(200, {}, ""); });
  Handed handed;
  const auto attempt = handed.to(server.url(), false);
  REQUIRE(attempt.fault.has_value());
  CHECK(attempt.fault->reason == SendReason::settings);
  CHECK(server.connections() == 0);
}

TEST_CASE("an address of this machine is asked without the proxy, whatever the settings say of that") {
  LoopbackServer server([](const std::string&) { return reply_with(200, {}, ""); });
  Config config;
  config.http.proxy = "http://127.0.0.1:1";  // nobody listens there
  Handed handed;
  handed.begin(server.url(), true, config);
  REQUIRE(handed.until([&] { return handed.attempt.has_value(); }));
  CHECK_FALSE(handed.attempt->fault.has_value());
}

TEST_CASE("a webhook is signed with the key in its file, and a file without one is told") {
  TempDir folder;
  LoopbackServer server([](const std::string&) { return reply_with(200, {}, ""); });
  const auto write = [&](const char* name, const std::string& text) { std::ofstream(folder.path() / name) << text; };
  write("url", server.url("/in?token=x") + "\n");
  write("secret", std::string(secret) + "\n");
  auto message = outgoing();
  message.recipient.url_file = folder.path() / "url";
  message.recipient.secret_file = folder.path() / "secret";
  message.recipient.local_network = true;
  asio::thread_pool blocking{1};
  Handed handed;
  auto begun = begin_webhook(message, {}, blocking);
  REQUIRE(begun.sending);
  handed.sending = std::move(begun.sending);
  asio::co_spawn(handed.loop, Handed::keep(*handed.sending, handed.attempt), [](std::exception_ptr) {});
  REQUIRE(handed.until([&] { return handed.attempt.has_value(); }));
  CHECK_FALSE(handed.attempt->fault.has_value());
  const auto request = server.requests().at(0);
  CHECK(path_of(request) == "/in?token=x");
  CHECK(header_of(request, "x-barometer-id") == "00ff");
  CHECK(header_of(request, "x-barometer-timestamp") == "1772625600");
  // As openssl dgst -sha256 -hmac has it, and as we check what is pushed to us.
  CHECK(header_of(request, "x-barometer-signature") == push_signature(secret, "1772625600", body_of(request)));

  write("secret", "open sesame\n");
  CHECK(begin_webhook(message, {}, blocking).fault->reason == SendReason::settings);
  message.recipient.secret_file = folder.path() / "nowhere";
  CHECK(begin_webhook(message, {}, blocking).fault->reason == SendReason::settings);
}

namespace {

// Every text in a message, wherever it stands, with the name of its key.
void each_text(const json::value& value, const std::function<void(std::string_view key, const json::string&)>& see,
               std::string_view key = "") {
  if (value.is_string()) see(key, value.get_string());
  if (value.is_array())
    for (const auto& item : value.get_array()) each_text(item, see, key);
  if (value.is_object())
    for (const auto& [name, item] : value.get_object()) each_text(item, see, name);
}

}  // namespace

TEST_CASE("a message to Slack is plain text in which no word mentions, links or feigns a button") {
  for (const auto* word : {"Falls", hostile}) {
    const auto value = json::parse(slack_json(outgoing(word)));
    CHECK_FALSE(value.at("unfurl_links").as_bool());
    std::size_t texts = 0;
    each_text(value, [&](std::string_view key, const json::string& text) {
      texts += key == "text" ? 1 : 0;
      CHECK(text != "mrkdwn");
      CHECK(text.size() <= 3000);
      for (const auto* part : {"<", ">", "@h", "@U", "&lt;", "\r", "\u202e"})
        CHECK_MESSAGE(text.find(part) == json::string::npos, part);
      if (key == "url") CHECK(text == "https://barometer.trust.example/");
    });
    CHECK(texts == 6);  // the fallback, subject, opening, a button, a section, the foot
    const auto& blocks = value.at("blocks").as_array();
    CHECK(blocks[0].at("type").as_string() == "header");
    CHECK(blocks[2].at("elements").as_array().size() == 1);
  }
}

TEST_CASE("the fallback of a message to Slack is escaped, and the rest is as people write it") {
  const auto value = json::parse(slack_json(outgoing("A&E")));
  CHECK(value.at("text").as_string() == "High: A&amp;E");
  CHECK(value.at("blocks").at(0).at("text").at("text").as_string() == "High: A&E");
}

TEST_CASE("a message to Teams is a card of runs of text in the envelope that workflows take") {
  for (const auto* word : {"Falls", hostile}) {
    const auto value = json::parse(teams_json(outgoing(word)));
    CHECK(value.at("type").as_string() == "message");
    REQUIRE(value.at("attachments").as_array().size() == 1);
    const auto& attachment = value.at("attachments").at(0);
    CHECK(attachment.at("contentType").as_string() == "application/vnd.microsoft.card.adaptive");
    CHECK(attachment.at("contentUrl").is_null());
    const auto& card = attachment.at("content").as_object();
    CHECK(card.at("type").as_string() == "AdaptiveCard");
    CHECK(card.at("msteams").as_object().size() == 1);  // no entities, so no mentions
    CHECK(card.at("actions").as_array().size() == 1);
    for (const auto& block : card.at("body").as_array()) {
      CHECK(block.at("type").as_string() == "RichTextBlock");
      for (const auto& run : block.at("inlines").as_array()) CHECK(run.at("type").as_string() == "TextRun");
    }
    each_text(value, [&](std::string_view key, const json::string& text) {
      if (key == "url") CHECK(text == "https://barometer.trust.example/");
      CHECK(text.find('\n') == json::string::npos);
    });
  }
}

TEST_CASE("a long digest is cut to what chats take, and says so") {
  auto message = outgoing();
  message.body.sections.assign(200, {"A heading", {std::string(390, 'x')}, {}, {}});
  const auto slack = slack_json(message), teams = teams_json(message);
  CHECK(slack.size() < 14'000);
  CHECK(teams.size() < 28'000);
  CHECK(slack.find("more") != std::string::npos);
  CHECK(teams.find("Barometer's page has all of it.") != std::string::npos);
  CHECK(json::parse(slack).at("blocks").as_array().size() <= 50);
}
