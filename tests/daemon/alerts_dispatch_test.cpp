#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "daemon/alerts/bank_holidays.hpp"
#include "daemon/alerts/delivery_hours.hpp"
#include "daemon/alerts/dispatch.hpp"
#include "daemon/alerts/silence_warning.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

UtcTime at(const char* iso) { return parse_iso(iso).value(); }
const UtcTime noon = at("2026-03-04T12:00:00Z");  // a Wednesday, winter time

Alert alert(std::string id, int severity = 3, AlertKind kind = AlertKind::opened, std::string thread = "") {
  Alert out{.id = id, .kind = kind, .recipient = "lead", .thread = thread.empty() ? id : thread, .raised_at = noon};
  out.issue = {
      .id = "issue of " + out.thread, .theme = Theme::falls, .place = "ward-7", .tag = "nhssm", .severity = severity};
  return out;
}

struct Desk {
  DispatchFacts facts = {};
  Told told = {};
  RecipientConfig lead{.name = "lead", .address = "lead@trust.example", .bank_holidays = true};
  AlertsConfig settings = {};

  Plan at(UtcTime now) const { return plan(facts, told, {lead}, settings, now); }
  // Ids of the messages that leave, those of one message joined by '+'.
  std::string leaves(UtcTime now) const {
    std::string out;
    for (const auto& parcel : at(now).parcels) {
      if (!out.empty()) out += ' ';
      for (std::size_t i = 0; i < parcel.alerts.size(); ++i) out += (i > 0 ? "+" : "") + parcel.alerts[i].id;
    }
    return out;
  }
};

}  // namespace

TEST_CASE("a group waits for company, a red flag for nothing") {
  Desk desk;
  desk.facts.waiting = {alert("a"), alert("b", 4)};
  CHECK(desk.leaves(noon) == "b");
  CHECK(desk.at(noon).next == noon + 30s);
  CHECK(desk.leaves(noon + 30s) == "b a");
}

TEST_CASE("issues that share what group_by names share a message, red flags none") {
  Desk desk;
  desk.settings.group_by = {"place"};
  desk.facts.waiting = {alert("a"), alert("b"), alert("c"), alert("d", 4)};
  desk.facts.waiting[2].issue.place = "ward-9";
  CHECK(desk.leaves(noon + 1min) == "d a+b c");
}

TEST_CASE("the red flags that one post raised are told as one, those of two posts or places are not") {
  Desk desk;
  desk.facts.waiting = {alert("a", 4), alert("b", 4), alert("c", 4), alert("d", 4), alert("e", 4)};
  desk.facts.waiting[2].issue.place = "ward-9";
  desk.facts.waiting[3].post = "another, heard in the same page";
  desk.facts.waiting[4].raised_at += 1ms;
  CHECK(desk.leaves(noon + 1ms) == "a+b c d e");
}

TEST_CASE("a group that was told is told again after group_interval at the earliest") {
  Desk desk;
  auto sent = alert("a");
  sent.sent_at = noon;
  desk.told.note(sent, desk.settings);
  desk.facts.waiting = {alert("b", 3, AlertKind::escalated, "a")};
  desk.facts.waiting[0].raised_at = noon + 5min;
  CHECK(desk.leaves(noon + 59min) == "");
  CHECK(desk.at(noon + 59min).next == noon + 1h);
  CHECK(desk.leaves(noon + 1h) == "b");
}

TEST_CASE("a clock that was put back by a year holds nothing up for longer than the settings say") {
  Desk desk;
  auto sent = alert("a");
  sent.sent_at = noon;
  desk.told.note(sent, desk.settings);
  desk.facts.waiting = {alert("b", 3, AlertKind::escalated, "a"), alert("c")};
  const auto before = noon - 24h * 365;
  CHECK(desk.leaves(before) == "b c");
  for (auto& each : desk.facts.waiting) each.raised_at = before;
  CHECK(desk.leaves(before) == "");
  CHECK(desk.leaves(before + 30s) == "b c");
}

TEST_CASE("what waits in one thread is told as one, by its newest") {
  Desk desk;
  desk.facts.waiting = {alert("a"), alert("b", 4, AlertKind::escalated, "a")};
  CHECK(desk.leaves(noon) == "a+b");
}

TEST_CASE("a silence holds messages up, keeps what was over by then, and never holds a red flag") {
  Desk desk;
  desk.facts.silences = {{"comms", "fire drill", noon + 1h, {.themes = {"falls"}}}};
  desk.facts.waiting = {alert("a"), alert("b", 4)};
  CHECK(desk.leaves(noon + 30min) == "b");
  CHECK(desk.at(noon + 30min).next == noon + 1h);
  CHECK(desk.leaves(noon + 1h) == "b a");

  desk.facts.waiting = {alert("a"), alert("c", 3, AlertKind::closed, "a")};
  const auto plan = desk.at(noon + 30min);
  CHECK(plan.parcels.empty());
  REQUIRE(plan.withheld.size() == 2);
  CHECK(plan.withheld[0] == std::pair<std::string, std::string>{"a", "silenced by comms: fire drill"});
  CHECK(plan.withheld[1].first == "c");
}

TEST_CASE("a warning that comes too late is not sent, and says why") {
  Desk desk;
  desk.facts.silences = {{"lead", "works", noon + 24h, {.themes = {"falls"}}, noon}};
  desk.facts.waiting = {silence_warning(desk.facts.silences[0], "lead", noon + 12h)};
  CHECK(desk.leaves(noon + 12h) == desk.facts.waiting[0].id);
  desk.lead.hours = {"Mon-Fri 8:00-18:00"};  // it is midnight by then
  CHECK(desk.leaves(noon + 12h) == "");
  CHECK(desk.at(noon + 12h).next == noon + 20h);
  const auto late = desk.at(noon + 24h);
  CHECK(late.parcels.empty());
  REQUIRE(late.withheld.size() == 1);
  CHECK(late.withheld[0].second == "the silence is over, or was changed or taken out");
}

