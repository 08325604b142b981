#include "daemon/listener.hpp"

#include <deque>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include "tests/support/refusing_store.hpp"
#include "tests/support/temp_dir.hpp"

using namespace barometer;

namespace {

using namespace std::chrono_literals;

const UtcTime now{std::chrono::milliseconds{1'700'000'000'000}};

Page page_of(const std::string& id, std::string cursor) {
  Post post;
  post.platform = "demo";
  post.source = "one";
  post.id = id;
  post.made_at = now;
  post.text = "hello";
  Page page;
  page.posts = {post};
  page.next.bytes = std::move(cursor);
  return page;
}

// Gives what the script says, notes the cursor that it was asked with, and falls silent when the script is over.
class ScriptedSource : public Source {
 public:
  ScriptedSource(std::deque<std::function<Result<Page>()>> script, std::vector<std::string>& asked,
                 std::function<void()> over)
      : script_(std::move(script)), asked_(asked), over_(std::move(over)) {}
  const std::string& name() const override { return name_; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime) override {
    asked_.push_back(cursor.bytes);
    if (script_.empty()) {
      over_();
      co_return Page{.next = cursor};
    }
    const auto act = script_.front();
    script_.pop_front();
    co_return act();
  }

 private:
  std::string name_ = "one";
  std::string host_ = "social.example";
  std::deque<std::function<Result<Page>()>> script_;
  std::vector<std::string>& asked_;
  std::function<void()> over_;
};

struct Life {
  TempDir folder = {};
  asio::io_context loop{1};
  asio::thread_pool workers{1};
  asio::thread_pool writer{1};
  std::unique_ptr<Store> disk = *Store::open({.path = folder.path()});
  RefusingStore store{*disk};
  std::vector<std::string> asked = {};
  std::vector<SourceState> states = {};

  // From start to cancellation, as the daemon would.
  void live(std::deque<std::function<Result<Page>()>> script) {
    Committer committer(loop.get_executor(), writer, store, {});
    const auto rules =
        std::make_shared<Rulebook>(Rulebook{Watch(Config{}), {}, Judge::built_in(), {std::string(32, 'k')}});
    Pipeline pipeline(workers, committer, rules, {});
    Scheduler scheduler(loop.get_executor(), HostPace{0ms});
    asio::cancellation_signal stop;
    const auto over = [&] { asio::post(loop, [&stop] { stop.emit(asio::cancellation_type::terminal); }); };
    ListenConfig config;
    config.source = {.name = "one", .platform = "demo"};
    config.every = 1ms;
    Listener listener(
        config, std::make_unique<ScriptedSource>(std::move(script), asked, over), scheduler, pipeline, *disk, workers,
        2ms, std::make_shared<const BusyHours>(std::vector<BusyHoursConfig>{}), [] { return now; },
        [this](const SourceState& state) { states.push_back(state); });
    const auto ended = [&](const std::exception_ptr&) { committer.close(); };
    asio::co_spawn(loop, committer.run(), asio::detached);
    asio::co_spawn(loop, listener.listen(), asio::bind_cancellation_slot(stop.slot(), ended));
    loop.run();
    loop.restart();
  }
};

}  // namespace

TEST_CASE("a source is asked with the cursor of what was kept last") {
  Life life;
  life.live({[] { return page_of("a", "1"); }, [] { return page_of("b", "2"); }});
  CHECK(life.asked == std::vector<std::string>{"", "1", "2"});
  CHECK(life.disk->verify({})->posts == 2);
}

TEST_CASE(
    "a source that fails, or whose connector throws, is asked again with the same cursor, and its state says so") {
  Life life;
  life.live({[] { return page_of("a", "1"); },
             []() -> Result<Page> {
               return Failure{Remedy::retry, "no answer"};
             },
             []() -> Result<Page> { throw std::logic_error("a bug"); }, [] { return page_of("b", "2"); }});
  CHECK(life.asked == std::vector<std::string>{"", "1", "1", "1", "2"});
  bool was_down = false;
  for (const SourceState& state : life.states) was_down = was_down || (!state.up() && state.failures_in_a_row == 2);
  CHECK(was_down);
  CHECK(life.states.back().up());
  CHECK(life.states.back().posts == 2);
}

TEST_CASE("when the store refuses, the source is not to blame and its cursor stands still") {
  Life life;
  life.store.refuse = true;
  life.live({[] { return page_of("a", "1"); },
             [&life] {
               life.store.refuse = false;
               return page_of("a", "1");
             }});
  CHECK(life.asked == std::vector<std::string>{"", "", "1"});
  CHECK(life.disk->verify({})->posts == 1);
  for (const SourceState& state : life.states) CHECK_FALSE(state.failure);
}

TEST_CASE("a source resumes where the store says, after a restart") {
  Life life;
  life.live({[] { return page_of("a", "7"); }});
  life.asked.clear();
  life.live({});
  CHECK(life.asked == std::vector<std::string>{"7"});
}
