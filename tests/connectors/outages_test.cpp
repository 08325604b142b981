#include <algorithm>
#include <ctime>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "tests/connectors/plays/played_platform.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/support/temp_dir.hpp"

// Every platform with a cursor, through every kind of outage: what the platform still serves afterwards is all kept, and
// nothing counts twice. The platform is played in its own words; the trouble is the same for all.

namespace barometer {
namespace {

using namespace std::chrono_literals;

const UtcTime morning = *parse_iso("2026-11-18T06:00:00Z");
constexpr int posts_before = 20;
constexpr int posts_meanwhile = 120;
constexpr int most_asks = 400;

// What goes wrong with one answer. `before` is the answer of the request before this one.
using Spoil = std::function<LoopbackReply(const PlayedAnswer& healthy, const LoopbackReply& before, UtcTime now)>;

LoopbackReply as_reply(const PlayedAnswer& answer) { return reply_with(answer.status, answer.headers, answer.body); }

Spoil refuse(int status, LoopbackHeaders headers = {}) {
  return [=](const PlayedAnswer&, const LoopbackReply&, UtcTime) {
    return reply_with(status, headers, "{\"error\":\"not now\"}");
  };
}

// A 429 whose header names a moment five minutes from now.
Spoil limit(const char* header, const std::function<std::string(UtcTime)>& value) {
  return [=](const PlayedAnswer&, const LoopbackReply&, UtcTime now) {
    return reply_with(429, {{header, value(now + 5min)}, {"X-RateLimit-Remaining", "0"}}, "{}");
  };
}

std::string to_http_date(UtcTime at) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  char text[40];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", std::gmtime(&seconds))};
}

std::string seconds_since_1970(UtcTime at) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count());
}

LoopbackReply then(LoopbackReply reply, LoopbackReply::Then what) {
  reply.then = what;
  return reply;
}

struct Outage {
  const char* fact;
  Spoil spoil;
  bool passes = true;  // the failure is one that passes by itself: never one for the operator
  int times = 2;       // how many answers in a row
};

const std::vector<Outage>& outages() {
  using Then = LoopbackReply::Then;
  static const std::vector<Outage> rows = {
      {"an error of its own", refuse(500)},
      {"a restart", refuse(503, {{"Retry-After", "120"}})},
      {"a gateway in trouble", refuse(502)},
      {"it hangs", [](const auto&, const auto&, UtcTime) { return then({}, Then::hang); }, true, 1},
      {"a broken connection", [](const auto&, const auto&, UtcTime) { return then({}, Then::reset); }},
      {"an answer cut off by the connection",
       [](const PlayedAnswer& healthy, const auto&, UtcTime) {
         LoopbackReply reply = as_reply(healthy);
         reply.bytes.resize(reply.bytes.size() - healthy.body.size() / 2);
         return then(std::move(reply), Then::close);
       }},
      {"an answer cut off by the platform",
       [](PlayedAnswer healthy, const auto&, UtcTime) {
         healthy.body.resize(healthy.body.size() / 2);
         return as_reply(healthy);
       }},
      {"the wrong content type",
       [](PlayedAnswer healthy, const auto&, UtcTime) {
         std::erase_if(healthy.headers, [](const auto& header) { return header.first == "Content-Type"; });
         healthy.headers.emplace_back("Content-Type", "text/html; charset=utf-8");
         return as_reply(healthy);
       },
       false},
      {"a wall against programs",
       [](const auto&, const auto&, UtcTime) {
         return reply_with(200, {{"Content-Type", "text/html"}}, "<html><body>Checking your browser</body></html>");
       },
       false},
      {"an empty answer",
       [](PlayedAnswer healthy, const auto&, UtcTime) {
         healthy.body.clear();
         return as_reply(healthy);
       },
       false},
      {"a limit, seconds left", limit("Retry-After", [](UtcTime) { return "300"; })},
      {"a limit, as a date", limit("Retry-After", [](UtcTime at) { return to_http_date(at); })},
      {"a limit until a second since 1970", limit("x-rate-limit-reset", seconds_since_1970)},
      {"a limit until a moment as ISO says it", limit("X-RateLimit-Reset", [](UtcTime at) { return to_iso(at); })},
      {"a limit until so many seconds from now", limit("RateLimit-Reset", [](UtcTime) { return "300"; })},
      {"a limit that says nothing more", refuse(429)},
      {"a clock a day ahead",
       [](PlayedAnswer healthy, const auto&, UtcTime now) {
         healthy.headers.emplace_back("Date", to_http_date(now + 24h));
         return as_reply(healthy);
       }},
      {"the same page again", [](const PlayedAnswer& healthy, const LoopbackReply& before,
                                 UtcTime) { return before.bytes.empty() ? as_reply(healthy) : before; }},
  };
  return rows;
}

