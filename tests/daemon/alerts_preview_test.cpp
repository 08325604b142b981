#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "daemon/alerts/preview.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

UtcTime at(const char* iso) { return parse_iso(iso).value(); }
const UtcTime noon = at("2026-03-04T12:00:00Z");  // a Wednesday

Issue issue_of(std::string id, int severity, UtcTime opened, Theme theme = Theme::falls) {
  return {.id = std::move(id), .theme = theme, .place = "ward-7", .severity = severity, .opened_at = opened};
}

struct Desk {
  Config config = {};
  std::vector<Issue> issues = {};
  std::vector<Silence> silences = {};

  Desk() { config.mail.recipients = {{.name = "lead", .address = "l@trust.example", .bank_holidays = true}}; }
  // "TIME recipient kind ids", and "TIME recipient not: reason".
  std::vector<std::string> shows() const {
    std::vector<std::string> out;
    const auto seen = preview(issues, config, silences, noon, noon + 24h * 30);
    for (const auto& mail : seen.mails) {
      std::string line = to_iso(mail.at).substr(5, 11) + " " + std::string(name_of(mail.alerts.back().kind));
      for (const auto& alert : mail.alerts) line += " " + alert.issue.id;
      out.push_back(line);
    }
    for (const auto& refusal : seen.refusals) out.push_back("not " + refusal.issue.id + ": " + refusal.reason);
    return out;
  }
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a preview says what would have left, and when") {
  Desk desk;
  auto growing = issue_of("a", 3, noon);
  growing.escalated_at = {noon + 5min};
  growing.closed_at = noon + 24h * 10;
  desk.issues = {growing, issue_of("b", 4, noon + 1h), issue_of("c", 1, noon)};
  CHECK(desk.shows() == Lines{"03-04T12:00 opened a", "03-04T13:00 opened b", "03-04T13:00 escalated a",
                              "03-14T12:00 closed a", "not c: too_mild"});
}

TEST_CASE("a preview knows hours, silences and groups") {
  Desk desk;
  desk.config.mail.recipients[0].hours = {"Mon-Fri 9:00-17:00"};
  desk.config.alerts.group_by = {"place"};
  desk.silences = {{"comms", "drill", noon + 48h, {.themes = {"pain"}}}};
  auto over = issue_of("c", 3, noon, Theme::pain);
  over.closed_at = noon + 1h;
  desk.issues = {issue_of("a", 3, noon + 9h), issue_of("b", 2, noon + 10h), over};
  CHECK(desk.shows() ==
        Lines{"03-05T09:00 opened a b", "not c: silenced by comms: drill", "not c: silenced by comms: drill"});
}

TEST_CASE("what stays inhibited is told of in the end, and a preview ends") {
  Desk desk;
  desk.config.alerts.inhibit = {
      {.source = {.kinds = {"slow_burn"}}, .target = {.kinds = {"burst"}}, .equal = {"place"}}};
  auto slow = issue_of("a", 3, noon);
  slow.kind = IssueKind::slow_burn;
  desk.issues = {slow, issue_of("b", 3, noon + 1h)};
  CHECK(desk.shows() == Lines{"03-04T12:00 opened a", "not b: held up for more than a week"});
  desk.issues[0].closed_at = noon + 24h;
  CHECK(desk.shows() == Lines{"03-04T12:00 opened a", "03-05T12:00 opened b", "03-05T12:00 closed a"});
}
