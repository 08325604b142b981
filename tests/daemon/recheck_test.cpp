#include "daemon/recheck.hpp"

#include <set>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include "tests/support/temp_dir.hpp"

using namespace barometer;

namespace {

using namespace std::chrono_literals;

const UtcTime now{std::chrono::milliseconds{1'700'000'000'000}};

Post post_of(int number, UtcTime made_at) {
  Post post;
  post.platform = "demo";
  post.source = "one";
  post.id = "demo:" + std::to_string(number);
  post.native_id = std::to_string(number);
  post.made_at = made_at;
  post.text = "hello";
  return post;
}

// Knows which posts are gone and which were edited; stops the loop after so many requests.
class Platform : public Source {
 public:
  Platform(int requests, std::function<void()> over) : requests_(requests), over_(std::move(over)) {}

  std::vector<std::vector<std::string>> asked = {};
  std::set<std::string> gone = {};
  std::set<std::string> edited = {};
  int failures = 0;   // so many of the first requests fail
  int under_way = 0;  // so many of the first requests end without an answer yet

  const std::string& name() const override { return name_; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor, UtcTime) override { co_return Page{}; }
  std::size_t recheck_limit() const override { return 4; }
  asio::awaitable<Result<Page>> recheck(std::vector<KeptPost> kept, UtcTime) override {
    std::vector<std::string> ids;
    for (const auto& post : kept) ids.push_back(post.native_id);
    asked.push_back(ids);
    if (static_cast<int>(asked.size()) >= requests_) over_();
    if (failures-- > 0) co_return Failure{Remedy::retry, "no answer"};
    Page page;
    page.more = under_way-- > 0;
    if (page.more) co_return page;
    for (const auto& id : ids) {
      Post post = post_of(std::stoi(id), now);
      post.deleted = gone.contains(id);
      if (edited.contains(id)) post.text = "hello again";
      if (post.deleted || edited.contains(id)) page.posts.push_back(post);
    }
    co_return page;
  }

 private:
  std::string name_ = "one";
  std::string host_ = "social.example";
  int requests_;
  std::function<void()> over_;
};

struct Life {
  TempDir folder = {};
  asio::io_context loop{1};
  asio::thread_pool workers{1};
  asio::thread_pool writer{1};
  std::unique_ptr<Store> store = *Store::open({.path = folder.path()});
  SourceStates states = {};
  asio::cancellation_signal stop = {};

  Platform platform(int requests) {
    return {requests, [this] { asio::post(loop, [this] { stop.emit(asio::cancellation_type::terminal); }); }};
  }

  void keep(std::vector<Post> posts) {
    Batch batch;
    batch.source = "one";
    for (Post& post : posts) batch.entries.push_back({.post = std::move(post), .watched = {"nhssm"}});
    store->commit({&batch, 1}).value();
  }

  void sweep(Platform& platform) {
    Committer committer(loop.get_executor(), writer, *store, {});
    const auto rules =
        std::make_shared<const Rulebook>(Config{}, Judge::built_in(), PseudonymKey{std::string(32, 'k')});
    Pipeline pipeline(workers, committer, rules, {});
    Scheduler scheduler(loop.get_executor(), HostPace{0ms});
    SourceBook book(loop.get_executor(), committer, states, *SourceBook::recall(*store, now), [] { return now; }, {});
    book.listen_to({"one"});
    ListenConfig listen;
    listen.source = {.name = "one", .platform = "demo"};
    listen.every = 1ms;
    Config::RecheckConfig config{.every = 20ms, .age = std::chrono::hours{24}};
    Recheck recheck(listen, config, platform, scheduler, pipeline, book, *store, workers, 2ms, [] { return now; });
    const auto written = [&](const std::exception_ptr&) { committer.close(); };
    const auto ended = [&](const std::exception_ptr&) { asio::co_spawn(loop, book.write_down(), written); };
    asio::co_spawn(loop, committer.run(), asio::detached);
    asio::co_spawn(loop, recheck.run(), asio::bind_cancellation_slot(stop.slot(), ended));
    loop.run();
    loop.restart();
  }

  std::set<std::string> kept() const {
    std::set<std::string> found;
    store
        ->posts({}, false,
                [&](const StoredPost& post) { return found.insert(post.post.native_id + post.post.text), true; })
        .value();
    return found;
  }
};

}  // namespace

TEST_CASE("a sweep is spread over nine tenths of its time, and what is late is asked for at once") {
  struct Row {
    std::chrono::milliseconds since_begin;
    std::uint64_t left;
    std::chrono::milliseconds wait;
  };
  for (const auto& [since_begin, left, wait] :
       {Row{0s, 40, 90s / 10}, Row{0s, 1, 90s}, Row{45s, 20, 45s / 5}, Row{90s, 20, 0s}, Row{300s, 20, 0s},
        Row{60s, 0, 40s}, Row{200s, 0, 0s}, Row{-50s, 1, 100s}}) {
    CAPTURE(since_begin.count());
    CHECK(recheck_wait(now + since_begin, now, 100s, left, 4) == wait);
  }
}

TEST_CASE("each kept post that is young enough is asked about, and what is gone or edited is so here too") {
  Life life;
  std::vector<Post> posts;
  for (int i = 10; i < 20; ++i) posts.push_back(post_of(i, now));
  posts.push_back(post_of(99, now - 25h));
  life.keep(posts);
  auto platform = life.platform(6);
  platform.gone = {"12", "19"};
  platform.edited = {"15"};
  life.sweep(platform);
  REQUIRE(platform.asked.size() == 6);
  std::vector<std::string> first;
  for (int i = 0; i < 3; ++i)
    first.insert(first.end(), platform.asked[static_cast<std::size_t>(i)].begin(),
                 platform.asked[static_cast<std::size_t>(i)].end());
  CHECK(first == std::vector<std::string>{"10", "11", "12", "13", "14", "15", "16", "17", "18", "19"});
  CHECK(platform.asked[3] == std::vector<std::string>{"10", "11", "13", "14"});
  const auto kept = life.kept();
  CHECK(kept.size() == 9);
  CHECK_FALSE(kept.contains("12hello"));
  CHECK(kept.contains("15hello again"));
  CHECK(kept.contains("99hello"));
  CHECK(life.store->verify({})->differences.empty());
}

TEST_CASE("a platform that is still at it is asked again about the same posts") {
  Life life;
  life.keep({post_of(10, now), post_of(11, now)});
  auto platform = life.platform(3);
  platform.under_way = 2;
  platform.gone = {"10"};
  life.sweep(platform);
  REQUIRE(platform.asked.size() == 3);
  CHECK(platform.asked[1] == platform.asked[0]);
  CHECK(platform.asked[2] == platform.asked[0]);
}

TEST_CASE("what could not be asked is asked again, and a restart goes on where the sweep was") {
  Life life;
  std::vector<Post> posts;
  for (int i = 10; i < 20; ++i) posts.push_back(post_of(i, now));
  life.keep(posts);
  auto platform = life.platform(3);
  platform.failures = 1;
  life.sweep(platform);
  CHECK(platform.asked[0] == platform.asked[1]);
  CHECK(platform.asked[2] == std::vector<std::string>{"14", "15", "16", "17"});
  auto later = life.platform(1);
  life.sweep(later);
  const auto& resumed = later.asked.front();
  CHECK((resumed == std::vector<std::string>{"18", "19"} || resumed == platform.asked[2]));
}
