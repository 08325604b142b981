#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "daemon/alerts/due_alerts.hpp"
#include "daemon/alerts/period_mail.hpp"
#include "daemon/alerts/policy.hpp"
#include "tests/storage/samples.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

UtcTime at(const char* iso) { return parse_iso(iso).value(); }
const UtcTime noon = at("2026-03-04T12:00:00Z");  // a Wednesday

Issue issue_of(int severity) { return {.id = "00aa", .theme = Theme::falls, .place = "ward-7", .severity = severity}; }

struct Desk {
  Config config = {};
  DueFacts facts = {};

  explicit Desk(int severity = 3) {
    config.mail.recipients = {{.name = "lead", .address = "l@trust.example", .weekly = false, .stand_in = "deputy"},
                              {.name = "deputy", .address = "d@trust.example", .weekly = false}};
    facts.open = {issue_of(severity)};
    facts.since = noon - 24h * 60;
    tell(issue_of(severity), AlertKind::opened, noon);
  }
  void tell(const Issue& issue, AlertKind kind, UtcTime when, std::string to = "lead") {
    Alert alert{.id = alert_id(issue.id, to, kind, facts.alerts.size()), .kind = kind, .recipient = to, .issue = issue};
    alert.raised_at = when;
    alert.sent_at = when;
    facts.alerts.push_back(alert);
  }
  // "reminder lead", with commas between.
  std::string due(UtcTime now) const {
    std::string out;
    for (const auto& alert : due_alerts(facts, config, now))
      out += (out.empty() ? "" : ", ") + std::string(name_of(alert.kind)) + " " + alert.recipient;
    return out;
  }
};

}  // namespace

TEST_CASE("an issue that goes on is told again, until somebody acknowledges it or it is over") {
  Desk desk;
  CHECK(desk.due(noon + 71h) == "");
  CHECK(desk.due(noon + 72h) == "reminder lead");
  const auto first = due_alerts(desk.facts, desk.config, noon + 72h).front();
  CHECK(first.id == due_alerts(desk.facts, desk.config, noon + 73h).front().id);
  CHECK(first.thread == alert_id("00aa", "lead", AlertKind::opened, 0));

  desk.facts.alerts.push_back(first);  // it waits
  CHECK(desk.due(noon + 80h) == "");
  desk.facts.alerts.back().sent_at = noon + 81h;
  CHECK(desk.due(noon + 152h) == "");
  CHECK(desk.due(noon + 153h) == "reminder lead");
  CHECK(due_alerts(desk.facts, desk.config, noon + 153h).front().id != first.id);

  auto acknowledged = desk;
  acknowledged.facts.alerts.back().acknowledged_at = noon + 82h;
  CHECK(acknowledged.due(noon + 400h) == "");
  acknowledged.tell(issue_of(3), AlertKind::escalated, noon + 90h);  // news, so "seen" no longer holds
  CHECK(acknowledged.due(noon + 162h) == "reminder lead");
  desk.facts.open.clear();
  CHECK(desk.due(noon + 400h) == "");
}

TEST_CASE("what is urgent and not acknowledged goes to the stand-in, once") {
  Desk desk{4};
  CHECK(desk.due(noon + 3h) == "");
  CHECK(desk.due(noon + 4h) == "unanswered deputy");
  const auto told = due_alerts(desk.facts, desk.config, noon + 4h).front();
  CHECK(told.thread == alert_id("00aa", "deputy", AlertKind::opened, 0));
  desk.facts.alerts.push_back(told);
  desk.facts.alerts.back().sent_at = noon + 4h;
  CHECK(desk.due(noon + 5h) == "");
  CHECK(Desk{3}.due(noon + 5h) == "");
  auto seen = Desk{4};
  seen.facts.alerts[0].acknowledged_at = noon + 1h;
  CHECK(seen.due(noon + 5h) == "");
}

TEST_CASE("repeat_interval of nothing reminds of nothing") {
  Desk desk;
  desk.config.alerts.repeat_interval = 0ms;
  CHECK(desk.due(noon + 24h * 300) == "");
}

