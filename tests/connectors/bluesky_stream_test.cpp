#include "connectors/platforms/bluesky_stream.hpp"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "tests/support/loopback_socket.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

const UtcTime evening = *parse_iso("2026-11-21T21:00:00Z");

std::string uri(const std::string& rkey, const std::string& did = "did:plc:a") {
  return "at://" + did + "/app.bsky.feed.post/" + rkey;
}

// One event as the first wire has it, at that many seconds after evening.
std::string event(int second, const std::string& operation, const std::string& rkey, const std::string& text = {},
                  const std::string& did = "did:plc:a") {
  const auto at = evening + second * 1s;
  std::string out = R"({"did":")" + did + R"(","time_us":)" + std::to_string(at.time_since_epoch() / 1us) +
                    R"(,"kind":"commit","commit":{"rev":"r","operation":")" + operation +
                    R"(","collection":"app.bsky.feed.post","rkey":")" + rkey + '"';
  if (!text.empty())
    out += R"(,"cid":"c)" + std::to_string(second) + R"(","record":{"$type":"app.bsky.feed.post","text":")" + text +
           R"(","createdAt":")" + to_iso(at) + R"("})";
  return out + "}}";
}

std::string account(int second, const std::string& status, const std::string& did = "did:plc:a") {
  return R"({"did":")" + did + R"(","time_us":)" + std::to_string((evening + second * 1s).time_since_epoch() / 1us) +
         R"(,"kind":"account","account":{"active":)" + (status.empty() ? "true" : "false") + R"(,"status":")" + status +
         R"(","did":")" + did + R"("}})";
}

BlueskyConfig config() {
  BlueskyConfig config;
  config.name = "sky";
  config.hashtags = {"nhssm"};
  config.streams = {"wss://a.example/subscribe"};
  config.appview = "http://127.0.0.1:1";  // nobody is there
  return config;
}

using Told = std::vector<std::string>;

Told told(const std::vector<Post>& posts) {
  Told out;
  for (const Post& post : posts)
    out.push_back(post.native_id + (post.deleted ? " gone" : post.edited_at ? " edited" : ""));
  return out;
}

// Messages one after the other, as if they came on a connection.
Told heard_of(BlueskyListener& listener, const std::vector<std::string>& messages) {
  BlueskyHeard heard;
  for (const auto& message : messages) listener.hear(message, evening + 1h, heard);
  return told(heard.posts);
}

BlueskyListener listening() {
  BlueskyListener listener(config());
  listener.begin({}, "a.example", true, evening);
  return listener;
}

}  // namespace

TEST_CASE("the stream gives what concerns us: made, edited, deleted") {
  auto listener = listening();
  CHECK(heard_of(listener, {event(1, "create", "1", "hello #nhssm"), event(2, "create", "2", "something else"),
                            event(3, "update", "1", "hello again"), event(4, "update", "2", "else again"),
                            event(5, "delete", "1"), event(6, "delete", "2"), event(7, "delete", "1")}) ==
        Told{"1", "1 edited", "1 gone"});
}

TEST_CASE("a frame that comes again is given once") {
  auto listener = listening();
  const auto one = event(1, "create", "1", "hello #nhssm");
  CHECK(heard_of(listener, {one, one, event(2, "create", "2", "#nhssm"), one}) == Told{"1", "2"});
}

TEST_CASE("an account that is gone takes its posts with it, as far as we know them") {
  for (const auto* const status : {"deleted", "takendown", "suspended", "deactivated"}) {
    auto listener = listening();
    listener.remember(uri("0"));
    CHECK(heard_of(listener, {event(1, "create", "1", "#nhssm"), event(2, "create", "9", "#nhssm", "did:plc:ab"),
                              account(3, ""), account(4, "throttled"), account(5, status), account(6, status)}) ==
          Told{"1", "9", "0 gone", "1 gone"});
  }
}

TEST_CASE("deletions of posts that nobody gave are not passed on") {
  auto listener = listening();
  CHECK(heard_of(listener, {event(1, "delete", "1")}).empty());
  listener.remember(uri("1"));
  CHECK(heard_of(listener, {event(2, "delete", "1")}) == Told{"1 gone"});
}

