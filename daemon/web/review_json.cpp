#include "daemon/web/review_json.hpp"

#include "connectors/time.hpp"
#include "daemon/commands/json.hpp"
#include "daemon/json_object.hpp"
#include "daemon/review/take_step.hpp"
#include "daemon/web/api.hpp"
#include "daemon/web/issues.hpp"
#include "daemon/web/look.hpp"

namespace barometer {

namespace {

std::string step_json(const ReviewAction& step) {
  JsonObject out;
  out.text_or_null("step", name_of(step.step));
  out.text_or_null("who", step.who);
  out.time("at", step.at);
  out.text_or_null("status", name_of(step.status));
  out.text_or_null("verdict", name_of(step.verdict));
  out.raw("severity", step.severity > 0 ? std::to_string(step.severity) : "null");
  out.text_or_null("about", step.about);
  out.text_or_null("text", step.text);
  out.time("until", step.until);
  return out.done();
}

void put_steps(JsonObject& out, const std::vector<ReviewAction>& steps) {
  std::vector<std::string> items;
  for (const auto& step : steps) items.push_back(step_json(step));
  out.raw("steps", json_list(items));
}

}  // namespace

std::string review_json(const IssueReview& review) {
  JsonObject out;
  out.text_or_null("status", name_of(review.status));
  out.text_or_null("conclusion", name_of(review.conclusion));
  out.text_or_null("holder", review.holder);
  out.time("held_until", review.holder.empty() ? std::nullopt : std::optional(review.held_until));
  out.text_or_null("route", review.route);
  out.text_or_null("outcome", review.outcome);
  out.flag("made", review.made);
  out.time("silenced_until", review.silenced_until);
  put_steps(out, review.steps);
  return out.done();
}

std::string review_json(const PostReview& review) {
  JsonObject out;
  out.text_or_null("verdict", review.latest ? name_of(review.latest->verdict) : std::string_view());
  out.flag("inappropriate", review.flagged);
  out.text_or_null("sampled", review.sampled ? name_of(review.sampled->verdict) : std::string_view());
  put_steps(out, review.steps);
  return out.done();
}

std::string precision_json(const std::string& what, const std::string& name, const Precision& precision) {
  const auto interval = wilson(precision.right, precision.judged);
  JsonObject out;
  out.text_or_null("what", what);
  out.text_or_null("name", name);
  out.number("right", precision.right);
  out.number("judged", precision.judged);
  out.raw("precision", precision.judged == 0 ? "null" : decimal(precision.share()));
  out.raw("low", decimal(interval.low));
  out.raw("high", decimal(interval.high));
  return out.done();
}

HttpReply api_issue_review(const Desk& desk, const Visit& visit) {
  const auto issue = find_issue(desk.store, visit.params.find("issue")->second);
  if (!issue) return api_trouble(500, issue.error().detail, "ask whoever looks after Barometer");
  if (!*issue) return api_trouble(404, "no such issue", "ask /api/v1/issues for those that there are");
  const auto review = review_of(desk.store, **issue, visit.now);
  if (!review) return api_trouble(500, review.error().detail, "ask whoever looks after Barometer");
  return json_reply(review_json(*review));
}

HttpReply api_post_review(const Desk& desk, const Visit& visit) {
  const auto kept = find_post(desk.store, visit.params.find("post")->second);
  if (!kept) return api_trouble(500, kept.error().detail, "ask whoever looks after Barometer");
  if (!*kept) return api_trouble(404, "no such post is kept", "ask /api/v1/posts for those that are");
  const auto review = review_of(desk.store, **kept);
  if (!review) return api_trouble(500, review.error().detail, "ask whoever looks after Barometer");
  return json_reply(review_json(*review));
}

}  // namespace barometer