TEST_CASE("a week without an issue says so, a week with one does not, and what is late is not told at all") {
  Desk desk;
  desk.facts = {.since = noon - 24h * 60};
  desk.config.mail.recipients = {{.name = "lead", .address = "l@trust.example"}};
  const auto monday = at("2026-03-09T08:00:00Z");
  CHECK(desk.due(monday - 1ms) == "");  // the Monday before is more than a day ago
  CHECK(desk.due(monday) == "all_quiet lead");
  CHECK(desk.due(monday + 23h) == "all_quiet lead");
  CHECK(desk.due(monday + 24h) == "");
  const auto quiet = due_alerts(desk.facts, desk.config, monday + 1h).front();
  CHECK(quiet.from == at("2026-03-02T08:00:00Z"));
  CHECK(quiet.to == monday);
  CHECK(quiet.id == due_alerts(desk.facts, desk.config, monday + 2h).front().id);

  auto news = desk;
  news.tell(issue_of(3), AlertKind::opened, noon);
  CHECK(news.due(monday) == "");
  auto young = desk;
  young.facts.since = monday + 1s;
  CHECK(young.due(monday + 1h) == "");
}

TEST_CASE("a digest comes daily or weekly, and only if there is something in it") {
  Desk desk;
  desk.facts.open.clear();
  desk.config.mail.recipients = {{.name = "lead", .digest = "daily", .weekly = false}};
  CHECK(desk.due(at("2026-03-05T08:00:00Z")) == "digest lead");
  CHECK(desk.due(at("2026-03-06T08:00:00Z")) == "");
  desk.config.mail.recipients[0].digest = "weekly";
  CHECK(desk.due(at("2026-03-05T08:00:00Z")) == "");
  CHECK(desk.due(at("2026-03-09T08:00:00Z")) == "digest lead");
}

TEST_CASE("after a chat those who want it are told what it was about") {
  Desk desk;
  desk.facts = {.since = noon - 24h * 60};
  desk.config.mail.recipients = {{.name = "lead", .weekly = false, .recap = true}, {.name = "deputy", .weekly = false}};
  const auto end = at("2026-03-04T21:00:00Z");
  CHECK(desk.due(end + 14min) == "");
  CHECK(desk.due(end + 15min) == "recap lead");
  CHECK(desk.due(end + 24h) == "");
  const auto recap = due_alerts(desk.facts, desk.config, end + 1h).front();
  CHECK(recap.from == at("2026-03-04T20:00:00Z"));
  CHECK(recap.to == end);
  CHECK(desk.due(at("2026-07-01T20:15:00Z")) == "recap lead");  // 21:15 on the wall
}

TEST_CASE("the board report on a month comes on the first of the next, once, and within the week if that was missed") {
  Desk desk;
  desk.facts = {.since = noon - 24h * 60};
  desk.config.mail.recipients = {{.name = "board", .weekly = false, .report = "monthly"}};
  CHECK(desk.due(at("2026-04-01T06:59:00Z")) == "");
  CHECK(desk.due(at("2026-04-01T07:00:00Z")) == "report board");
  CHECK(desk.due(at("2026-04-08T06:59:00Z")) == "report board");
  CHECK(desk.due(at("2026-04-08T07:00:00Z")) == "");
  const auto report = due_alerts(desk.facts, desk.config, at("2026-04-02T07:00:00Z")).front();
  CHECK(report.from == at("2026-03-01T00:00:00Z"));
  CHECK(report.to == at("2026-03-31T23:00:00Z"));
  desk.facts.alerts = {report};
  CHECK(desk.due(at("2026-04-03T07:00:00Z")) == "");
  desk.facts = {.since = at("2026-04-01T00:00:00Z")};  // nothing was heard in March
  CHECK(desk.due(at("2026-04-03T07:00:00Z")) == "");
}

TEST_CASE("before a silence ends its owner is told once, and everybody if nobody has that name") {
  Desk desk;
  desk.facts = {.since = noon - 24h * 60,
                .silences = {{"deputy", "works", noon + 24h * 7, {.themes = {"falls"}}, noon}}};
  CHECK(desk.due(noon + 24h * 6 - 1ms) == "");
  CHECK(desk.due(noon + 24h * 6) == "silence_ends deputy");
  CHECK(desk.due(noon + 24h * 7) == "");
  const auto warning = due_alerts(desk.facts, desk.config, noon + 24h * 6).front();
  desk.facts.alerts.push_back(warning);
  CHECK(desk.due(noon + 24h * 6 + 1h) == "");
  desk.facts.silences[0].owner = "comms";
  CHECK(desk.due(noon + 24h * 6 + 1h) == "silence_ends lead, silence_ends deputy");
  desk.config.alerts.silences_warn_before = 0ms;
  CHECK(desk.due(noon + 24h * 6 + 1h) == "");
}

