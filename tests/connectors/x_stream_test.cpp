#include "connectors/platforms/x_stream.hpp"

#include <algorithm>
#include <mutex>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "connectors/platforms/x_post.hpp"
#include "connectors/time.hpp"
#include "tests/support/loopback_server.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;
using Then = LoopbackReply::Then;

const UtcTime evening = *parse_iso("2026-11-21T20:00:00Z");

XConfig config() {
  XConfig config;
  config.name = "x";
  config.api = "https://x.example";
  config.query = "#nhssm";
  config.token = "secret";
  config.monthly_posts = 1000;
  config.stream = true;
  return config;
}

std::string post(UtcTime made_at) { return R"({"id":")" + x_id_at(made_at) + R"(","text":"x"})"; }
std::string line(UtcTime made_at, const std::string& rule = "7") {
  return R"({"data":)" + post(made_at) + R"(,"matching_rules":[{"id":")" + rule + R"("}]})" + "\r\n";
}

LoopbackReply json(int status, const std::string& body) {
  return reply_with(status, {{"Content-Type", "application/json"}}, body);
}

// X with one rule, a search and a stream, which tells only those who listen already.
class Server {
 public:
  void add(UtcTime made_at, bool on_stream = true) {
    {
      const std::lock_guard lock(mutex_);
      made_.push_back(made_at);
    }
    if (on_stream) server_.say(line(made_at));
  }
  void say(const std::string& bytes, Then then = Then::hang) { server_.say(bytes, then); }
  void refuse_streams(LoopbackReply reply) {
    const std::lock_guard lock(mutex_);
    refusal_ = std::move(reply);
  }
  std::string url() const { return server_.url(""); }
  std::size_t asked(const std::string& begin) const {
    const auto heads = server_.requests();
    return static_cast<std::size_t>(
        std::count_if(heads.begin(), heads.end(), [&](const auto& head) { return head.starts_with(begin); }));
  }

 private:
  LoopbackReply answer(const std::string& head) {
    const std::lock_guard lock(mutex_);
    const std::string path = path_of(head);
    if (path == "/2/tweets/search/stream/rules") {
      if (head.starts_with("POST")) has_rule_ = true;
      return json(200, has_rule_ ? R"({"data":[{"id":"7","value":"#nhssm"}],"meta":{}})" : R"({"meta":{}})");
    }
    if (path.starts_with("/2/tweets/search/stream?")) {
      if (refusal_) return *refusal_;
      LoopbackReply reply;
      reply.bytes = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n\r\n";
      reply.then = Then::hang;
      return reply;
    }
    std::string data;
    std::size_t count = 0;
    const auto at = path.find("since_id=");
    const auto since = at == path.npos ? "0" : path.substr(at + 9, path.find('&', at) - at - 9);
    for (const auto made : made_) {
      if (!x_id_less(since, x_id_at(made))) continue;
      data += (data.empty() ? "" : ",") + post(made);
      ++count;
    }
    return json(200, (count ? R"({"data":[)" + data + "]," : std::string("{")) + R"("meta":{"result_count":)" +
                         std::to_string(count) + "}}");
  }

  mutable std::mutex mutex_;
  std::vector<UtcTime> made_;
  bool has_rule_ = false;
  std::optional<LoopbackReply> refusal_;
  LoopbackServer server_{[this](const std::string& head) { return answer(head); }};
};

// Asks as the daemon does.
struct Listening {
  explicit Listening(const Server& server, XConfig settings = config()) {
    settings.api = server.url();
    settings.stream_wait = 200ms;
    settings.stream_silence = 10s;
    source.emplace(settings, http);
  }
  Result<Page> fetch() {
    std::optional<Result<Page>> page;
    asio::co_spawn(loop, source->fetch(cursor, now), [&](const std::exception_ptr& error, Result<Page> answer) {
      if (error) std::rethrow_exception(error);
      page = std::move(answer);
    });
    loop.restart();
    while (!page) loop.run_one();
    if (!page->has_value()) return *page;
    cursor = (*page)->next;
    for (const auto& one : (*page)->posts) heard.push_back(one.made_at);
    return *page;
  }
  void until_live() {
    for (int i = 0; i < 20; ++i) {
      const auto page = fetch();
      REQUIRE_MESSAGE(page.has_value(), (page ? "" : page.error().detail));
      if (page->live) return;
    }
    FAIL("it never listens");
  }