TEST_CASE("the place moves on with every message, whatever it says") {
  auto listener = listening();
  BlueskyHeard heard;
  listener.hear(event(5, "create", "1", "nothing of ours"), evening + 1h, heard);
  CHECK(heard.moved);
  CHECK(listener.place().at == evening + 5s);
  CHECK(listener.place().place == (evening + 5s).time_since_epoch() / 1us);
  listener.hear(event(3, "create", "2", "late"), evening + 1h, heard);
  CHECK(listener.place().at == evening + 5s);
  const auto again = stream_place_of(cursor_of(listener.place()));
  CHECK(again.server == "a.example");
  CHECK(again.place == listener.place().place);
  CHECK(again.at == listener.place().at);
  listener.hear("{}", evening, heard);
  CHECK(heard.unreadable == 1);
}

TEST_CASE("where a stream is resumed") {
  const auto micros = [](UtcTime at) { return std::to_string(at.time_since_epoch() / 1us); };
  const auto ends = [](const std::string& url, const std::string& what) { return url.ends_with(what); };
  BlueskyPlace place;
  CHECK(stream_url("wss://a.example/subscribe", place, 1000) ==
        "wss://a.example/subscribe?wantedCollections=app.bsky.feed.post&maxMessageSizeBytes=1000");
  place = {"a.example", 31415, evening};
  CHECK(ends(stream_url("wss://a.example/subscribe", place, 1000), "&cursor=31415"));
  CHECK(ends(stream_url("wss://b.example/subscribe", place, 1000), "&cursor=" + micros(evening - 30s)));
  place.place = evening.time_since_epoch() / 1us;
  CHECK(ends(stream_url("wss://a.example/subscribe", place, 1000), "&cursor=" + micros(evening - 5s)));
  CHECK(stream_url("wss://a.example/xrpc/network.bsky.jetstream.subscribeEvents", {"a.example", 7, evening}, 1000) ==
        "wss://a.example/xrpc/network.bsky.jetstream.subscribeEvents?kinds=commit&kinds=account&kinds=identity"
        "&collections=app.bsky.feed.post&cursor=7");
}

TEST_CASE("what a server does not have any more is missed, and said so") {
  BlueskyListener listener(config());
  BlueskyHeard heard;
  SUBCASE("a server that silently begins later") {
    listener.begin({"a.example", {}, evening - 48h}, "a.example", true, evening);
    listener.hear(event(-36 * 3600, "create", "1", "x"), evening, heard);
    REQUIRE(heard.missed.size() == 1);
    CHECK(heard.missed[0].from == evening - 48h);
    CHECK(heard.missed[0].to == evening - 36h);
    CHECK(heard.missed[0].reason == GapReason::restarted);
  }
  SUBCASE("a quiet hour is none") {
    listener.begin({"a.example", {}, evening - 2h}, "a.example", false, evening);
    listener.hear(event(0, "create", "1", "x"), evening, heard);
    CHECK(heard.missed.empty());
  }
  SUBCASE("one that announces it") {
    listener.begin({"a.example", 5, evening - 2h}, "a.example", false, evening);
    listener.hear(R"({"$type":"message","payload":{"$type":"network.bsky.jetstream.subscribeEvents#info",)"
                  R"("name":"OutdatedCursor","message":"resumed from seq 1000"}})",
                  evening, heard);
    CHECK(heard.missed.empty());
    listener.hear(event(-3600, "create", "1", "x"), evening, heard);
    REQUIRE(heard.missed.size() == 1);
    CHECK(heard.missed[0].from == evening - 2h);
    CHECK(heard.missed[0].to == evening - 1h);
    CHECK(heard.missed[0].reason == GapReason::down);
  }
}

TEST_CASE("the floor is the first number above the place asked for") {
  HttpResponse refusal;
  const BlueskyPlace asked{"a.example", 500, evening};
  const auto floor = [&](const std::string& message) {
    refusal.body = R"({"error":"CursorTooOld","message":")" + message + R"("})";
    return floor_in(refusal, asked);
  };
  CHECK(floor("cursor 500 is below the floor 1000") == 1000);
  CHECK(floor("the floor is 1000 (2026-11-21T20:00:00Z), not 500") == 1000);
  CHECK_FALSE(floor("too old").has_value());
  CHECK_FALSE(floor_in(refusal, BlueskyPlace{}).has_value());
}

