#include "daemon/source_view.hpp"

#include <functional>

#include <doctest/doctest.h>

#include "tests/support/temp_dir.hpp"

using namespace barometer;

namespace {

using namespace std::chrono_literals;

// 21 November 2026, 20:15 UTC, which is 8:15pm in London.
const UtcTime now{std::chrono::milliseconds{1'795'292'100'000}};

struct Shelf {
  TempDir folder = {};
  std::unique_ptr<Store> store = *Store::open({.path = folder.path()});

  void put(SourceReport report, UtcTime alive = now - 2s) {
    report.source = "blog";
    Batch batch;
    batch.reports = {std::move(report)};
    batch.alive = alive;
    store->commit({&batch, 1}).value();
  }
  SourceView view() const { return source_view(*store, "blog", now).value(); }
};

SourceRecord record_of(std::optional<Failure> failure = {}) {
  SourceRecord record;
  record.platform = "feed";
  record.host = "blog.example";
  record.written_at = now - 5s;
  record.last_success = now - 2min;
  record.last_post = now - 26h;
  record.next_ask = now + 15min;
  record.interval = 2min;
  record.failures_in_a_row = failure ? 3 : 0;
  record.failure = std::move(failure);
  return record;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("each state of a source has its word, and what to do") {
  Failure capped{Remedy::wait, "quota", now + 1h};
  capped.capped = true;
  auto retired = record_of();
  retired.retired = true;
  auto starting = record_of();
  starting.last_success.reset();
  struct Row {
    const char* state;
    SourceRecord record;
    UtcTime alive;
    const char* words;
    const char* advice;
  };
  const Row rows[] = {
      {"listening", record_of(), now - 2s, "blog is listening.", "nothing was said there"},
      {"starting", starting, now - 2s, "not asked yet", "look again in a minute"},
      {"stopped", record_of(), now - 1h, "Barometer is not at work", "systemctl start barometer"},
      {"retired", retired, now - 2s, "left the settings", "add it again"},
      {"down", record_of(Failure{Remedy::retry, "no answer"}), now - 2s, "no answer (retry)", "less and less often"},
      {"down", record_of(Failure{Remedy::skip, "no feed"}), now - 2s, "no feed (skip)", "check its address"},
      {"limited", record_of(Failure{Remedy::wait, "slow", now + 1h}), now - 2s, "told us to wait", "raise `every`"},
      {"capped", record_of(capped), now - 2s, "our own budget", "raise the budget"},
      {"misconfigured", record_of(Failure{Remedy::ask_operator, "token refused: make a new one"}), now - 2s,
       "token refused: make a new one", "then send SIGHUP"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.words);
    Shelf shelf;
    shelf.put({.record = row.record}, row.alive);
    const auto view = shelf.view();
    CHECK(view.state == row.state);
    const auto text = explained(view, now);
    CHECK(contains(text, row.words));
    CHECK(contains(text, row.advice));
    CHECK(contains(text, "host blog.example"));
    CHECK(contains(text, "yesterday, 6:15pm"));
    CHECK(contains(source_json(view, now), std::string("\"state\":\"") + row.state + '"'));
  }
  const Shelf empty;
  CHECK(empty.view().state == "never_asked");
  CHECK(contains(explained(empty.view(), now), "has not listened to it yet"));
}

TEST_CASE("a source that answers and stays silent is told apart by what came of its posts") {
  struct Row {
    HourTally tally;
    const char* advice;
  };
  const UtcTime hour = now - 15min;
  const Row rows[] = {
      {{hour, 9, 2, 0, 0, {{"duplicate", 7}}}, "Nothing needs doing"},
      {{hour, 9, 0, 0, 0, {{"unwatched", 2}, {"duplicate", 7}}}, "matches a watched tag"},
      {{hour, 9, 0, 0, 0, {{"duplicate", 9}}}, "known already"},
      {{hour, 9, 0, 0, 0, {{"not_public", 9}}}, "the reasons stand above"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.advice);
    Shelf shelf;
    shelf.put({.record = record_of(), .tally = row.tally});
    const auto text = explained(shelf.view(), now);
    CHECK(contains(text, row.advice));
    CHECK(contains(text, "9 heard"));
  }
}

TEST_CASE("gaps are added up for the day and the week, and the newest shown") {
  Shelf shelf;
  shelf.put({.blind = {{now - 48h, GapReason::down}}, .heard = Heard{now - 47h, true}, .record = record_of()});
  shelf.put({.blind = {{now - 25h, GapReason::limited}}, .heard = Heard{now - 23h, false}});
  shelf.put({.blind = {{now - 90s, GapReason::misconfigured}}});
  const auto view = shelf.view();
  CHECK(view.blind.day == 1h + 90s);
  CHECK(view.blind.week == 3h + 90s);
  const auto text = explained(view, now);
  CHECK(contains(text, "1 h 1 min of the last day, 3 h 1 min of the last week"));
  CHECK(contains(text, "misconfigured: 1 min until now, and it lasts"));
  CHECK(contains(text, "limited: 2 h 0 min from yesterday, 7:15pm, lost"));
  CHECK(contains(text, "caught up"));
  CHECK(
      gap_json(view.gaps.front(), now) ==
      R"({"source":"blog","reason":"misconfigured","from":"2026-11-21T20:13:30.000Z","to":null,"seconds":90.000,"caught_up":null})");
  CHECK(contains(source_json(view, now), R"("blind_seconds_week":10890.000)"));
}
