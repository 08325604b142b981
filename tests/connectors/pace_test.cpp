#include "connectors/pace.hpp"

#include <chrono>
#include <optional>
#include <string>

#include <doctest/doctest.h>

#include "connectors/time.hpp"

using namespace barometer;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

const UtcTime now = *parse_iso("2026-11-21T20:00:00Z");
constexpr double no_luck = 0.5;  // the middle: no spread either way

// Never slower than a minute while all is well.
Pace steady() { return Pace({.every = 60s, .failing_at_most = 10min}); }

Page page_with(Hints hints, bool more = false) {
  Page page;
  page.hints = hints;
  page.more = more;
  return page;
}

Failure failure_with(Remedy remedy, std::optional<UtcTime> not_before = {}) {
  Failure failure;
  failure.remedy = remedy;
  failure.not_before = not_before;
  return failure;
}

}  // namespace

TEST_CASE("a failing source is asked less often, and for ever") {
  Pace pace = steady();
  const Failure failure = failure_with(Remedy::retry);
  for (const auto wait : {120s, 240s, 480s, 600s, 600s}) CHECK(pace.after_failure(failure, now, no_luck) == wait);
  for (int i = 0; i < 1000; ++i) CHECK(pace.after_failure(failure, now, no_luck) == 10min);
  CHECK(pace.failures_in_a_row() == 1005);
  CHECK(pace.after_success({}, 1, {}, now, no_luck) == 60s);
  CHECK(pace.failures_in_a_row() == 0);
  CHECK(pace.after_failure(failure, now, no_luck) == 120s);
}

TEST_CASE("each remedy has its wait") {
  struct Row {
    std::string fact;
    Failure failure;
    milliseconds wait;
  };
  const Row rows[] = {
      {"passing trouble", failure_with(Remedy::retry), 120s},
      {"an answer to skip", failure_with(Remedy::skip), 120s},
      {"a person must mend it", failure_with(Remedy::ask_operator), 10min},
      {"wait, without saying until when", failure_with(Remedy::wait), 120s},
      {"wait for less than we would anyway", failure_with(Remedy::wait, now + 5s), 120s},
      {"wait until a moment gone by", failure_with(Remedy::wait, now - 1h), 120s},
      {"wait for long", failure_with(Remedy::wait, now + 2h), 2h + 3s},
      {"wait for absurdly long", failure_with(Remedy::wait, UtcTime::max()), 24h + 3s},
      {"wait since the beginning", failure_with(Remedy::wait, UtcTime::min()), 120s},
  };
  for (const Row& row : rows) {
    CAPTURE(row.fact);
    CHECK(steady().after_failure(row.failure, now, no_luck) == row.wait);
  }
}

// Where a named moment binds, chance 0.5 adds a twentieth of `every` or of the wait, whichever is less.
TEST_CASE("hints lengthen the wait after a success, and only lengthen") {
  struct Row {
    std::string fact;
    Page page;
    milliseconds wait;
  };
  const Row rows[] = {
      {"an ordinary page", {}, 60s},
      {"fresh for less than we wait", page_with({.at_least = 30s}), 60s},
      {"fresh for longer", page_with({.at_least = 900s}), 903s},
      {"fresh for a year", page_with({.at_least = std::chrono::days{365}}), 24h + 3s},
      {"fresh for less than nothing", page_with({.at_least = -900s}), 60s},
      {"not before a moment", page_with({.not_before = now + 600s}), 603s},
      {"not before a moment gone by", page_with({.not_before = now - 600s}), 60s},
      {"more to fetch", page_with({}, true), 0ms},
      {"more to fetch, of a page that stays fresh", page_with({.at_least = 900s}, true), 0ms},
      {"more to fetch, but not before", page_with({.not_before = now + 600s}, true), 603s},
      {"plenty left", page_with({.limit_left = 300, .limit_resets_at = now + 300s}, true), 0ms},
      {"ten left", page_with({.limit_left = 10, .limit_resets_at = now + 300s}, true), 31500ms},
      {"ten left, and no hurry", page_with({.limit_left = 10, .limit_resets_at = now + 300s}), 60s},
      {"two left", page_with({.limit_left = 2, .limit_resets_at = now + 300s}), 153s},
      {"one left", page_with({.limit_left = 1, .limit_resets_at = now + 300s}), 303s},
      {"none left", page_with({.limit_left = 0, .limit_resets_at = now + 300s}, true), 303s},
      {"none left of a window that is over", page_with({.limit_left = 0, .limit_resets_at = now - 1s}), 60s},
      {"none left, nobody says until when", page_with({.limit_left = 0}), 60s},
  };
  for (const Row& row : rows) {
    CAPTURE(row.fact);
    CHECK(steady().after_success(row.page, 1, {}, now, no_luck) == row.wait);
  }
}

