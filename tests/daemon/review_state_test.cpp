#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "daemon/review/take_step.hpp"
#include "tests/storage/samples.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime noon = parse_iso("2026-03-04T12:00:00Z").value();
const Rights viewer = rights_of_role("viewer").value();
const Rights reviewer = rights_of_role("reviewer").value();
const Rights lead = rights_of_role("lead").value();

ReviewAction by(std::string who, ReviewStep step, UtcTime at = noon) {
  return {.step = step, .who = std::move(who), .at = at};
}
ReviewAction claim(const std::string& who, UtcTime at = noon) {
  auto out = by(who, ReviewStep::claimed, at);
  out.about = who;
  out.until = at + claim_lasts;
  return out;
}
ReviewAction move(const std::string& who, ReviewStatus to, UtcTime at = noon) {
  auto out = by(who, ReviewStep::moved, at);
  out.status = to;
  return out;
}
ReviewAction saying(const std::string& who, ReviewStep step, std::string text) {
  auto out = by(who, step);
  out.text = std::move(text);
  return out;
}
ReviewAction verdict(const std::string& who, ReviewVerdict what, int severity = 0) {
  auto out = by(who, ReviewStep::judged);
  out.verdict = what;
  out.severity = severity;
  return out;
}

Issue some_issue() { return {.id = "5f", .theme = Theme::call_bell, .severity = 3, .opened_at = noon - 24h}; }

std::string refusal(const std::vector<ReviewAction>& before, const ReviewAction& step, Rights rights = reviewer) {
  const auto why = objection(issue_review(some_issue(), before, step.at), step, rights);
  return why ? why->detail : "";
}

}  // namespace

TEST_CASE("an issue moves along its way, and nowhere else") {
  using enum ReviewStatus;
  struct Row {
    std::vector<ReviewStatus> before;
    ReviewStatus to;
    bool reviewer_may;
    bool lead_may;
  };
  const Row rows[] = {{{}, acknowledged, true, true},
                      {{}, not_care, true, true},
                      {{}, closed, false, false},
                      {{}, fresh, false, false},
                      {{acknowledged}, in_review, true, true},
                      {{acknowledged}, acknowledged, false, false},
                      {{in_review}, actioned, true, true},
                      {{in_review}, acknowledged, false, false},
                      {{in_review, actioned}, duplicate, false, false},
                      {{in_review, actioned}, closed, false, true},
                      {{in_review, duplicate}, in_review, true, true},
                      {{not_care, closed}, in_review, false, true},
                      {{not_care, closed}, actioned, false, false}};
  for (const auto& row : rows) {
    std::vector<ReviewAction> before;
    for (const auto status : row.before) before.push_back(move("anna", status));
    const auto step = move("anna", row.to);
    CAPTURE(title_of(row.to));
    CAPTURE(row.before.size());
    CHECK(refusal(before, step, reviewer).empty() == row.reviewer_may);
    CHECK(refusal(before, step, lead).empty() == row.lead_may);
    CHECK_FALSE(refusal(before, step, viewer).empty());
    const auto from = issue_review(some_issue(), before, noon).status;
    const auto next = next_statuses(from, lead);
    CHECK((std::find(next.begin(), next.end(), row.to) != next.end()) == row.lead_may);
  }
}

TEST_CASE("two people never work on one issue: the second is told who, and until when") {
  const std::vector held{claim("anna")};
  for (const auto& step : {move("ben", ReviewStatus::actioned), claim("ben"), by("ben", ReviewStep::released),
                           saying("ben", ReviewStep::planned, "more staff")}) {
    const auto why = objection(issue_review(some_issue(), held, noon + 29min), step, reviewer);
    REQUIRE(why.has_value());
    CHECK(why->remedy == Remedy::wait);
    CHECK(why->not_before == noon + claim_lasts);
    CHECK(why->detail.find("anna works on this until Wednesday 4 March 2026, 12:30pm") != std::string::npos);
  }
  CHECK(refusal(held, move("anna", ReviewStatus::actioned)).empty());
  CHECK(refusal(held, saying("ben", ReviewStep::noted, "I know the ward")).empty());
  CHECK(refusal(held, claim("ben", noon + 30min)).empty());
  CHECK(refusal({claim("anna"), claim("anna", noon + 20min)}, claim("ben", noon + 40min)) != "");
  CHECK(refusal({claim("anna"), by("anna", ReviewStep::released)}, claim("ben")).empty());
  CHECK(refusal({claim("anna"), move("anna", ReviewStatus::not_care)}, claim("ben")).empty());
}

