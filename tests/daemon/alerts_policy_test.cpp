#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "daemon/alerts/policy.hpp"
#include "daemon/alerts/roles.hpp"

using namespace barometer;

namespace {

using Names = std::vector<std::string>;

const UtcTime now = parse_iso("2026-03-04T20:15:00Z").value();

Issue issue_of(Theme theme, int severity, std::string place = "ward-7") {
  Issue issue;
  issue.id = "00aa";
  issue.theme = theme;
  issue.place = std::move(place);
  issue.tag = "nhssm";
  issue.severity = severity;
  return issue;
}

RecipientConfig named(std::string name) { return {.name = std::move(name), .address = "x@trust.example"}; }

Names told(const std::vector<RecipientConfig>& recipients, const Issue& issue, const AlertsConfig& settings = {}) {
  Names out;
  for (const auto& alert : AlertPolicy(recipients, settings).alerts(issue, IssueChange::opened, now))
    out.push_back(alert.recipient);
  return out;
}

}  // namespace

TEST_CASE("a recipient is told of what it asked for, and the reason is known when it is not") {
  struct Row {
    const char* fact;
    std::function<void(RecipientConfig&)> ask;
    Issue issue;
    Fit fit;
  };
  const Row rows[] = {
      {"all of medium severity by default", [](auto&) {}, issue_of(Theme::waiting, 2), Fit::told},
      {"nothing milder", [](auto&) {}, issue_of(Theme::waiting, 1), Fit::too_mild},
      {"a theme", [](auto& r) { r.wanted.themes = {"falls"}; }, issue_of(Theme::falls, 3), Fit::told},
      {"no other theme", [](auto& r) { r.wanted.themes = {"falls"}; }, issue_of(Theme::pain, 3), Fit::not_wanted},
      {"a place", [](auto& r) { r.wanted.places = {"ward-7"}; }, issue_of(Theme::pain, 3), Fit::told},
      {"an unclear place", [](auto& r) { r.wanted.places = {"unclear"}; }, issue_of(Theme::pain, 3, ""), Fit::told},
      {"and no clear one", [](auto& r) { r.wanted.places = {"unclear"}; }, issue_of(Theme::pain, 3), Fit::not_wanted},
      {"both of two lists", [](auto& r) { r.wanted = {.themes = {"pain"}, .tags = {"else"}}; },
       issue_of(Theme::pain, 3), Fit::not_wanted},
      {"its route", [](auto& r) { r.routes = {"pals"}; }, issue_of(Theme::complaint_ignored, 2), Fit::told},
      {"no other route", [](auto& r) { r.routes = {"pals"}; }, issue_of(Theme::staff_concern, 3), Fit::other_route},
      {"nothing excluded", [](auto& r) { r.except.tags = {"nhssm"}; }, issue_of(Theme::pain, 3), Fit::excluded},
      {"a red flag, though excluded", [](auto& r) { r.except.tags = {"nhssm"}; }, issue_of(Theme::pain, 4), Fit::told},
      {"nothing at other organisations", [](auto&) {}, issue_of(Theme::pain, 3, "nhs:RGT01"), Fit::elsewhere},
      {"unless it asked", [](auto& r) { r.elsewhere = true; }, issue_of(Theme::pain, 3, "nhs:RGT01"), Fit::told},
      {"or named one", [](auto& r) { r.wanted.places = {"nhs:RGT01"}; }, issue_of(Theme::pain, 3, "nhs:RGT01"),
       Fit::told},
      {"a kind", [](auto& r) { r.wanted.kinds = {"slow_burn"}; }, issue_of(Theme::pain, 3), Fit::not_wanted},
  };
  for (const auto& row : rows) {
    auto recipient = named("lead");
    row.ask(recipient);
    CHECK_MESSAGE(name_of(fit_of(row.issue, recipient, {})) == name_of(row.fit), row.fact);
  }
}

TEST_CASE("a red flag that nobody asked for is told to everybody, a milder issue to nobody") {
  auto comms = named("comms");
  comms.routes = {"comms"};
  auto pals = named("pals");
  pals.wanted.places = {"elsewhere"};
  CHECK(told({comms, pals}, issue_of(Theme::falls, 4)) == Names{"comms", "pals"});
  CHECK(told({comms, pals}, issue_of(Theme::falls, 3)) == Names{});
}

TEST_CASE("the settings move a theme to another role") {
  auto safeguarding = named("safeguarding");
  safeguarding.routes = {"safeguarding"};
  CHECK(told({safeguarding}, issue_of(Theme::falls, 3)) == Names{});
  CHECK(told({safeguarding}, issue_of(Theme::falls, 3), {.routes = {{"safeguarding", {"falls"}}}}) ==
        Names{"safeguarding"});
}

TEST_CASE("each theme finds the one who can act on it") {
  CHECK(role_of(Theme::staff_concern, {}).id == "ftsu_guardian");
  CHECK(role_of(Theme::confidentiality, {}).id == "information_governance");
  CHECK(role_of(Theme::abuse, {}).id == "safeguarding");
  CHECK(role_of(Theme::complaint_ignored, {}).id == "pals");
  CHECK(role_of(Theme::waiting, {}).id == "patient_experience");
  CHECK(role_of(Theme{}, {}).id == "patient_experience");
}

TEST_CASE("an issue's messages are one thread a recipient, and the same however often they are raised") {
  const AlertPolicy policy({named("lead"), named("deputy")}, {});
  auto issue = issue_of(Theme::falls, 3);
  const auto opened = policy.alerts(issue, IssueChange::opened, now);
  REQUIRE(opened.size() == 2);
  CHECK(opened[0].id.size() == 32);
  CHECK(opened[0].thread == opened[0].id);
  CHECK(opened[0].id != opened[1].id);
  CHECK(policy.alerts(issue, IssueChange::opened, now + std::chrono::hours(1))[0].id == opened[0].id);

  issue.escalated_at = {now};
  const auto escalated = policy.alerts(issue, IssueChange::escalated, now);
  issue.escalated_at.push_back(now);
  const auto again = policy.alerts(issue, IssueChange::escalated, now);
  const auto closed = policy.alerts(issue, IssueChange::closed, now);
  CHECK(escalated[0].id != again[0].id);
  CHECK(again[0].id != closed[0].id);
  for (const auto& alert : {escalated[0], again[0], closed[0]}) CHECK(alert.thread == opened[0].id);
  CHECK(closed[0].kind == AlertKind::closed);
}
