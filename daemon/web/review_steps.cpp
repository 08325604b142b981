#include "daemon/web/review_steps.hpp"

#include <algorithm>
#include <array>

#include "daemon/alerts/silence.hpp"
#include "daemon/alerts/subscription.hpp"
#include "daemon/review/take_step.hpp"
#include "daemon/web/api.hpp"
#include "daemon/web/form_answers.hpp"
#include "daemon/web/issues.hpp"
#include "daemon/web/look.hpp"
#include "daemon/web/people_pages.hpp"
#include "daemon/web/review_json.hpp"

namespace barometer {

namespace {

ReviewAction read_step(const Visit& visit, ReviewStep step) {
  const auto& form = visit.form;
  ReviewAction out{.step = step, .who = visit.viewer.name, .at = visit.now};
  if (const auto status = review_status(form.of("status"))) out.status = *status;
  if (const auto verdict = review_verdict(form.of("verdict"))) out.verdict = *verdict;
  if (out.verdict == ReviewVerdict::regraded) out.severity = small_number(form.of("severity"), severities - 1);
  out.about = tidied(form.of("about")).substr(0, 100);
  out.text = tidied(form.of("text"));
  switch (step) {
    case ReviewStep::claimed:
      out.about = visit.viewer.name;
      out.until = visit.now + claim_lasts;
      break;
    case ReviewStep::made:
      if (form.of("made") != "yes") out.step = ReviewStep::planned;
      break;
    case ReviewStep::flagged:
      if (form.of("flagged") == "no") out.step = ReviewStep::unflagged;
      break;
    case ReviewStep::silenced:
      out.until =
          visit.now + std::chrono::hours{small_number(form.of("hours"), static_cast<int>(longest_silence.count()))};
      break;
    default: break;
  }
  return out;
}

// What stands in the record of who did what: no word of a post, and none that people wrote.
std::string about_step(const ReviewAction& step, const std::string& subject) {
  std::string out = subject;
  if (step.status != ReviewStatus::none) out += ": " + std::string(name_of(step.status));
  if (step.verdict != ReviewVerdict::none) out += ": " + std::string(name_of(step.verdict));
  if (step.severity > 0) out += " " + std::to_string(step.severity);
  if (step.step == ReviewStep::claimed && step.about != step.who) out += ", for " + step.about;
  if (step.step == ReviewStep::routed) out += ", to " + step.about;
  return out;
}

HttpReply take_with_issue(const Desk& desk, const Visit& visit, const ReviewAction& step) {
  const auto issue = find_issue(desk.store, visit.params.find("issue")->second);
  if (!issue) return form_refused(visit, issue.error());
  if (!*issue) return form_trouble(visit, 404, "Page not found", "There is no such issue.");
  if (step.step == ReviewStep::silenced && red_flag(**issue))
    return form_trouble(visit, 400, "This was not done", "A red flag cannot be silenced: take it instead.");
  const auto before = [&]() -> Result<void> {
    const auto noted = desk.audit.note(step.who, std::string(name_of(step.step)),
                                       about_step(step, "issue " + (*issue)->id), visit.now);
    if (!noted || step.step != ReviewStep::silenced) return noted;
    return add_silence(silences_file(*desk.config), silence_like(**issue, step.who, step.text, step.at, *step.until));
  };
  const auto taken = take_step(desk.store, **issue, step, visit.viewer.rights, before);
  if (!taken) return form_refused(visit, taken.error());
  if (desk.reviewed) desk.reviewed(*taken);
  if (!for_programs(visit.request)) {
    const auto next = safe_next(visit.form.of("next"));
    return go_to(next == "/" ? "/issues/" + (*issue)->id + "#review" : next);
  }
  const auto review = review_of(desk.store, **issue, visit.now);
  return review ? json_reply(review_json(*review)) : form_refused(visit, review.error());
}

}  // namespace

HttpReply issue_step(const Desk& desk, const Visit& visit, ReviewStep step) {
  const auto wanted = read_step(visit, step);
  if (step == ReviewStep::moved && wanted.status == ReviewStatus::none)
    return form_trouble(visit, 400, "This was not done", "Say which status it has now.");
  return take_with_issue(desk, visit, wanted);
}

HttpReply close_issue(const Desk& desk, const Visit& visit) {
  auto wanted = read_step(visit, ReviewStep::moved);
  wanted.status = ReviewStatus::closed;
  return take_with_issue(desk, visit, wanted);
}

HttpReply reassign_issue(const Desk& desk, const Visit& visit) {
  auto wanted = read_step(visit, ReviewStep::claimed);
  wanted.about = visit.form.of("about");
  const auto reviewers = desk.access.names_with(Right::review);
  if (std::find(reviewers.begin(), reviewers.end(), wanted.about) == reviewers.end())
    return form_trouble(visit, 400, "This was not done", "Nobody of this name reviews issues here.");
  return take_with_issue(desk, visit, wanted);
}

HttpReply post_step(const Desk& desk, const Visit& visit, ReviewStep step) {
  const auto wanted = read_step(visit, step);
  const auto kept = find_post(desk.store, visit.params.find("post")->second);
  if (!kept) return form_refused(visit, kept.error());
  if (!*kept) return form_trouble(visit, 404, "Page not found", "There is no such post, or not any more.");
  const auto key = post_key(**kept);
  const auto before = [&] {
    return desk.audit.note(wanted.who, std::string(name_of(wanted.step)), about_step(wanted, "post " + key), visit.now);
  };
  const auto taken = take_step(desk.store, **kept, wanted, visit.viewer.rights, before);
  if (!taken) return form_refused(visit, taken.error());
  if (desk.reviewed) desk.reviewed(*taken);
  if (!for_programs(visit.request)) {
    const auto next = safe_next(visit.form.of("next"));
    return go_to(next == "/" ? "/posts/" + key + "#review" : next);
  }
  const auto review = review_of(desk.store, **kept);
  return review ? json_reply(review_json(*review)) : form_refused(visit, review.error());
}

}  // namespace barometer
