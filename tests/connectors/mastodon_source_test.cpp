#include "connectors/platforms/mastodon_source.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "tests/support/loopback_server.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;
using Then = LoopbackReply::Then;

const UtcTime evening = *parse_iso("2026-11-21T20:00:00Z");

std::string status(int id, const std::string& words) {
  const std::string text = std::to_string(id);
  return R"({"id":")" + text + R"(","uri":"https://social.example/)" + text +
         R"(","created_at":"2026-11-21T19:59:00Z","visibility":"public","content":"<p>)" + words +
         R"(</p>","account":{"acct":"pat"},"tags":[{"name":"nhssm"}]})";
}

std::string event(const std::string& type, const std::string& data) {
  return "event: " + type + "\ndata: " + data + "\n\n";
}

std::optional<int> number(const std::string& url, const std::string& key) {
  const auto at = url.find(key);
  if (at == url.npos) return std::nullopt;
  return std::stoi(url.substr(at + key.size()));
}

LoopbackReply json(int status, const std::string& body) {
  return reply_with(status, {{"Content-Type", "application/json; charset=utf-8"}}, body);
}

// A server with a hashtag's timeline and its stream, which tells only those who listen already.
class Server {
 public:
  void post(int id, bool on_stream = true) {
    {
      const std::lock_guard lock(mutex_);
      ids_.insert(id);
    }
    if (on_stream) server_.say(event("update", status(id, "x")));
  }
  void say(const std::string& bytes, Then then = Then::hang) { server_.say(bytes, then); }
  // What the streaming API answers from now on; nothing: a stream.
  void refuse_streams(std::optional<LoopbackReply> reply) {
    const std::lock_guard lock(mutex_);
    refusal_ = std::move(reply);
  }
  void says_instance(const std::string& body) {
    const std::lock_guard lock(mutex_);
    instance_ = body;
  }
  void forgets_several() {
    const std::lock_guard lock(mutex_);
    several_ = false;
  }
  void remove(int id) {
    const std::lock_guard lock(mutex_);
    ids_.erase(id);
  }

  std::string url() const { return server_.url(""); }
  int streams() const { return server_.hanging(); }
  // Paths asked for that begin so, in order.
  std::vector<std::string> asked(const std::string& begin) const {
    std::vector<std::string> out;
    for (const auto& head : server_.requests())
      if (path_of(head).starts_with(begin)) out.push_back(path_of(head));
    return out;
  }

 private:
  LoopbackReply answer(const std::string& head) {
    const std::lock_guard lock(mutex_);
    const std::string path = path_of(head);
    if (path.starts_with("/api/v1/timelines/tag/nhssm?")) return json(200, timeline(path));
    if (path.starts_with("/api/v1/streaming/hashtag?tag=nhssm")) {
      if (refusal_) return *refusal_;
      if (header_of(head, "authorization") != "Bearer secret") return json(401, R"({"error":"Missing access token"})");
      LoopbackReply reply;
      reply.bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n:)\n\n";
      reply.then = Then::hang;
      return reply;
    }
    if (path == "/api/v2/instance" && !instance_.empty()) return json(200, instance_);
    if (path.starts_with("/api/v1/statuses?") && several_) return json(200, list(kept_in(path)));
    if (path.starts_with("/api/v1/statuses/")) {
      const int id = std::stoi(path.substr(17));
      if (ids_.contains(id)) return json(200, status(id, "x"));
    }
    return json(404, R"({"error":"Record not found"})");
  }

  std::string timeline(const std::string& path) const {
    std::vector<int> ids;
    const auto below = number(path, "max_id=");
    const auto above = number(path, "min_id=");
    for (const int id : ids_)
      if ((!below || id < *below) && (!above || id > *above)) ids.push_back(id);
    const auto size = std::min(ids.size(), std::size_t{3});
    if (above)
      ids.resize(size);
    else
      ids.erase(ids.begin(), ids.end() - static_cast<std::ptrdiff_t>(size));
    std::reverse(ids.begin(), ids.end());
    return list(ids);
  }
  std::vector<int> kept_in(const std::string& path) const {
    std::vector<int> ids;
    for (const int id : ids_)
      if ((path + "&").find("=" + std::to_string(id) + "&") != path.npos) ids.push_back(id);
    return ids;
  }
  static std::string list(const std::vector<int>& ids) {
    std::string body = "[";
    for (const int id : ids) body += (body.size() > 1 ? "," : "") + status(id, "x");
    return body + "]";
  }

  mutable std::mutex mutex_;
  std::set<int> ids_;
  std::optional<LoopbackReply> refusal_;
  std::string instance_;
  bool several_ = true;
  LoopbackServer server_{[this](const std::string& head) { return answer(head); }};
};