TEST_CASE("an open issue mutes those that the settings say, never itself nor a red flag") {
  Desk desk;
  desk.settings.inhibit = {{.source = {.places = {"unclear"}}, .target = {.kinds = {"burst"}}, .equal = {"theme"}}};
  desk.facts.open = {{.id = "national", .theme = Theme::falls}};
  desk.facts.waiting = {alert("a"), alert("b", 4)};
  CHECK(desk.leaves(noon + 1h) == "b");
  CHECK(desk.at(noon + 1h).next == noon + 1h + 1min);
  desk.facts.open[0].theme = Theme::pain;
  CHECK(desk.leaves(noon + 1h) == "b a");
  desk.facts.open[0] = desk.facts.waiting[0].issue;
  desk.facts.open[0].place.clear();
  CHECK(desk.leaves(noon + 1h) == "b a");
}

TEST_CASE("outside its hours a recipient gets what is urgent, and the rest when they begin") {
  Desk desk;
  desk.lead.hours = {"Mon-Fri 8:00-18:00"};
  desk.lead.urgent_from = 3;
  desk.facts.waiting = {alert("a", 2), alert("b", 3)};
  const auto friday_night = at("2026-03-06T22:00:00Z");
  for (auto& each : desk.facts.waiting) each.raised_at = friday_night;
  CHECK(desk.leaves(friday_night) == "b");
  CHECK(desk.at(friday_night).next == at("2026-03-09T08:00:00Z"));
  CHECK(desk.leaves(at("2026-03-09T08:00:00Z")) == "b a");
  // A server that was down all day does not turn the night into day.
  CHECK(desk.leaves(at("2026-03-09T23:00:00Z")) == "b");
}

TEST_CASE("what an earlier version raised about one post leaves at once, alone") {
  Desk desk;
  desk.facts.waiting = {alert("a", 2), alert("b", 2)};
  for (auto& each : desk.facts.waiting) each.issue.id = each.thread = "";
  CHECK(desk.leaves(noon) == "a b");
}

TEST_CASE("what a silence or quiet hours may hold up is not overdue, what was tried and a red flag is") {
  CHECK_FALSE(overdue(alert("a", 3)));
  CHECK(overdue(alert("a", 4)));
  auto tried = alert("a", 3);
  tried.attempts = 1;
  CHECK(overdue(tried));
}

TEST_CASE("what cannot be told to anybody is not held up") {
  Desk desk;
  desk.facts.waiting = {alert("a")};
  desk.facts.waiting[0].recipient = "former lead";
  CHECK(desk.leaves(noon) == "a");
}

TEST_CASE("delivery follows the clock on the wall, holidays and the nights when it changes") {
  RecipientConfig lead;
  lead.hours = {"Mon-Fri 8:00-18:00"};
  struct Row {
    const char* fact;
    const char* from;
    const char* to;
  };
  const Row rows[] = {
      {"within the hours, now", "2026-03-04T12:00:00Z", "2026-03-04T12:00:00Z"},
      {"8:00 in summer is 7:00 UTC", "2026-07-01T03:00:00Z", "2026-07-01T07:00:00Z"},
      {"the Monday after the clocks went forward", "2026-03-28T12:00:00Z", "2026-03-30T07:00:00Z"},
      {"the Monday after they went back", "2026-10-24T12:00:00Z", "2026-10-26T08:00:00Z"},
      {"over Easter", "2026-04-02T17:00:00Z", "2026-04-07T07:00:00Z"},
      {"over Christmas 2026, which is a Friday", "2026-12-24T18:00:00Z", "2026-12-29T08:00:00Z"},
      {"29 February 2028", "2028-02-29T03:00:00Z", "2028-02-29T08:00:00Z"},
  };
  for (const auto& row : rows) CHECK_MESSAGE(to_iso(may_deliver(lead, at(row.from))) == to_iso(at(row.to)), row.fact);

  lead.hours = {"Sat 22:00-4:00"};  // leads into the Sunday on which 1:00 comes twice
  CHECK(may_deliver(lead, at("2026-10-25T03:59:00Z")) == at("2026-10-25T03:59:00Z"));
  CHECK(may_deliver(lead, at("2026-10-25T04:00:00Z")) == at("2026-10-31T22:00:00Z"));
  lead.hours = {};  // always, but on holidays
  CHECK(may_deliver(lead, at("2026-12-25T10:00:00Z")) == at("2026-12-26T00:00:00Z"));
}

TEST_CASE("bank holidays are known, with their substitutes") {
  using namespace std::chrono;
  for (const auto day : {2026y / January / 1, 2026y / April / 3, 2026y / April / 6, 2026y / May / 4, 2026y / May / 25,
                         2026y / August / 31, 2026y / December / 25, 2026y / December / 28, 2021y / December / 27,
                         2021y / December / 28, 2022y / January / 3, 2022y / December / 26, 2022y / December / 27,
                         2022y / June / 2, 2022y / June / 3, 2023y / May / 8, 2020y / May / 8})
    CHECK_MESSAGE(bank_holiday(day), static_cast<int>(day.year()), "-", static_cast<unsigned>(day.month()), "-",
                  static_cast<unsigned>(day.day()));
  for (const auto day : {2026y / January / 2, 2026y / December / 26, 2022y / May / 30, 2020y / May / 4,
                         2021y / December / 25, 2026y / April / 5, 2028y / February / 29})
    CHECK_FALSE(bank_holiday(day));
}