TEST_CASE("a recap has numbers and themes, and no words") {
  const Memory memory;
  const auto store = memory.open();
  const auto begin = at("2026-03-04T20:00:00Z");
  std::vector<Entry> entries;
  for (int i = 0; i < 3; ++i) {
    auto entry = heard("p" + std::to_string(i), 0, i == 0 ? Sentiment::negative : Sentiment::positive,
                       {{.theme = Theme::waiting, .severity = 2}});
    entry.post.made_at = begin + std::chrono::minutes{i};
    entry.post.author = i == 2 ? "~b" : "~a";
    entry.post.text = "How long do you wait? See https://www.trust.example/@jo/secret?x and https://a_b";
    entries.push_back(entry);
  }
  commit(*store, page(entries));
  const Alert alert{.id = "r1", .kind = AlertKind::recap, .from = begin, .to = begin + 1h};
  const auto facts = chat_facts(*store, alert, Config{});
  REQUIRE(facts.has_value());
  const auto recap = recap_mail(alert, *facts);
  CHECK(recap.subject == "Chat recap: nhssm – 2 people, 3 posts, mostly positive");
  const auto text = plain_text(recap);
  for (const auto* part : {"Questions: 3", "2 positive, 0 even, 1 negative", "(3)", "www.trust.example (3)"})
    CHECK_MESSAGE(text.find(part) != std::string::npos, part);
  CHECK(text.find("jo") == std::string::npos);
  CHECK(text.find("How long") == std::string::npos);
}

TEST_CASE("a moment of the day is one on the wall, also when the clocks change") {
  const auto eight = 8h;
  CHECK(last_at(eight, {}, at("2026-07-01T06:59:00Z")) == at("2026-06-30T07:00:00Z"));
  CHECK(last_at(eight, {}, at("2026-07-01T07:00:00Z")) == at("2026-07-01T07:00:00Z"));
  CHECK(last_at(eight, {}, at("2026-03-29T07:00:00Z")) == at("2026-03-29T07:00:00Z"));
  CHECK(last_at(eight, {}, at("2026-10-25T08:00:00Z")) == at("2026-10-25T08:00:00Z"));
  CHECK(last_at(eight, std::chrono::Monday, at("2026-03-04T12:00:00Z")) == at("2026-03-02T08:00:00Z"));
  CHECK(last_at(eight, {}, at("2028-02-29T08:00:00Z")) == at("2028-02-29T08:00:00Z"));
}

TEST_CASE("a day of 23 or 25 hours, and 29 February, have one digest each, from eight to eight on the wall") {
  struct Row {
    const char* fact;
    const char* due;
    std::chrono::hours length;
  };
  const Row rows[] = {
      {"the clocks go forward", "2026-03-29T07:00:00Z", 23h},
      {"the day after", "2026-03-30T07:00:00Z", 24h},
      {"the clocks go back", "2026-10-25T08:00:00Z", 25h},
      {"29 February", "2028-02-29T08:00:00Z", 24h},
      {"1 March", "2028-03-01T08:00:00Z", 24h},
      {"a bank holiday", "2026-12-25T08:00:00Z", 24h},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto due = at(row.due);
    Desk desk;
    desk.facts = {.since = due - 24h * 60};
    desk.config.mail.recipients = {{.name = "lead", .digest = "daily", .weekly = false}};
    desk.tell(issue_of(3), AlertKind::opened, due - 1h);
    CHECK(desk.due(due - 1ms) == "");
    REQUIRE(desk.due(due) == "digest lead");
    const auto digest = due_alerts(desk.facts, desk.config, due).front();
    CHECK(digest.to == due);
    CHECK(digest.to - digest.from == row.length);
    desk.facts.alerts.push_back(digest);
    CHECK(desk.due(due + 23h) == "");
  }
}

