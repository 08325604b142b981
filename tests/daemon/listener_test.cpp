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

Page page_of(const std::string& id, std::string cursor, UtcTime made_at = now) {
  Post post;
  post.platform = "demo";
  post.source = "one";
  post.id = id;
  post.made_at = made_at;
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

  UtcTime clock = now;
  HostPace host_pace{0ms};
  std::string platform = "demo";
  std::vector<std::string> blind = {};  // "down 60": reasons and seconds, as the metrics are told

  // From start to cancellation, as the daemon would.
  void live(std::deque<std::function<Result<Page>()>> script) {
    Committer committer(loop.get_executor(), writer, store, {});
    const auto rules =
        std::make_shared<const Rulebook>(Config{}, Judge::built_in(), PseudonymKey{std::string(32, 'k')});
    Pipeline pipeline(workers, committer, rules, {});
    Scheduler scheduler(loop.get_executor(), host_pace);
    SourceStates source_states;
    const auto now_of_test = [this] { return clock; };
    const auto note = [this](const std::string&, GapReason reason, std::chrono::milliseconds longer) {
      blind.push_back(std::string(name_of(reason)) + ' ' + std::to_string(longer.count() / 1000));
    };
    SourceBook book(loop.get_executor(), committer, source_states, *SourceBook::recall(*disk, clock), now_of_test,
                    {.blind = note});
    book.listen_to({"one"});
    asio::cancellation_signal stop;
    const auto over = [&] { asio::post(loop, [&stop] { stop.emit(asio::cancellation_type::terminal); }); };
    ListenConfig config;
    config.source = {.name = "one", .platform = platform};
    config.every = 1ms;
    ScriptedSource source(std::move(script), asked, over);
    const auto tell = [this, &source_states](const SourceState& state) {
      states.push_back(state);
      source_states.set(state);
    };
    Listener listener(config, source, scheduler, pipeline, book, *disk, workers, 2ms,
                      std::make_shared<const BusyHours>(std::vector<BusyHoursConfig>{}), now_of_test, tell);
    const auto written = [&](const std::exception_ptr&) { committer.close(); };
    const auto ended = [&](const std::exception_ptr&) { asio::co_spawn(loop, book.write_down(), written); };
    asio::co_spawn(loop, committer.run(), asio::detached);
    asio::co_spawn(loop, listener.listen(), asio::bind_cancellation_slot(stop.slot(), ended));
    loop.run();
    loop.restart();
  }

  // "down 60 caught_up": the ledger, with lengths in seconds.
  std::vector<std::string> gaps() const {
    std::vector<std::string> found;
    disk->gaps({},
               [&](const Gap& gap) {
                 auto text = std::string(name_of(gap.reason)) + ' ';
                 text += gap.to ? std::to_string((*gap.to - gap.from).count() / 1000) : std::string("open");
                 if (gap.caught_up) text += *gap.caught_up ? " caught_up" : " lost";
                 found.push_back(text);
                 return true;
               })
        .value();
    return found;
  }

  // An act of the script that takes a minute.
  std::function<Result<Page>()> after_a_minute(Result<Page> answer) {
    return [this, answer] {
      clock += 1min;
      return answer;
    };
  }
};

using Texts = std::vector<std::string>;

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

TEST_CASE(
    "what is older than a month when a source is first listened to is not taken, then or later; files are taken "
    "whole") {
  const UtcTime old = now - 31 * 24h;
  struct Row {
    const char* platform;
    std::uint64_t kept;
  };
  for (const Row row : {Row{"feed", 2}, Row{"csv", 4}}) {
    CAPTURE(row.platform);
    Life life;
    life.platform = row.platform;
    life.live({[&] { return page_of("old", "1", old); }, [] { return page_of("a", "2", now - 29 * 24h); }});
    life.clock += 30 * 24h;
    // A feed gives all its items again when one of them is new, also after a restart.
    life.live({[&] { return page_of("old too", "3", old); }, [] { return page_of("late", "4", now - 30 * 24h); }});
    CHECK(life.disk->verify({})->posts == row.kept);
  }
}

TEST_CASE("a source resumes where the store says, after a restart") {
  Life life;
  life.live({[] { return page_of("a", "7"); }});
  life.asked.clear();
  life.live({});
  CHECK(life.asked == std::vector<std::string>{"7"});
}

TEST_CASE(
    "an outage is a gap from the first request that failed to the answer, whatever made it, and what ends it says so") {
  struct Row {
    Failure failure;
    const char* reason;
  };
  Failure capped{Remedy::wait, "the day's quota is used up", now + 1ms};
  capped.capped = true;
  const Row rows[] = {{{Remedy::retry, "no answer"}, "down"},
                      {{Remedy::skip, "no feed"}, "down"},
                      {{Remedy::wait, "slow down", now + 1ms}, "limited"},
                      {{Remedy::ask_operator, "token refused"}, "misconfigured"},
                      {capped, "capped"}};
  for (const auto& [failure, reason] : rows) {
    CAPTURE(reason);
    Life life;
    life.live({[] { return page_of("a", "1"); }, life.after_a_minute(failure), life.after_a_minute(failure),
               [] { return page_of("b", "2"); }});
    CHECK(life.gaps() == Texts{std::string(reason) + " 120 caught_up"});
    CHECK(life.blind == Texts{std::string(reason) + " 120"});
    CHECK(life.disk->verify({})->differences.empty());
  }
}