namespace {

// A Jetstream server, played: it keeps all messages and replays them from a cursor, itself included, then stays open.
class PlayedJetstream {
 public:
  // Numbers below `floor` are refused. `second`: it speaks the second wire.
  explicit PlayedJetstream(bool second = false)
      : second_(second),
        server_([this](LoopbackSocket::Peer& peer) { play(peer); },
                [this](const std::string& head) { return refuse(head); }) {}
  ~PlayedJetstream() {
    const std::lock_guard lock(mutex_);
    over_ = true;
    more_.notify_all();
  }

  std::string url() const {
    return server_.url(second_ ? "/xrpc/network.bsky.jetstream.subscribeEvents" : "/subscribe");
  }
  void say(const std::string& message) {
    const std::lock_guard lock(mutex_);
    messages_.push_back(message);
    more_.notify_all();
  }
  // Breaks connections; from now on each lasts for so many messages.
  void drop(std::size_t lasts = 1'000'000) {
    {
      const std::lock_guard lock(mutex_);
      lasts_ = lasts;
      ++epoch_;
      more_.notify_all();
    }
    server_.break_all();
  }
  void set_floor(std::size_t floor) {
    const std::lock_guard lock(mutex_);
    floor_ = floor;
  }
  std::vector<std::string> requests() const { return server_.requests(); }

 private:
  static std::int64_t cursor_in(const std::string& head) {
    const auto at = head.find("cursor=");
    return at == std::string::npos ? -1 : std::stoll(head.substr(at + 7));
  }

  std::optional<LoopbackReply> refuse(const std::string& head) {
    const std::lock_guard lock(mutex_);
    const auto cursor = cursor_in(head);
    if (!second_ || cursor < 0 || cursor >= static_cast<std::int64_t>(floor_)) return std::nullopt;
    return reply_with(400, {{"Content-Type", "application/json"}},
                      R"({"error":"CursorTooOld","message":"cursor )" + std::to_string(cursor) +
                          " is too old: the floor is " + std::to_string(floor_) + R"("})");
  }

  // Where a cursor begins; the first wire's are times, one message a second.
  std::size_t begin(std::int64_t cursor) const {
    if (cursor < 0) return messages_.size();
    if (cursor < bluesky_first_time_place) return static_cast<std::size_t>(cursor);
    const auto seconds = (cursor - evening.time_since_epoch() / 1us + 999'999) / 1'000'000;
    return static_cast<std::size_t>(std::max<std::int64_t>(seconds, 0));
  }

  void play(LoopbackSocket::Peer& peer) {
    std::unique_lock lock(mutex_);
    auto at = begin(cursor_in(peer.head()));
    const auto epoch = epoch_;
    for (std::size_t said = 0; said < lasts_; ++said) {
      more_.wait(lock, [&] { return over_ || epoch != epoch_ || at < messages_.size(); });
      if (over_ || epoch != epoch_) return;
      const auto message = messages_[at++];
      lock.unlock();
      if (!peer.send(message)) return;
      lock.lock();
    }
  }

  bool second_;
  mutable std::mutex mutex_;
  std::condition_variable more_;
  std::vector<std::string> messages_;
  std::size_t lasts_ = 1'000'000;
  std::size_t floor_ = 0;
  int epoch_ = 0;
  bool over_ = false;
  LoopbackSocket server_;
};

// Asks as the daemon does, and keeps as its store.
struct Daemon {
  explicit Daemon(std::vector<std::string> streams) {
    auto how = config();
    how.streams = std::move(streams);
    source = std::make_unique<BlueskyStream>(std::move(how), http);
  }