// The platform on its stage: a server that asks the play for each answer, and spoils some.
class Stage {
 public:
  explicit Stage(PlayedPlatform& platform)
      : platform_(platform), server_([this](const std::string& request) { return answer(request); }) {}

  std::string url() const { return server_.url(""); }

  void set_time(UtcTime now) {
    const std::lock_guard lock(mutex_);
    now_ = now;
  }
  void add(int number, UtcTime made_at) {
    const std::lock_guard lock(mutex_);
    posts_.push_back({number, made_at, "post number " + std::to_string(number) + " about Marlbeck #nhssm"});
  }
  void take_away(int number) {
    const std::lock_guard lock(mutex_);
    std::erase_if(posts_, [number](const PlayedPost& post) { return post.number == number; });
  }
  // Neighbours change places.
  void reorder() {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = posts_before; i + 1 < posts_.size(); i += 2) std::swap(posts_[i], posts_[i + 1]);
  }
  // From now on `healthy` answers are as they should be, then `times` are spoiled.
  void spoil(Spoil spoil, int healthy, int times) {
    const std::lock_guard lock(mutex_);
    spoil_ = std::move(spoil);
    healthy_ = healthy;
    spoiled_ = times;
  }
  // Once so many answers have gone out, something happens.
  void after(int answers, std::function<void(std::vector<PlayedPost>&)> what) {
    const std::lock_guard lock(mutex_);
    happens_after_ = answers;
    happens_ = std::move(what);
  }
  std::set<std::string> served() const {
    const std::lock_guard lock(mutex_);
    std::set<std::string> ids;
    for (const PlayedPost& post : posts_) ids.insert(platform_.id_of(post));
    return ids;
  }

 private:
  LoopbackReply answer(const std::string& request) {
    const std::lock_guard lock(mutex_);
    const auto blank = request.find(' ');
    const PlayedRequest asked{.method = request.substr(0, blank),
                              .target = request.substr(blank + 1, request.find(' ', blank + 1) - blank - 1),
                              .authorization = header_of(request, "authorization"),
                              .body = body_of(request),
                              .now = now_};
    const PlayedAnswer healthy = platform_.answer(asked, posts_);
    LoopbackReply reply = as_reply(healthy);
    if (spoil_ && healthy_-- <= 0 && spoiled_-- > 0) reply = spoil_(healthy, before_, now_);
    before_ = reply;
    if (happens_ && --happens_after_ == 0) happens_(posts_);
    return reply;
  }

  PlayedPlatform& platform_;
  mutable std::mutex mutex_;
  std::vector<PlayedPost> posts_;
  UtcTime now_ = morning;
  Spoil spoil_;
  int healthy_ = 0;
  int spoiled_ = 0;
  int happens_after_ = 0;
  std::function<void(std::vector<PlayedPost>&)> happens_;
  LoopbackReply before_;
  LoopbackServer server_;
};