// A source on a loop, asked as the daemon asks it.
struct Listening {
  explicit Listening(const Server& server, std::chrono::milliseconds wait = 50ms,
                     std::chrono::milliseconds silence = 90s) {
    MastodonConfig config;
    config.name = "here";
    config.url = server.url();
    config.tag = "nhssm";
    config.token = "secret";
    config.limit = 3;
    config.stream = true;
    config.stream_wait = wait;
    config.stream_silence = silence;
    source.emplace(std::move(config), http);
  }

  template <class T>
  T run(asio::awaitable<T> asking) {
    std::optional<T> answer;
    asio::co_spawn(loop, std::move(asking), [&answer](const std::exception_ptr& error, T value) {
      if (error) std::rethrow_exception(error);
      answer.emplace(std::move(value));
    });
    loop.restart();
    while (!answer && loop.run_one_for(10s) != 0) {
    }
    REQUIRE(answer.has_value());
    return std::move(*answer);
  }

  // The source's pauses end by this clock, which goes on while it is asked, as the daemon's does.
  Result<Page> fetch() {
    const auto begun = std::chrono::steady_clock::now();
    auto page = run(source->fetch(cursor, now));
    now += std::chrono::ceil<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
    return page;
  }

  // One page, kept; its posts are among those heard.
  Page hear() {
    auto page = fetch();
    REQUIRE_MESSAGE(page.has_value(), (page ? "" : page.error().detail));
    cursor = page->next;
    for (const auto& post : page->posts) heard.push_back(post.native_id + (post.deleted ? " gone" : ""));
    return std::move(*page);
  }
  // Until the stream is all there is to listen to.
  void catch_up() {
    for (int asks = 0; asks < 50; ++asks)
      if (hear().live) return;
    FAIL("it never catches up");
  }
  void hear_until(const std::string& id) {
    for (int asks = 0; asks < 50 && std::find(heard.begin(), heard.end(), id) == heard.end(); ++asks) hear();
  }
  std::set<std::string> all() const { return {heard.begin(), heard.end()}; }

  asio::io_context loop{1};
  HttpClient http{loop.get_executor(), {.user_agent = "Barometer/test", .total_timeout = 5s}};
  std::optional<MastodonSource> source;
  Cursor cursor;
  UtcTime now = evening;
  std::vector<std::string> heard;
};

std::set<std::string> range(int from, int to) {
  std::set<std::string> out;
  for (int id = from; id <= to; ++id) out.insert(std::to_string(id));
  return out;
}

}  // namespace

TEST_CASE("the past is polled while the stream is open already, then the stream is heard") {
  Server server;
  for (int id = 10; id <= 17; ++id) server.post(id);
  Listening listening(server);
  listening.catch_up();
  CHECK(listening.all() == range(10, 17));
  CHECK(server.streams() == 1);
  const auto polls = server.asked("/api/v1/timelines").size();
  for (int id = 18; id <= 25; ++id) server.post(id);
  listening.hear_until("25");
  CHECK(listening.all() == range(10, 25));
  CHECK(listening.heard.size() == 16);  // each once
  CHECK(server.asked("/api/v1/timelines").size() == polls);
}

TEST_CASE("what is posted between the opening of the stream and the last poll is heard at least once") {
  Server server;
  server.post(10);
  Listening listening(server);
  listening.hear();
  server.post(11);
  listening.hear();
  server.post(12);
  listening.catch_up();
  server.post(13);
  listening.hear_until("13");
  CHECK(listening.all() == range(10, 13));
}

