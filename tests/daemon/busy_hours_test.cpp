#include "daemon/busy_hours.hpp"

#include <doctest/doctest.h>

#include "connectors/time.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

UtcTime at(const char* iso) { return *parse_iso(iso); }

const BusyHours chat({{.when = "Wed 20:00-21:00", .every = 30s}});

}  // namespace

TEST_CASE("the #nhssm hour is eight in the evening in the United Kingdom, summer and winter") {
  struct Row {
    const char* fact;
    const char* now;
    bool busy;
  };
  const Row rows[] = {
      {"winter, before", "2026-11-18T19:59:59Z", false},
      {"winter, during", "2026-11-18T20:00:00Z", true},
      {"winter, its last second", "2026-11-18T20:59:59Z", true},
      {"winter, over", "2026-11-18T21:00:00Z", false},
      {"summer, before", "2026-07-15T18:59:59Z", false},
      {"summer, during", "2026-07-15T19:00:00Z", true},
      {"summer, over", "2026-07-15T20:00:00Z", false},
      {"another day", "2026-11-19T20:30:00Z", false},
      {"the Wednesday before the clocks go back", "2026-10-21T19:30:00Z", true},
      {"the Wednesday after", "2026-10-28T19:30:00Z", false},
      {"and its hour", "2026-10-28T20:30:00Z", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.fact);
    CHECK(chat.at(at(row.now)).every.has_value() == row.busy);
  }
}

TEST_CASE("the next busy hour is known across a change of the clocks") {
  CHECK(chat.at(at("2026-10-24T12:00:00Z")).begins == at("2026-10-28T20:00:00Z"));  // back on the 25th
  CHECK(chat.at(at("2026-03-27T12:00:00Z")).begins == at("2026-04-01T19:00:00Z"));  // forward on the 29th
  CHECK(chat.at(at("2026-11-18T20:30:00Z")).begins == at("2026-11-25T20:00:00Z"));
}

TEST_CASE("hours of the week as people write them") {
  struct Row {
    const char* text;
    const char* days;  // Saturday first, as a bitset prints
    int begin;
    int end;
  };
  const Row rows[] = {{"Wed 20:00-21:00", "0001000", 1200, 1260},   {"Mon-Fri 9:00-17:30", "0111110", 540, 1050},
                      {"sat,SUN 10:00-12:00", "1000001", 600, 720}, {"Fri-Mon 22:00-2:00", "1100011", 1320, 120},
                      {"daily 0:00-24:00", "1111111", 0, 1440},     {"wednesday 20:00-21:00", "0001000", 1200, 1260}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto hours = parse_weekly_hours(row.text);
    REQUIRE(hours.has_value());
    CHECK(hours->days.to_string() == row.days);
    CHECK(hours->begin == std::chrono::minutes{row.begin});
    CHECK(hours->end == std::chrono::minutes{row.end});
  }
  for (const char* text :
       {"", "Wed", "Wed 20:00", "Wednes 20:00-21:00", "Wed 20-21", "Wed 25:00-26:00", "Wed 20:60-21:00",
        "Wed 20:00-20:00", "Wed,20:00-21:00", ",Wed 20:00-21:00", "Wed- 20:00-21:00", "Wed 20:0-21:00"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_weekly_hours(text).has_value());
  }
}

TEST_CASE("hours that lead past midnight belong to the day on which they began") {
  const BusyHours nights({{.when = "Fri 22:00-2:00", .every = 1min}});
  CHECK(nights.at(at("2026-11-21T01:00:00Z")).every == 1min);  // a Saturday
  CHECK_FALSE(nights.at(at("2026-11-20T01:00:00Z")).every);
  CHECK_FALSE(nights.at(at("2026-11-21T02:00:00Z")).every);
}
