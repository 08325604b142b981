#include <set>

#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "daemon/report/board_report.hpp"
#include "tests/storage/samples.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

UtcTime at(const char* iso) { return parse_iso(iso).value(); }

const UtcTime first = at("2026-03-01T00:00:00Z"), last = at("2026-03-31T23:00:00Z");

std::string value_of(const std::vector<ReportSection>& report, std::string_view measure) {
  for (const auto& section : report)
    for (const auto& row : section.rows)
      if (row.measure == measure) return row.value + ", of " + row.sample;
  return "no such row";
}

ReportFacts a_month() {
  ReportFacts facts{.from = first, .to = last, .recipients = 2, .posts = {30, 50, 20}, .concerns = {0, 4, 6, 2, 1}};
  facts.listening = {.sources = 2, .possible = 1000h, .blind = 100h, .caught_up = 75h};
  facts.themes = {{"Falls", 9}, {"Pain", 4}};
  const auto add = [&](IssueKind kind, int severity, std::chrono::hours opened, std::optional<std::chrono::hours> told,
                       std::optional<std::chrono::hours> seen) {
    IssueFacts row;
    row.issue = {.id = "1",
                 .kind = kind,
                 .theme = Theme::falls,
                 .severity = severity,
                 .first_post_at = first,
                 .opened_at = first + opened,
                 .posts = 5,
                 .voices = 3};
    if (told) row.told_at = first + *told;
    if (seen) row.acknowledged_at = first + *seen;
    facts.issues.push_back(row);
  };
  add(IssueKind::red_flag, 4, 0h, 0h, 1h);
  add(IssueKind::burst, 3, 10h, 11h, 20h);
  add(IssueKind::burst, 2, 100h, 101h, {});
  add(IssueKind::slow_burn, 2, 400h, {}, {});
  facts.issues[0].issue.closed_at = last;
  facts.sent = {{"opened", 3}, {"closed", 1}};
  facts.unsent = 1;
  facts.issues[0].conclusion = facts.issues[1].conclusion = ReviewStatus::actioned;
  facts.issues[2].conclusion = ReviewStatus::not_care;
  facts.issues[0].change_planned = facts.issues[0].change_made = true;
  facts.judged = {7, 10};
  return facts;
}

}  // namespace

TEST_CASE("a board report is on the six words, and every figure says of how many") {
  const auto report = board_report(a_month());
  std::string words;
  for (const auto& section : report) {
    words += section.word + ". ";
    CHECK_FALSE(section.meaning.empty());
    for (const auto& row : section.rows) {
      CAPTURE(row.measure);
      CHECK_FALSE(row.value.empty());
      CHECK(row.sample.find_first_of("0123456789") != std::string::npos);
    }
  }
  CHECK(words == "Inputs. Outputs. Outtakes. Outcomes. Impact. Learning and innovation. ");
  CHECK(value_of(report, "Hours listened") == "900 (90 %), of 1000 hours of 2 sources");
  CHECK(value_of(report, "Of these, caught up with afterwards") == "75 (75 %), of 100 blind hours");
  CHECK(value_of(report, "Negative, neutral, positive") == "30, 50, 20, of 100 posts");
  CHECK(value_of(report, "Concern: Falls") == "9 (69 %), of 13 concerns");
  CHECK(value_of(report, "Issues found") == "4, of 4 issues");
  CHECK(value_of(report, "From the first post to its being seen as an issue") ==
        "half within 10 hours, nine in ten within 17 days, of 4 issues");
  CHECK(value_of(report, "From being told to acknowledging") == "the longest 9 hours, of 2 issues");
  CHECK(value_of(report, "Acknowledged") == "2 (67 %), of 3 issues told");
  CHECK(value_of(report, "Action taken") == "2 (67 %), of 3 issues that people concluded");
  CHECK(value_of(report, "Issues after which a change was made") == "1 (25 %), of 4 issues");
  CHECK(value_of(report, "Issues judged right") == "7 (70 %), truly between 40 and 89 %, of 10 issues");
  CHECK(value_of(report, "Posts without a flag that rightly had none") == "not known, of 0 sampled posts");
  CHECK(value_of(report, "Messages sent") == "4, of 5 messages");
}

