#include "storage/gap_ledger.hpp"

#include <array>
#include <random>
#include <sstream>

#include <doctest/doctest.h>

#include "tests/storage/samples.hpp"

namespace barometer {
namespace {

UtcTime at(int second) { return UtcTime{std::chrono::seconds{second}}; }

// "0-5 down caught_up, 5- limited": all that a ledger holds.
std::string told(const GapLedger& ledger) {
  std::ostringstream out;
  const auto seconds = [](UtcTime time) { return time.time_since_epoch().count() / 1000; };
  for (const auto& [from, gap] : ledger.changes()) {
    if (!gap) continue;
    if (out.tellp() > 0) out << ", ";
    out << seconds(gap->from) << '-';
    if (gap->to) out << seconds(*gap->to);
    out << ' ' << name_of(gap->reason);
    if (gap->to) out << (!gap->caught_up ? "" : *gap->caught_up ? " caught_up" : " lost");
  }
  return out.str();
}

GapLedger empty() { return GapLedger{"one", {}}; }

TEST_CASE("a gap lasts until the source answers, and its fate is known then") {
  auto ledger = empty();
  ledger.blind({at(10), GapReason::down});
  CHECK(told(ledger) == "10- down");
  ledger.blind({at(20), GapReason::down});
  CHECK(told(ledger) == "10- down");
  ledger.heard({at(30), true});
  CHECK(told(ledger) == "10-30 down caught_up");
  ledger.blind({at(40), GapReason::capped});
  ledger.heard({at(50), false});
  CHECK(told(ledger) == "10-30 down caught_up, 40-50 capped lost");
}

TEST_CASE("another reason begins another gap, and the answer tells the fate of both") {
  auto ledger = empty();
  ledger.blind({at(10), GapReason::down});
  ledger.blind({at(15), GapReason::limited});
  CHECK(told(ledger) == "10-15 down, 15- limited");
  ledger.heard({at(20), true});
  CHECK(told(ledger) == "10-15 down caught_up, 15-20 limited caught_up");
}

TEST_CASE("a clock that was set back makes no gap of less than nothing, and none that overlap") {
  auto ledger = empty();
  ledger.blind({at(10), GapReason::down});
  ledger.blind({at(5), GapReason::limited});
  CHECK(told(ledger) == "10- limited");
  ledger.heard({at(5), true});
  CHECK(told(ledger).empty());
  ledger.blind({at(10), GapReason::down});
  ledger.heard({at(20), true});
  ledger.blind({at(15), GapReason::down});
  CHECK(told(ledger) == "10-20 down caught_up, 20- down");
}

TEST_CASE("what was missed for good adds only what no gap covers, and makes the rest lost") {
  struct Row {
    const char* fact;
    int from, to;
    const char* after;
    int fresh;
  };
  const Row rows[] = {
      {"far before", 1, 3, "1-3 restarted lost, 10-20 down caught_up, 30-40 limited caught_up", 2},
      {"within", 12, 15, "10-12 down caught_up, 12-15 down lost, 15-20 down caught_up, 30-40 limited caught_up", 0},
      {"all of one", 10, 20, "10-20 down lost, 30-40 limited caught_up", 0},
      {"before and into", 8, 12, "8-10 restarted lost, 10-12 down lost, 12-20 down caught_up, 30-40 limited caught_up",
       2},
      {"across both", 5, 45,
       "5-10 restarted lost, 10-20 down lost, 20-30 restarted lost, 30-40 limited lost, 40-45 restarted lost", 20},
      {"between, touching both", 20, 30, "10-20 down caught_up, 20-30 restarted lost, 30-40 limited caught_up", 10},
      {"nothing at all", 15, 15, "10-20 down caught_up, 30-40 limited caught_up", 0},
      {"from end to beginning", 18, 12, "10-20 down caught_up, 30-40 limited caught_up", 0},
  };
  for (const auto& [fact, from, to, after, fresh] : rows) {
    CAPTURE(fact);
    auto ledger = empty();
    ledger.blind({at(10), GapReason::down});
    ledger.heard({at(20), true});
    ledger.blind({at(30), GapReason::limited});
    ledger.heard({at(40), true});
    const Missed missed{at(from), at(to), GapReason::restarted};
    CHECK(ledger.missed(missed).count() == fresh * 1000);
    CHECK(told(ledger) == after);
    CHECK(ledger.missed(missed).count() == 0);
    CHECK(told(ledger) == after);
  }
}

TEST_CASE("a gap that lasts can be lost in its beginning") {
  auto ledger = empty();
  ledger.blind({at(10), GapReason::down});
  CHECK(ledger.missed({at(5), at(15), GapReason::down}).count() == 5000);
  CHECK(told(ledger) == "5-10 down lost, 10-15 down lost, 15- down");
}

TEST_CASE("whatever is reported, gaps are in order, do not overlap, and cover each second that was reported") {
  std::mt19937 chance{20261122};
  const auto below = [&](int bound) { return static_cast<int>(chance() % static_cast<unsigned>(bound)); };
  for (int round = 0; round < 300; ++round) {
    auto ledger = empty();
    std::array<bool, 1000> blind{};
    int now = 100;
    bool open = false;
    for (int step = 0; step < 40; ++step) {
      const int before = now;
      now += below(20);
      if (open) std::fill(blind.begin() + before, blind.begin() + now, true);
      const int what = below(4);
      if (what == 0) {
        ledger.heard({at(now), below(2) == 0});
        open = false;
      } else if (what == 1) {
        ledger.heard({at(now), true});  // who tells what it missed has answered
        open = false;
        const int from = below(now), to = from + below(now - from + 1);
        int fresh = 0;
        for (int second = from; second < to; ++second)
          fresh += !std::exchange(blind[static_cast<std::size_t>(second)], true);
        CHECK(ledger.missed({at(from), at(to), GapReason::restarted}).count() == fresh * 1000);
      } else {
        ledger.blind({at(now), static_cast<GapReason>(below(5))});
        open = true;
      }
    }
    ledger.heard({at(now), true});
    std::array<bool, 1000> kept{};
    UtcTime end = UtcTime::min();
    for (const auto& [from, gap] : ledger.changes()) {
      REQUIRE(gap);
      REQUIRE(gap->to);
      CHECK(gap->caught_up.has_value());
      CHECK(from >= end);
      end = *gap->to;
      for (auto second = from; second < end; second += std::chrono::seconds{1})
        kept[static_cast<std::size_t>(second.time_since_epoch().count() / 1000)] = true;
    }
    CHECK(kept == blind);
  }
}

TEST_CASE("a ledger tells only what has changed") {
  GapLedger ledger{"one",
                   {{.source = "one", .from = at(1), .to = at(2), .caught_up = true},
                    {.source = "one", .from = at(10), .reason = GapReason::limited}}};
  CHECK(ledger.changes().empty());
  ledger.heard({at(10), true});
  const auto changes = ledger.changes();
  REQUIRE(changes.size() == 1);
  CHECK(changes.begin()->first == at(10));
  CHECK_FALSE(changes.begin()->second);
}

}  // namespace
}  // namespace barometer