TEST_CASE("a wait in which nothing comes ends, and the connection stays") {
  Server server;
  server.post(10);
  Listening listening(server);
  listening.catch_up();
  const auto page = listening.hear();
  CHECK(page.posts.empty());
  CHECK(page.live);
  CHECK_FALSE(page.more);
  CHECK(server.asked("/api/v1/streaming").size() == 1);
}

TEST_CASE("edits and deletes come by the stream") {
  Server server;
  server.post(10);
  server.post(11);
  Listening listening(server);
  listening.catch_up();
  server.say(event("status.update", status(10, "edited")) + event("delete", "11") + event("delete", "999"));
  std::vector<Post> posts;
  while (posts.size() < 2)
    for (auto& post : listening.hear().posts) posts.push_back(std::move(post));
  CHECK(posts[0].text == "edited");
  CHECK(posts[1].deleted);
  CHECK(posts[1].id == "https://social.example/11");
  CHECK(listening.hear().posts.empty());
}

TEST_CASE("a stream that breaks is opened again, and what was posted meanwhile is polled") {
  for (const auto then : {Then::reset, Then::close}) {
    Server server;
    for (int id = 10; id <= 12; ++id) server.post(id);
    Listening listening(server);
    listening.catch_up();
    server.post(13);
    listening.hear_until("13");
    server.say("event: update\ndata: {\"id\":\"14", then);
    while (server.streams() != 0) listening.loop.poll();
    for (int id = 14; id <= 30; ++id) server.post(id, false);
    listening.hear();  // notices
    listening.catch_up();
    CHECK(server.streams() == 1);
    server.post(31);
    listening.hear_until("31");
    CHECK(listening.all() == range(10, 31));
  }
}

TEST_CASE("a post that the stream told out of order is found after a break") {
  Server server;
  server.post(10);
  Listening listening(server);
  listening.catch_up();
  server.post(12);
  listening.hear_until("12");
  server.post(11, false);  // was about to be told
  server.say("", Then::reset);
  while (server.streams() != 0) listening.loop.poll();
  listening.hear();
  listening.catch_up();
  CHECK(listening.all() == range(10, 12));
}

TEST_CASE("breaks in a row are met with longer and longer pauses, in which polling goes on") {
  Server server;
  server.post(10);
  Listening listening(server);
  listening.catch_up();
  for (int id = 11; id <= 13; ++id) {
    server.say("", Then::reset);
    while (server.streams() != 0) listening.loop.poll();
    while (listening.hear().live) {
    }
    server.post(id, false);
    listening.hear_until(std::to_string(id));
  }
  const auto opened = server.asked("/api/v1/streaming").size();
  CHECK(opened == 2);
  Page page = listening.hear();
  CHECK_FALSE(page.live);
  CHECK_FALSE(page.more);
  listening.now += 11min;
  listening.catch_up();
  CHECK(server.asked("/api/v1/streaming").size() == 3);
  CHECK(listening.all() == range(10, 13));
}

TEST_CASE("silence is a break, and a heartbeat is life") {
  Server server;
  server.post(10);
  Listening listening(server, 10s, 300ms);
  listening.catch_up();
  const auto begun = std::chrono::steady_clock::now();
  bool thumped = false;
  asio::steady_timer heart(listening.loop, 200ms);
  heart.async_wait([&](boost::system::error_code) {
    server.say(":thump\n\n");
    thumped = true;
  });
  const auto page = listening.hear();
  CHECK(thumped);
  CHECK(std::chrono::steady_clock::now() - begun >= 480ms);
  CHECK_FALSE(page.live);
  CHECK(page.more);  // asks again at once, by polling
}

TEST_CASE("a page that was not kept is given again") {
  Server server;
  server.post(10);
  Listening listening(server);
  listening.catch_up();
  const Cursor before = listening.cursor;
  server.post(11);
  while (listening.cursor == before) listening.hear();
  listening.cursor = before;  // the store refused it
  listening.heard.clear();
  listening.catch_up();
  CHECK(listening.all().contains("11"));
  server.post(12);
  listening.hear_until("12");
  CHECK(listening.all().contains("12"));
}

TEST_CASE("every half hour the last pages are read again beside the stream") {
  Server server;
  server.post(10);
  server.post(12);
  Listening listening(server);
  listening.catch_up();
  server.post(11, false);  // federated late
  CHECK(listening.hear().posts.empty());
  listening.now += 31min;
  listening.catch_up();
  CHECK(listening.all() == range(10, 12));
  CHECK(server.asked("/api/v1/streaming").size() == 1);
}