  asio::io_context loop{1};
  HttpClient http{loop.get_executor(), {.user_agent = "Barometer/test"}};
  std::optional<XStreamSource> source;
  Cursor cursor;
  UtcTime now = evening;
  std::vector<UtcTime> heard;
};

using Times = std::vector<UtcTime>;

HttpResponse answer(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

}  // namespace

TEST_CASE("a stream's rule is the query; one that the source made for another query is old, those of others stay") {
  const auto rules = x_rules(config(), answer(200, R"({"data":[{"id":"7","value":"#nhssm","tag":"theirs"},
      {"id":"8","value":"old","tag":"barometer x"},{"id":"9","value":"cats","tag":"theirs"}],"meta":{"sent":"x"}})"),
                             evening);
  REQUIRE(rules.has_value());
  CHECK(rules->ours == std::set<std::string>{"7"});
  CHECK(rules->old == std::vector<std::string>{"8"});
  const auto none = x_rules(config(), answer(200, R"({"meta":{"sent":"x"}})"), evening);
  REQUIRE(none.has_value());
  CHECK(none->ours.empty());
  CHECK(x_add_rule_request(config()).body == R"({"add":[{"value":"#nhssm","tag":"barometer x"}]})");
  CHECK(x_delete_rules_request(config(), {"8"}).body == R"({"delete":{"ids":["8"]}})");
  CHECK(x_delete_rules_request(config(), {"8"}).method == "POST");
  const auto bad =
      x_rules(config(), answer(201, R"({"errors":[{"type":"https://api.x.com/2/problems/invalid-rules"}]})"), evening);
  REQUIRE_FALSE(bad.has_value());
  CHECK(bad.error().remedy == Remedy::ask_operator);
}

TEST_CASE("lines may come in pieces, and only those of our rule are posts") {
  XLines lines;
  const ParseOptions options{"stream", {}, "x", evening};
  const auto whole = "\r\n" + line(evening) + line(evening - 1min, "9");
  auto heard = lines.take(whole.substr(0, 30), {"7"}, options);
  CHECK(heard.answer.posts.empty());
  heard = lines.take(whole.substr(30), {"7"}, options);
  REQUIRE(heard.answer.posts.size() == 1);
  CHECK(heard.answer.posts[0].made_at == evening);
  CHECK(heard.answer.posts_read == 1);
  CHECK_FALSE(heard.closed);
  heard = lines.take("{\"errors\":[{\"title\":\"operational-disconnect\"}]}\r\n{broken\r\n", {"7"}, options);
  REQUIRE(heard.closed);
  CHECK(heard.closed->remedy == Remedy::retry);
  CHECK(heard.answer.unreadable == 1);
  CHECK(lines.take(std::string(1'000'001, 'x'), {"7"}, options).closed);
}

TEST_CASE("the stream is opened again as X asks") {
  CHECK(x_pause_after(1, 0) == 0ms);
  CHECK(x_pause_after(2, 0) == 250ms);
  CHECK(x_pause_after(500, 0) == 16s);
  CHECK(x_pause_after(1, 503) == 5s);
  CHECK(x_pause_after(3, 503) == 20s);
  CHECK(x_pause_after(50, 503) == 320s);
  CHECK(x_pause_after(1, 429) == 60s);
  CHECK(x_pause_after(2, 429) == 120s);
}

TEST_CASE("the rule is made, search catches up, and then the stream is heard") {
  Server server;
  server.add(evening - 1h, false);
  Listening listening(server);
  listening.until_live();
  CHECK(listening.heard == Times{evening - 1h});
  CHECK(server.asked("POST /2/tweets/search/stream/rules") == 1);
  server.add(evening + 1s);
  listening.now = evening + 5s;
  const auto page = listening.fetch();
  REQUIRE(page.has_value());
  CHECK(page->live);
  CHECK(listening.heard.back() == evening + 1s);
  CHECK(x_spent(x_place_of(listening.cursor).tally, evening) == 2);
  CHECK(server.asked("GET /2/tweets/search/recent") == 1);

  // Two minutes later search is asked for what its index did not have yet.
  server.add(evening - 5s, false);
  listening.now = evening + 2min;
  listening.until_live();
  CHECK(std::find(listening.heard.begin(), listening.heard.end(), evening - 5s) != listening.heard.end());
  CHECK(server.asked("GET /2/tweets/search/recent") == 2);
  listening.now = evening + 4min;
  listening.fetch();
  CHECK(server.asked("GET /2/tweets/search/recent") == 2);
}

TEST_CASE("after a break what was said meanwhile is found by search") {
  Server server;
  Listening listening(server);
  listening.until_live();
  for (const char* why : {"it ends", "X says so"}) {
    CAPTURE(why);
    const auto missed = listening.now + 3min;
    if (why == std::string("it ends"))
      server.say("", Then::close);
    else
      server.say("{\"errors\":[{\"title\":\"operational-disconnect\"}]}\r\n");
    listening.now += 1s;
    const auto page = listening.fetch();
    REQUIRE(page.has_value());
    CHECK_FALSE(page->live);
    CHECK(page->more);
    server.add(missed, false);
    listening.now = missed + 5min;
    listening.until_live();
    CHECK(std::find(listening.heard.begin(), listening.heard.end(), missed) != listening.heard.end());
  }
}

TEST_CASE("a page that was not kept is found again by search") {
  Server server;
  Listening listening(server);
  listening.until_live();
  const auto before = listening.cursor;
  listening.now += 3min;
  listening.until_live();
  server.add(listening.now);
  listening.now += 1min;
  listening.fetch();
  CHECK(listening.heard.size() == 1);
  listening.cursor = before;
  listening.now += 1min;
  listening.until_live();
  CHECK(listening.heard.size() == 2);
}

TEST_CASE("while the stream is refused search goes on, and whoever can mend it is told") {
  Server server;
  server.refuse_streams(json(429, R"({"title":"ConnectionException","connection_issue":"TooManyConnections"})"));
  server.add(evening - 1h, false);
  Listening listening(server);
  const auto page = listening.fetch();
  REQUIRE(page.has_value());
  CHECK_FALSE(page->live);
  CHECK(listening.heard == Times{evening - 1h});
  listening.now += 30s;
  listening.fetch();
  CHECK(server.asked("GET /2/tweets/search/stream?") == 1);
  server.refuse_streams(json(403, R"({"type":"https://api.x.com/2/problems/client-forbidden"})"));
  listening.now += 2min;
  const auto told = listening.fetch();
  REQUIRE_FALSE(told.has_value());
  CHECK(told.error().remedy == Remedy::ask_operator);
}

TEST_CASE("a stream ends where the month's cap is") {
  Server server;
  auto settings = config();
  settings.monthly_posts = 12;
  Listening listening(server, settings);
  listening.until_live();
  for (int i = 0; i < 3; ++i) {
    server.add(evening + i * 1s);
    listening.now += 1s;
    if (!listening.fetch().has_value()) break;
  }
  const auto page = listening.fetch();
  REQUIRE_FALSE(page.has_value());
  CHECK(page.error().capped);
}

}  // namespace barometer