TEST_CASE("another reason begins another gap; a source without a place to resume has lost what was said") {
  Life life;
  const Failure down{Remedy::retry, "no answer"};
  const Failure limited{Remedy::wait, "slow down", now + 1ms};
  life.live({life.after_a_minute(down), life.after_a_minute(limited), [] { return page_of("a", ""); }});
  CHECK(life.gaps() == Texts{"down 60 lost", "limited 60 lost"});
  CHECK(life.blind == Texts{"down 60", "limited 60"});
}

TEST_CASE("a gap that lasts is in the book when the daemon ends, and goes on as restarted from its last sign of life") {
  Life life;
  const Failure down{Remedy::retry, "no answer"};
  life.live({[] { return page_of("a", "1"); }, life.after_a_minute(down), life.after_a_minute(down),
             [&life, down]() -> Result<Page> { throw boost::system::system_error(asio::error::operation_aborted); }});
  CHECK(life.gaps() == Texts{"down open"});
  life.clock += 1h;
  life.blind.clear();
  life.live({life.after_a_minute(page_of("b", "2"))});
  CHECK(life.gaps() == Texts{"down 120 caught_up", "restarted 3660 caught_up"});
  CHECK(life.blind == Texts{"restarted 3660"});
  CHECK(life.disk->verify({})->differences.empty());
}

TEST_CASE("what a page says it missed is lost, and counts only where no gap was known") {
  Life life;
  auto page = page_of("b", "2");
  page.missed = {{now - 5min, now + 1min, GapReason::down}};
  life.live({[] { return page_of("a", "1"); }, life.after_a_minute(Failure{Remedy::retry, "no answer"}),
             life.after_a_minute(page)});
  CHECK(life.gaps() == Texts{"down 300 lost", "down 60 lost", "down 60 caught_up"});
  CHECK(life.blind == Texts{"down 120", "down 300"});
}

TEST_CASE("while the store refuses, a gap does not end") {
  Life life;
  life.live({[] { return page_of("a", "1"); }, life.after_a_minute(Failure{Remedy::retry, "no answer"}),
             [&life] {
               life.store.refuse = true;
               life.clock += 1min;
               return page_of("b", "2");
             },
             [&life] {
               life.store.refuse = false;
               life.clock += 1min;
               return page_of("b", "2");
             }});
  CHECK(life.gaps() == Texts{"down 180 caught_up"});
}

TEST_CASE("a poll that brought nothing costs no write") {
  Life life;
  auto nothing = [] {
    Page page;
    page.next.bytes = "1";
    return page;
  };
  life.live({[] { return page_of("a", "1"); },
             [&life, nothing] {
               life.store.refuse = true;  // who wrote would fail
               return nothing();
             },
             [&life, nothing] {
               life.store.refuse = false;
               return nothing();
             }});
  CHECK(life.asked == Texts{"", "1", "1", "1"});
  CHECK(life.states.back().failures_in_a_row == 0);
  CHECK(life.states.back().last_success == now);
}

TEST_CASE("a source whose connection stands open is asked again at once, without its host's turn") {
  Life life;
  life.host_pace = HostPace{1h};
  auto live = [](const char* id) {
    Page page = page_of(id, id);
    page.live = true;
    return page;
  };
  life.live({[live] { return live("1"); }, [live] { return live("2"); }, [live] { return live("3"); }});
  CHECK(life.asked == Texts{"", "1", "2", "3"});
}

TEST_CASE("how a source is doing and what it brought outlive the daemon") {
  Life life;
  life.live({[] { return page_of("a", "1"); }, [] { return page_of("a", "2"); }});
  life.clock += 10min;
  life.live({[] { return page_of("c", "3"); }, []() -> Result<Page> { return Failure{Remedy::skip, "no feed"}; }});
  int records = 0;
  life.disk
      ->sources("one",
                [&](const std::string&, const SourceRecord& record) {
                  CHECK(record.host == "social.example");
                  CHECK(record.last_success == now + 10min);
                  CHECK(record.last_post == now);
                  CHECK(record.written_at == now + 10min);
                  return ++records, true;
                })
      .value();
  CHECK(records == 1);
  const auto tallies = life.disk->tallies("one", life.clock).value();
  REQUIRE(tallies.size() == 1);
  CHECK(tallies.front().heard == 3);
  CHECK(tallies.front().stored == 2);
  CHECK(tallies.front().dropped == std::vector<std::pair<std::string, std::uint64_t>>{{"duplicate", 1}});
}