TEST_CASE("a lead hands work over, takes it, and gives it back; a reviewer does not") {
  auto hand_over = claim("lena");
  hand_over.about = "ben";
  CHECK(refusal({claim("anna")}, hand_over, lead).empty());
  CHECK(refusal({claim("anna")}, by("lena", ReviewStep::released), lead).empty());
  CHECK(refusal({}, hand_over, reviewer) == "Only a lead gives work to others.");
  CHECK(issue_review(some_issue(), {hand_over}, noon).holder == "ben");
}

TEST_CASE("what is asked wrongly is refused with a sentence") {
  auto route = by("anna", ReviewStep::routed);
  CHECK(refusal({}, route) == "No role of this name answers for issues.");
  route.about = "pals";
  CHECK(refusal({}, route).empty());
  CHECK(refusal({}, saying("anna", ReviewStep::noted, "")) == "Write something: it is empty.");
  CHECK(refusal({}, saying("anna", ReviewStep::noted, std::string(2001, 'x'))).find("too long") != std::string::npos);
  CHECK(refusal({}, by("anna", ReviewStep::released)) == "Nobody works on it.");
  CHECK(refusal({}, verdict("anna", ReviewVerdict::right)).find("with a post") != std::string::npos);
  auto silence = saying("anna", ReviewStep::silenced, "known: flood on the ward");
  silence.until = noon + 24h;
  CHECK(refusal({}, silence, reviewer) == "Only a lead silences issues.");
  CHECK(refusal({}, silence, lead).empty());
  silence.until = noon;
  CHECK(refusal({}, silence, lead) != "");
}

TEST_CASE("where an issue stands follows from its steps") {
  auto route = by("anna", ReviewStep::routed);
  route.about = "safeguarding";
  const auto now_is =
      issue_review(some_issue(),
                   {claim("anna"), route, saying("anna", ReviewStep::planned, "a second nurse at night"),
                    saying("ben", ReviewStep::made, "there is a second nurse at night")},
                   noon + 1min);
  CHECK(now_is.status == ReviewStatus::acknowledged);
  CHECK(now_is.holder == "anna");
  CHECK(now_is.route == "safeguarding");
  CHECK(now_is.outcome == "there is a second nurse at night");
  CHECK(now_is.made);
  CHECK(now_is.steps.size() == 4);
  CHECK(issue_review(some_issue(), {claim("anna")}, noon + 30min).holder == "");
  const auto closed =
      issue_review(some_issue(), {move("anna", ReviewStatus::actioned), move("lena", ReviewStatus::closed)}, noon);
  CHECK(closed.status == ReviewStatus::closed);
  CHECK(closed.conclusion == ReviewStatus::actioned);
}

TEST_CASE("an issue that grew after it was concluded is to be looked at again") {
  auto issue = some_issue();
  const std::vector<ReviewAction> steps{move("anna", ReviewStatus::not_care)};
  issue.escalated_at = {noon - 1h};
  CHECK(issue_review(issue, steps, noon).status == ReviewStatus::not_care);
  issue.escalated_at.push_back(noon + 1h);
  const auto again = issue_review(issue, steps, noon + 2h);
  CHECK(again.status == ReviewStatus::fresh);
  CHECK(again.grown);
  CHECK(again.conclusion == ReviewStatus::not_care);
}