// Asks as the daemon does, with a clock of its own and a store that knows an id once.
class Listening {
 public:
  Listening(const Play& play, Stage& stage, PlayedPlatform& platform) : stage_(stage) {
    const Connector& connector = *find_connector(play.platform);
    SourceConfig config = platform.source(stage.url(), folder_.path());
    config.name = "here";
    config.platform = play.platform;
    for (const auto& complaint : connector.check(config))
      FAIL(play.platform, ": ", complaint.key, " ", complaint.message);
    source_ = connector.make(config, http_);
  }

  // Until the platform, asked to its end, has had nothing new three times: an old answer that comes twice is no end.
  void catch_up() {
    int quiet = 0;
    bool news = false;
    for (int asks = 0; asks < most_asks && quiet < 3; ++asks) {
      const Asked asked = ask();
      news |= asked.news;
      if (asked.more) continue;
      quiet = std::exchange(news, false) ? 0 : quiet + 1;
    }
  }

  struct Asked {
    bool news = false;  // or no answer
    bool more = false;
  };
  Asked ask() {
    stage_.set_time(now_);
    auto page = run(source_->fetch(cursor_, now_));
    now_ += 1min;
    if (!page) {
      failures_.push_back(page.error());
      if (page.error().not_before) now_ = std::max(now_, *page.error().not_before);
      return {.news = true};
    }
    CHECK(page->missed.empty());
    if (page->hints.not_before) now_ = std::max(now_, *page->hints.not_before);
    cursor_ = page->next;
    bool news = false;
    for (const Post& post : page->posts) {
      CHECK_MESSAGE(post.made_at <= now_, post.id);
      if (post.deleted)
        news |= kept_.erase(post.id) > 0;
      else
        news |= kept_.insert_or_assign(post.id, KeptPost{post.id, post.native_id, post.url}).second;
    }
    return {.news = news, .more = page->more};
  }

  std::set<std::string> recheck() {
    std::set<std::string> gone;
    std::vector<KeptPost> all;
    for (const auto& [id, post] : kept_) all.push_back(post);
    const std::size_t limit = source_->recheck_limit();
    for (std::size_t at = 0; limit > 0 && at < all.size(); at += limit) {
      const auto from = all.begin() + static_cast<std::ptrdiff_t>(at);
      const auto to = all.begin() + static_cast<std::ptrdiff_t>(std::min(at + limit, all.size()));
      stage_.set_time(now_);
      for (bool more = true; more;) {
        const auto page = run(source_->recheck({from, to}, now_));
        now_ += 1min;
        REQUIRE_MESSAGE(page.has_value(), (page ? "" : page.error().detail));
        for (const Post& post : page->posts)
          if (post.deleted) gone.insert(post.id);
        more = page->more;
      }
    }
    return gone;
  }

  bool can_recheck() const { return source_->recheck_limit() > 0; }
  void set_time(UtcTime now) { now_ = std::max(now_, now); }
  std::set<std::string> kept() const {
    std::set<std::string> ids;
    for (const auto& [id, post] : kept_) ids.insert(id);
    return ids;
  }
  const std::vector<Failure>& failures() const { return failures_; }

 private:
  Result<Page> run(asio::awaitable<Result<Page>> asking) {
    std::optional<Result<Page>> page;
    asio::co_spawn(loop_, std::move(asking), [&page](const std::exception_ptr& error, Result<Page> answer) {
      if (error) std::rethrow_exception(error);
      page = std::move(answer);
    });
    loop_.restart();
    while (!page) loop_.run_one();
    return std::move(*page);
  }

  Stage& stage_;
  TempDir folder_;
  asio::io_context loop_{1};
  HttpClient http_{loop_.get_executor(), {.user_agent = "Barometer/test", .total_timeout = 1s}};
  std::unique_ptr<Source> source_;
  Cursor cursor_;
  UtcTime now_ = morning;
  std::map<std::string, KeptPost> kept_;
  std::vector<Failure> failures_;
};

// One outage: heard up to a point, then `begin`s trouble while more is posted.
struct Scene {
  std::unique_ptr<PlayedPlatform> platform;
  Stage stage;
  Listening listening;
  int meanwhile;