  Result<Page> ask() {
    std::optional<Result<Page>> page;
    asio::co_spawn(loop, source->fetch(cursor, now), [&](const std::exception_ptr& error, Result<Page> value) {
      if (error) std::rethrow_exception(error);
      page = std::move(value);
    });
    loop.restart();
    while (!page) loop.run_one();
    if (!page->has_value()) {
      ++failures;
      return std::move(*page);
    }
    cursor = (*page)->next;
    for (const Post& post : (*page)->posts) {
      ++given[post.native_id];
      if (post.deleted)
        kept.erase(post.native_id);
      else
        kept.insert(post.native_id);
    }
    missed.insert(missed.end(), (*page)->missed.begin(), (*page)->missed.end());
    return std::move(*page);
  }
  void ask_until(std::size_t posts) {
    for (int asks = 0; asks < 60 && kept.size() < posts; ++asks) ask();
    CHECK(kept.size() == posts);
  }

  asio::io_context loop{1};
  HttpClient http{loop.get_executor(), {.user_agent = "Barometer/test", .connect_timeout = 2s, .total_timeout = 2s}};
  std::unique_ptr<BlueskyStream> source;
  Cursor cursor;
  UtcTime now = evening + 1h;
  std::map<std::string, int> given;
  std::set<std::string> kept;
  std::vector<Missed> missed;
  int failures = 0;
};

std::string numbered(int i) { return event(i, "create", std::to_string(i), i % 3 == 0 ? "#nhssm" : "other"); }

}  // namespace

TEST_CASE("a stream that breaks again and again loses nothing and gives nothing twice") {
  PlayedJetstream jetstream;
  Daemon daemon({jetstream.url()});
  const auto first = daemon.ask();
  REQUIRE(first.has_value());
  CHECK(first->live);
  CHECK(daemon.cursor.bytes.find("\"at\"") != std::string::npos);
  daemon.now = evening;  // so that the place begun at lies before the messages
  daemon.cursor = cursor_of(BlueskyPlace{{}, {}, evening});
  for (int i = 0; i < 60; ++i) jetstream.say(numbered(i));
  daemon.now = evening + 1h;
  jetstream.drop(17);
  daemon.ask_until(20);
  for (int i = 60; i < 120; ++i) jetstream.say(numbered(i));
  jetstream.drop(17);
  daemon.ask_until(40);
  CHECK(jetstream.requests().size() >= 5);
  for (const auto& [id, times] : daemon.given) CHECK_MESSAGE(times == 1, id);
  CHECK(daemon.missed.empty());
}

TEST_CASE("after a restart the replay loses nothing, and what comes again has the same id") {
  PlayedJetstream jetstream;
  Cursor cursor;
  for (int i = 0; i < 30; ++i) jetstream.say(numbered(i));
  Daemon before({jetstream.url()});
  before.cursor = cursor_of(BlueskyPlace{{}, {}, evening});
  before.ask_until(10);
  for (int i = 30; i < 60; ++i) jetstream.say(numbered(i));
  Daemon after({jetstream.url()});
  after.cursor = before.cursor;
  after.kept = before.kept;
  after.ask_until(20);
  CHECK(after.given.size() <= 12);  // not all over again
}

TEST_CASE("a page that was not kept is given again") {
  PlayedJetstream jetstream;
  for (int i = 0; i < 9; ++i) jetstream.say(numbered(i));
  Daemon daemon({jetstream.url()});
  const auto start = cursor_of(BlueskyPlace{{}, {}, evening});
  daemon.cursor = start;
  daemon.ask_until(3);
  daemon.cursor = start;
  daemon.kept.clear();
  daemon.ask_until(3);
  CHECK(jetstream.requests().size() == 2);
}

TEST_CASE("of several servers the next is asked, by time") {
  PlayedJetstream jetstream;
  for (int i = 0; i < 9; ++i) jetstream.say(numbered(i));
  Daemon daemon({"ws://127.0.0.1:1/subscribe", jetstream.url()});
  daemon.cursor = cursor_of(BlueskyPlace{"127.0.0.1:1", 77, evening});
  daemon.ask_until(3);
  CHECK(daemon.failures == 0);
  CHECK(jetstream.requests().at(0).find("cursor=" + std::to_string((evening - 30s).time_since_epoch() / 1us)) !=
        std::string::npos);
}