TEST_CASE("the last verdict of each person counts, and the earlier ones stay to be read") {
  const auto now_is = post_review({verdict("anna", ReviewVerdict::wrong), verdict("ben", ReviewVerdict::right),
                                   verdict("anna", ReviewVerdict::regraded, 2), by("ben", ReviewStep::flagged)});
  CHECK(now_is.verdicts.size() == 2);
  CHECK(now_is.verdicts.at("anna").severity == 2);
  CHECK(now_is.latest->who == "anna");
  CHECK(now_is.flagged);
  CHECK(now_is.steps.size() == 4);
  struct Row {
    ReviewAction step;
    bool allowed;
  };
  auto missed = by("anna", ReviewStep::sampled);
  missed.verdict = ReviewVerdict::missed;
  auto odd = missed;
  odd.verdict = ReviewVerdict::right;
  const Row rows[] = {{verdict("anna", ReviewVerdict::right), true},
                      {verdict("anna", ReviewVerdict::regraded, 4), true},
                      {verdict("anna", ReviewVerdict::regraded, 0), false},
                      {verdict("anna", ReviewVerdict::regraded, 5), false},
                      {verdict("anna", ReviewVerdict::right, 3), false},
                      {verdict("anna", ReviewVerdict::missed), false},
                      {missed, true},
                      {odd, false},
                      {by("anna", ReviewStep::flagged), false},
                      {by("anna", ReviewStep::unflagged), true},
                      {claim("anna"), false}};
  for (const auto& row : rows) {
    CHECK(objection(now_is, row.step, reviewer).has_value() != row.allowed);
    CHECK(objection(now_is, row.step, viewer).has_value());
  }
}

TEST_CASE("a step that is taken is kept; one that is refused, or cannot be noted, leaves nothing") {
  const Memory memory;
  const auto store = memory.open();
  const auto issue = some_issue();
  REQUIRE(take_step(*store, issue, claim("anna"), reviewer).has_value());
  int noted = 0;
  const auto refused =
      take_step(*store, issue, claim("ben"), reviewer, [&]() -> Result<void> { return ++noted, Result<void>{}; });
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().remedy == Remedy::wait);
  CHECK(noted == 0);
  const auto unnoted = take_step(*store, issue, saying("ben", ReviewStep::noted, "x"), reviewer, []() -> Result<void> {
    return Failure{Remedy::ask_operator, "the record cannot be written", {}};
  });
  CHECK_FALSE(unnoted.has_value());
  CHECK(review_of(*store, issue, noon).value().steps.size() == 1);
}

TEST_CASE("a patient's identifiers in a note are masked before it is kept") {
  const Memory memory;
  const auto store = memory.open();
  const auto kept = take_step(
      *store, some_issue(), saying("anna", ReviewStep::noted, "patient 999 123 4560 rang from 07700 900123"), reviewer);
  REQUIRE(kept.has_value());
  CHECK(kept->text.find("900123") == std::string::npos);
  CHECK(store->review_of({.issue = "5f"}).value().at(0).text == kept->text);
}

TEST_CASE("who takes an issue acknowledges what was mailed of it") {
  const Memory memory;
  const auto store = memory.open();
  std::vector<Alert> alerts{{.id = "01", .raised_at = noon}, {.id = "02", .raised_at = noon}};
  alerts[0].issue = some_issue();
  alerts[1].issue = {.id = "6a", .theme = Theme::pain};
  store->raise(alerts).value();
  REQUIRE(take_step(*store, some_issue(), saying("anna", ReviewStep::noted, "x"), reviewer).has_value());
  const auto acknowledged = [&] {
    std::string ids;
    store->alerts([&](const Alert& alert) { return ids += alert.acknowledged_at ? alert.id : "", true; }).value();
    return ids;
  };
  CHECK(acknowledged() == "");
  REQUIRE(take_step(*store, some_issue(), claim("anna"), reviewer).has_value());
  CHECK(acknowledged() == "01");
}

TEST_CASE("a verdict keeps what was said of the post then") {
  const Memory memory;
  const auto store = memory.open();
  commit(*store,
         page({heard("a", evening, Sentiment::negative, {{.theme = Theme::pain, .severity = 4, .rule = "pain.2"}})}));
  const auto kept = all_posts(*store).at(0);
  REQUIRE(take_step(*store, kept, verdict("anna", ReviewVerdict::wrong), reviewer).has_value());
  const auto review = review_of(*store, kept).value();
  REQUIRE(review.latest.has_value());
  REQUIRE(review.latest->concerns.size() == 1);
  CHECK(review.latest->concerns[0].rule == "pain.2");
}