TEST_CASE("a week in which the clocks change is one, and one that ends on 29 February, too") {
  struct Row {
    const char* due;
    std::chrono::hours length;
  };
  for (const auto& [due, length] :
       {Row{"2026-03-30T07:00:00Z", 24h * 7 - 1h}, Row{"2026-10-26T08:00:00Z", 24h * 7 + 1h}}) {
    Desk desk;
    desk.facts = {.since = at(due) - 24h * 60};
    desk.config.mail.recipients = {{.name = "lead"}};
    REQUIRE(desk.due(at(due)) == "all_quiet lead");
    const auto quiet = due_alerts(desk.facts, desk.config, at(due)).front();
    CHECK(quiet.to - quiet.from == length);
  }
  Desk desk;
  desk.facts = {.since = noon};
  desk.config.mail.recipients = {{.name = "lead"}};
  desk.config.alerts.weekly_on = "Tue";
  CHECK(due_alerts(desk.facts, desk.config, at("2028-02-29T08:00:00Z")).front().from == at("2028-02-22T08:00:00Z"));
}

TEST_CASE("a clock that is put back, or forward again, tells nothing twice and forgets nothing") {
  Desk desk;
  desk.config.mail.recipients[0].digest = "daily";
  const auto eight = at("2026-03-05T08:00:00Z");
  const auto digest = due_alerts(desk.facts, desk.config, eight).front();
  CHECK(digest.kind == AlertKind::digest);
  desk.facts.alerts.push_back(digest);
  for (const auto now : {eight - 1h, eight, eight - 24h, eight + 1h}) CHECK(desk.due(now) == "");
  CHECK(desk.due(noon - 24h * 300) == "");         // what was told lies ahead: nothing is late
  CHECK(desk.due(noon + 72h) == "reminder lead");  // and is reminded of when it is
  auto urgent = Desk{4};
  CHECK(urgent.due(noon - 24h) == "");
  CHECK(urgent.due(noon + 4h) == "unanswered deputy");
}

TEST_CASE("repeat_interval is a length, whatever the clocks on the wall do meanwhile") {
  for (const auto* told : {"2026-03-28T12:00:00Z", "2026-10-24T12:00:00Z", "2028-02-28T12:00:00Z"}) {
    Desk desk;
    desk.facts.alerts.clear();
    desk.tell(issue_of(3), AlertKind::opened, at(told));
    CHECK(desk.due(at(told) + 72h - 1ms) == "");
    CHECK(desk.due(at(told) + 72h) == "reminder lead");
  }
}

TEST_CASE("all is quiet only where everything was heard") {
  Alert alert{
      .id = "q1", .kind = AlertKind::all_quiet, .from = at("2026-03-02T08:00:00Z"), .to = at("2026-03-09T08:00:00Z")};
  PeriodFacts facts{.heard = {"a", "b"}, .posts = 12, .page = "https://barometer.trust.example/"};
  const auto quiet = all_quiet_mail(alert, facts);
  CHECK(quiet.subject == "All quiet: 2 of 2 sources listening");
  CHECK(plain_text(quiet).find("from Monday 2 March 2026, 8:00am to Monday 9 March 2026, 8:00am") != std::string::npos);
  facts.silent = {"c"};
  const auto deaf = all_quiet_mail(alert, facts);
  CHECK(deaf.subject == "Quiet, but not heard everywhere: 2 of 3 sources listening");
  CHECK(plain_text(deaf).find("Silent at present: c") != std::string::npos);
}

TEST_CASE("a digest has the gravest issue first") {
  Alert alert{
      .id = "d1", .kind = AlertKind::digest, .from = at("2026-03-04T08:00:00Z"), .to = at("2026-03-05T08:00:00Z")};
  PeriodFacts facts;
  facts.told = {{.id = "1", .issue = issue_of(2)}, {.id = "2", .issue = issue_of(4)}};
  const auto digest = digest_mail(alert, {}, facts);
  CHECK(digest.subject == "Daily digest: 2 issues, the gravest red flag");
  CHECK(digest.sections[0].heading.starts_with("Red flag"));
  CHECK(digest.sections[1].heading.starts_with("Medium"));
}

TEST_CASE("a digest calls a service by its name") {
  Alert alert{.id = "d1", .kind = AlertKind::digest};
  PeriodFacts facts;
  facts.told = {{.id = "1", .issue = issue_of(2)}};
  facts.told[0].issue.place = "w7";
  facts.places = {{"w7", "Ward 7, Marlbeck Hospital"}};
  const auto digest = digest_mail(alert, {}, facts);
  CHECK(digest.sections[0].heading.find("Ward 7, Marlbeck Hospital") != std::string::npos);
  CHECK(plain_text(digest).find("w7") == std::string::npos);
}