TEST_CASE("a stream that is refused leaves polling, and is told when polling has nothing to say") {
  Server server;
  server.refuse_streams(json(401, R"({"error":"The access token is invalid"})"));
  server.post(10);
  Listening listening(server);
  CHECK_FALSE(listening.hear().live);
  std::optional<Failure> told;
  for (int asks = 0; asks < 10 && !told; ++asks) {
    const auto page = listening.fetch();
    if (page)
      listening.cursor = page->next;
    else
      told = page.error();
  }
  REQUIRE(told.has_value());
  CHECK(told->remedy == Remedy::ask_operator);
  CHECK_MESSAGE(told->detail.find("token_file") != std::string::npos, told->detail);
  CHECK(server.asked("/api/v1/streaming").size() == 1);
  server.post(11, false);
  listening.hear_until("11");
  CHECK(listening.all() == range(10, 11));
  server.refuse_streams(std::nullopt);
  listening.now += 11min;
  listening.catch_up();
  CHECK(server.streams() == 1);
}

TEST_CASE("a stream that is down for a while is nobody's business but ours") {
  Server server;
  server.refuse_streams(json(503, ""));
  server.post(10);
  Listening listening(server);
  for (int asks = 0; asks < 6; ++asks) CHECK_FALSE(listening.hear().live);
  server.refuse_streams(std::nullopt);
  listening.now += 11min;
  listening.catch_up();
  CHECK(listening.all() == range(10, 10));
}

TEST_CASE("an empty timeline may be one that the server has switched off") {
  Server server;
  server.says_instance(
      R"({"configuration":{"timelines_access":{"hashtag_feeds":{"local":"disabled","remote":"disabled"}}}})");
  Listening listening(server);
  for (int times = 0; times < 2; ++times) {
    const auto page = listening.fetch();
    REQUIRE_FALSE(page.has_value());
    CHECK(page.error().remedy == Remedy::ask_operator);
    CHECK_MESSAGE(page.error().detail.find("switched") != std::string::npos, page.error().detail);
  }
  server.says_instance(
      R"({"configuration":{"timelines_access":{"hashtag_feeds":{"local":"public","remote":"public"}}}})");
  listening.now += 31min;
  listening.catch_up();
  server.post(10);
  listening.hear_until("10");
  CHECK(listening.all() == range(10, 10));
}

TEST_CASE("the streaming server may be another one, and the server says which") {
  Server streaming;
  Server server;
  server.says_instance(R"({"configuration":{"urls":{"streaming":"ws)" + streaming.url().substr(4) + "\"}}}");
  server.post(10);
  Listening listening(server);
  listening.catch_up();
  CHECK(streaming.streams() == 1);
  CHECK(server.streams() == 0);
  streaming.post(11);
  listening.hear_until("11");
  CHECK(listening.all() == range(10, 11));
}

TEST_CASE("kept posts are asked after, at once where the server can, else one by one") {
  for (const bool several : {true, false}) {
    CAPTURE(several);
    Server server;
    for (int id = 1; id <= 3; ++id) server.post(id);
    server.remove(2);
    if (!several) server.forgets_several();
    Listening listening(server);
    CHECK(listening.source->recheck_limit() == 20);
    std::vector<KeptPost> kept;
    for (const char* id : {"1", "2", "3"}) kept.push_back({std::string("https://social.example/") + id, id, ""});
    kept.push_back({"https://social.example/unknown", "", ""});
    for (int times = 0; times < 2; ++times) {
      const auto page = listening.run(listening.source->recheck(kept, evening));
      REQUIRE(page.has_value());
      REQUIRE(page->posts.size() == 1);
      CHECK(page->posts[0].deleted);
      CHECK(page->posts[0].id == "https://social.example/2");
    }
    CHECK(server.asked("/api/v1/statuses?").size() == (several ? 2u : 1u));
    CHECK(server.asked("/api/v1/statuses/").size() == (several ? 2u : 6u));
    CHECK(listening.source->recheck_limit() == (several ? 20 : 5));
  }
}

}  // namespace barometer