  explicit Scene(const Play& play)
      : platform(play.make()),
        stage(*platform),
        listening(play, stage, *platform),
        meanwhile(static_cast<int>(std::min<std::size_t>(posts_meanwhile, platform->window()))) {
    for (int i = 1; i <= posts_before; ++i) stage.add(i, morning - 2h + i * 1min);
    listening.catch_up();
    CHECK(listening.kept() == stage.served());
    CHECK(listening.failures().empty());
    for (int i = 1; i <= meanwhile; ++i) stage.add(posts_before + i, morning + i * 1min);
    listening.set_time(morning + 3h);
  }
};

// What is missing, for people.
std::string lost(const Scene& scene) {
  std::string out;
  const auto kept = scene.listening.kept();
  for (const std::string& id : scene.stage.served())
    if (!kept.contains(id)) out += " " + id;
  return out.substr(0, 300);
}

}  // namespace

TEST_CASE("no outage loses a post that is still served, and none counts twice") {
  for (const Play& play : plays()) {
    CAPTURE(play.platform);
    for (const Outage& outage : outages()) {
      CAPTURE(outage.fact);
      for (const int healthy : {0, 1}) {  // at once, or in the middle of the pages
        CAPTURE(healthy);
        Scene scene(play);
        scene.stage.spoil(outage.spoil, healthy, outage.times);
        scene.listening.catch_up();
        CHECK_MESSAGE(scene.listening.kept() == scene.stage.served(), "lost:", lost(scene));
        if (!outage.passes) continue;
        for (const Failure& failure : scene.listening.failures())
          CHECK_MESSAGE(failure.remedy != Remedy::ask_operator, failure.detail);
      }
    }
  }
}

TEST_CASE("a page whose neighbours have changed places loses nothing") {
  for (const Play& play : plays()) {
    CAPTURE(play.platform);
    Scene scene(play);
    scene.stage.reorder();
    scene.listening.catch_up();
    CHECK_MESSAGE(scene.listening.kept() == scene.stage.served(), "lost:", lost(scene));
  }
}

TEST_CASE("a post that is deleted between two pages takes no other with it") {
  for (const Play& play : plays()) {
    CAPTURE(play.platform);
    for (const bool newest : {true, false}) {
      CAPTURE(newest);
      Scene scene(play);
      scene.stage.after(1, [newest](std::vector<PlayedPost>& posts) {
        posts.erase(newest ? posts.end() - 1 : posts.begin() + posts_before + 1);
      });
      scene.listening.catch_up();
      const auto kept = scene.listening.kept();
      const auto served = scene.stage.served();
      CHECK_MESSAGE(std::includes(kept.begin(), kept.end(), served.begin(), served.end()), "lost:", lost(scene));
      CHECK(kept.size() <= served.size() + 1);
    }
  }
}

TEST_CASE("a token that has ended is renewed without an operator") {
  for (const Play& play : plays()) {
    CAPTURE(play.platform);
    Scene scene(play);
    if (!scene.platform->expire_tokens()) continue;
    scene.listening.catch_up();
    CHECK_MESSAGE(scene.listening.kept() == scene.stage.served(), "lost:", lost(scene));
    for (const Failure& failure : scene.listening.failures())
      CHECK_MESSAGE(failure.remedy != Remedy::ask_operator, failure.detail);
  }
}

TEST_CASE("what was deleted later is found by asking again, and nothing else is called deleted") {
  for (const Play& play : plays()) {
    CAPTURE(play.platform);
    Scene scene(play);
    if (!scene.listening.can_recheck()) continue;
    scene.listening.catch_up();
    const auto before = scene.stage.served();
    scene.stage.take_away(3);
    scene.stage.take_away(posts_before + 5);
    std::set<std::string> gone = before;
    for (const std::string& id : scene.stage.served()) gone.erase(id);
    CHECK(scene.listening.recheck() == gone);
  }
}

}  // namespace barometer