TEST_CASE("where no server answers the failure passes") {
  Daemon daemon({"ws://127.0.0.1:1/subscribe", "ws://127.0.0.1:2/subscribe"});
  const auto page = daemon.ask();
  REQUIRE_FALSE(page.has_value());
  CHECK(page.error().remedy == Remedy::retry);
}

TEST_CASE("a cursor that is too old goes on at the floor, and the gap is told") {
  PlayedJetstream jetstream(true);
  for (int i = 0; i < 30; ++i) {
    const auto at = to_iso(evening + i * 1s);
    jetstream.say(R"({"$type":"message","payload":{"$type":"network.bsky.jetstream.subscribeEvents#commit","seq":)" +
                  std::to_string(i) + R"(,"did":"did:plc:a","time":")" + at +
                  R"(","operation":"create","collection":"app.bsky.feed.post","rkey":")" + std::to_string(i) +
                  R"(","cid":"c","record":{"text":"#nhssm","createdAt":")" + at + R"("}}})");
  }
  jetstream.set_floor(20);
  Daemon daemon({jetstream.url()});
  const auto host = web_socket_host(jetstream.url());
  daemon.cursor = cursor_of(BlueskyPlace{host, 5, evening + 5s});
  daemon.ask_until(10);
  REQUIRE(daemon.missed.size() == 1);
  CHECK(daemon.missed[0].from == evening + 5s);
  CHECK(daemon.missed[0].to == evening + 20s);
  REQUIRE(jetstream.requests().size() == 2);
  CHECK(header_of(jetstream.requests()[1], "sec-websocket-protocol") == "xrpc.v1.json");
  CHECK(stream_place_of(daemon.cursor).place == 29);
}

TEST_CASE("a server that refuses is understood") {
  const struct {
    int status;
    Remedy remedy;
  } rows[] = {{429, Remedy::retry}, {503, Remedy::retry}, {404, Remedy::ask_operator}, {301, Remedy::ask_operator}};
  for (const auto& row : rows) {
    LoopbackSocket server([](LoopbackSocket::Peer&) {},
                          [&](const std::string&) { return reply_with(row.status, {}, ""); });
    Daemon daemon({server.url("/subscribe")});
    const auto page = daemon.ask();
    REQUIRE_FALSE(page.has_value());
    CHECK(page.error().remedy == row.remedy);
  }
}

TEST_CASE("authors are introduced by the AppView, with what they want") {
  LoopbackServer appview([](const std::string&) {
    return reply_with(200, {{"Content-Type", "application/json"}},
                      R"({"profiles":[{"did":"did:plc:a","handle":"a.example","displayName":"A","labels":[]},)"
                      R"({"did":"did:plc:b","handle":"b.example","labels":[{"val":"!no-unauthenticated"}]}]})");
  });
  asio::io_context loop{1};
  HttpClient http{loop.get_executor(), {}};
  auto how = config();
  how.appview = appview.url("");
  BlueskyProfiles profiles(how, http);
  const auto introduced = [&](std::vector<std::string> dids) {
    std::vector<Post> posts;
    for (auto& did : dids) {
      Post post;
      post.author = std::move(did);
      post.native_id = "1";
      posts.push_back(std::move(post));
    }
    bool over = false;
    asio::co_spawn(loop, profiles.introduce(posts, evening), [&](const std::exception_ptr&) { over = true; });
    loop.restart();
    while (!over) loop.run_one();
    return posts;
  };
  const auto posts = introduced({"did:plc:a", "did:plc:b", "did:plc:a"});
  CHECK(posts[0].author == "a.example");
  CHECK(posts[0].author_name == "A");
  CHECK(posts[0].url == "https://bsky.app/profile/a.example/post/1");
  CHECK_FALSE(posts[0].opted_out);
  CHECK(posts[1].opted_out);
  CHECK(introduced({"did:plc:b"})[0].author == "b.example");
  CHECK(appview.requests().size() == 1);
  profiles.forget("did:plc:b");
  introduced({"did:plc:b"});
  CHECK(appview.requests().size() == 2);
}

}  // namespace barometer