TEST_CASE("chance spreads a wait by a tenth either way, and never before a named moment") {
  CHECK(steady().after_success({}, 1, {}, now, 0.0) == 54s);
  CHECK(steady().after_success({}, 1, {}, now, 0.999999) > 65s);
  CHECK(steady().after_success({}, 1, {}, now, 0.999999) <= 66s);
  const Failure until_then = failure_with(Remedy::wait, now + 1h);
  CHECK(steady().after_failure(until_then, now, 0.0) == 1h);
  CHECK(steady().after_failure(until_then, now, 0.999999) > 1h);
  CHECK(steady().after_failure(until_then, now, 0.999999) <= 1h + 6s);
}

TEST_CASE("a ceiling below the interval is the interval") {
  Pace pace({.every = 1h, .failing_at_most = 10min});
  CHECK(pace.after_failure(failure_with(Remedy::retry), now, no_luck) == 1h);
  CHECK(pace.after_failure(failure_with(Remedy::ask_operator), now, no_luck) == 1h);
}

TEST_CASE("a source that has nothing new is asked less often, and one that has more, between a floor and a ceiling") {
  Pace pace({.every = 60s, .every_at_most = 120s, .failing_at_most = 10min});
  struct Row {
    std::size_t fresh;
    milliseconds wait;
  };
  const Row rows[] = {{0, 75s},     {0, 93750ms}, {0, 117187ms}, {0, 120s},    {0, 120s},     {1, 60s}, {0, 75s},
                      {0, 93750ms}, {2, 60s},     {0, 75s},      {0, 93750ms}, {0, 117187ms}, {25, 60s}};
  for (const Row& row : rows) CHECK(pace.after_success({}, row.fresh, {}, now, no_luck) == row.wait);
}

TEST_CASE("what was new on the way through several pages counts together") {
  Pace pace({.every = 60s, .every_at_most = 600s, .failing_at_most = 10min});
  for (int i = 0; i < 8; ++i) pace.after_success({}, 0, {}, now, no_luck);
  pace.after_success(page_with({}, true), 12, {}, now, no_luck);
  CHECK(pace.after_success({}, 0, {}, now, no_luck) == 60s);
}

TEST_CASE("the calendar makes a source be asked more often, and never before the other side allows it") {
  struct Row {
    std::string fact;
    Page page;
    Busy busy;
    milliseconds wait;
  };
  const Row rows[] = {
      {"an ordinary hour", {}, {}, 60s},
      {"a busy hour", {}, {.every = 20s}, 20s},
      {"a busy hour that is less busy than we are", {}, {.every = 90s}, 60s},
      {"a busy hour begins before we would ask", {}, {.begins = now + 10s}, 10s},
      {"a busy hour begins later", {}, {.begins = now + 70s}, 60s},
      {"a busy hour began", {}, {.begins = now - 10s}, 60s},
      {"a page that is fresh for longer", page_with({.at_least = 900s}), {.every = 20s}, 903s},
      {"a limit that is used up", page_with({.not_before = now + 600s}), {.every = 20s, .begins = now + 10s}, 603s},
  };
  for (const Row& row : rows) {
    CAPTURE(row.fact);
    CHECK(steady().after_success(row.page, 1, row.busy, now, no_luck) == row.wait);
  }
}