TEST_CASE("a month in which nothing was heard is a report, too") {
  const auto report = board_report(ReportFacts{.from = first, .to = last});
  CHECK(value_of(report, "Hours listened") == "none, of 0 hours of 0 sources");
  CHECK(value_of(report, "From being told to acknowledging") == "not known, of 0 issues");
}

TEST_CASE("the report as a message is whole in text and HTML, under a subject that says when") {
  const auto mail = report_mail(a_month(), "00aa", "https://barometer.trust.example/");
  CHECK(mail.subject == "Board report, 1 March 2026 to 31 March 2026: 4 issues");
  for (const auto& text : {plain_text(mail), html(mail)})
    for (const auto* part : {"Inputs", "Learning and innovation", "900 (90 %) – of 1000 hours of 2 sources", "00aa"})
      CHECK_MESSAGE(text.find(part) != std::string::npos, part);
}

TEST_CASE("a report counts what is in the store, and neither names nor quotes anybody") {
  const Memory memory;
  const auto store = memory.open();
  auto grave = heard("p1", 0, Sentiment::negative, {{.theme = Theme::falls, .severity = 3}});
  grave.post.made_at = grave.post.seen_at = first + 24h;
  grave.post.text = "A very private story";
  grave.post.author = "~jo";
  auto before = heard("p2");
  before.post.made_at = first - 1h;
  auto batch = page({grave, before});
  const UtcTime begin = first + 24h * 5;
  batch.reports = {
      {.source = batch.source, .blind = {{first + 24h * 10, GapReason::down}}, .record = SourceRecord{.began = begin}}};
  commit(*store, batch);
  batch = {.source = batch.source, .reports = {{.source = batch.source, .heard = Heard{first + 24h * 11, true}}}};
  commit(*store, batch);
  Config config;
  config.sources = {{.source = {.name = batch.source, .platform = "mastodon"}}};
  const auto facts = report_facts(*store, config, first, last, last + 24h);
  REQUIRE(facts.has_value());
  CHECK(facts->posts == std::array<std::uint64_t, 3>{1, 0, 0});
  CHECK(facts->concerns[3] == 1);
  CHECK(facts->listening.sources == 1);
  CHECK(facts->listening.possible == last - begin);
  CHECK(facts->listening.blind == 24h);
  CHECK(facts->listening.caught_up == 24h);
  const auto text = plain_text(report_mail(*facts, "r", ""));
  for (const auto* part : {"private", "jo", "p1"}) CHECK_MESSAGE(text.find(part) == std::string::npos, part);
}

TEST_CASE("a month begins and ends on the clock in the United Kingdom, and is over at its next one's first") {
  struct Row {
    const char* fact;
    const char* now;
    const char* from;
    const char* to;
  };
  const Row rows[] = {
      {"on the first, before the hour", "2026-04-01T06:59:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"},
      {"on the first, at eight in summer time", "2026-04-01T07:00:00Z", "2026-03-01T00:00:00Z", "2026-03-31T23:00:00Z"},
      {"after the clocks went back", "2026-11-01T08:00:00Z", "2026-09-30T23:00:00Z", "2026-11-01T00:00:00Z"},
      {"a February of 29 days", "2028-03-01T08:00:00Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"},
      {"on 29 February", "2028-02-29T12:00:00Z", "2028-01-01T00:00:00Z", "2028-02-01T00:00:00Z"},
      {"over the year's end", "2027-01-15T12:00:00Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto month = month_to_report(8h, at(row.now));
    CHECK(to_iso(month.from) == to_iso(at(row.from)));
    CHECK(to_iso(month.to) == to_iso(at(row.to)));
    CHECK(month.due <= at(row.now));
  }
}
