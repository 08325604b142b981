#include "daemon/web/review_json.hpp"

#include "connectors/json_text.hpp"
#include "connectors/time.hpp"
#include "daemon/commands/json.hpp"
#include "daemon/review/take_step.hpp"
#include "daemon/web/api.hpp"
#include "daemon/web/issues.hpp"
#include "daemon/web/look.hpp"

namespace barometer {

namespace {

void put(std::string& out, const char* key, std::string_view value) {
  out.append(out.back() == '{' ? "\"" : ",\"").append(key).append("\":");
  if (value.empty())
    out += "null";
  else
    append_json_string(out, value);
}

void put_time(std::string& out, const char* key, const std::optional<UtcTime>& time) {
  put(out, key, time ? to_iso(*time) : "");
}

std::string step_json(const ReviewAction& step) {
  std::string out = "{";
  put(out, "step", name_of(step.step));
  put(out, "who", step.who);
  put(out, "at", to_iso(step.at));
  put(out, "status", name_of(step.status));
  put(out, "verdict", name_of(step.verdict));
  out += ",\"severity\":" + (step.severity > 0 ? std::to_string(step.severity) : "null");
  put(out, "about", step.about);
  put(out, "text", step.text);
  put_time(out, "until", step.until);
  return out += '}';
}

void put_steps(std::string& out, const std::vector<ReviewAction>& steps) {
  out += ",\"steps\":[";
  for (const auto& step : steps) out += (out.back() == '[' ? "" : ",") + step_json(step);
  out += "]}";
}

}  // namespace

std::string review_json(const IssueReview& review) {
  std::string out = "{";
  put(out, "status", name_of(review.status));
  put(out, "conclusion", name_of(review.conclusion));
  put(out, "holder", review.holder);
  put_time(out, "held_until", review.holder.empty() ? std::nullopt : std::optional(review.held_until));
  put(out, "route", review.route);
  put(out, "outcome", review.outcome);
  out += review.made ? ",\"made\":true" : ",\"made\":false";
  put_time(out, "silenced_until", review.silenced_until);
  put_steps(out, review.steps);
  return out;
}

std::string review_json(const PostReview& review) {
  std::string out = "{";
  put(out, "verdict", review.latest ? name_of(review.latest->verdict) : std::string_view());
  out += review.flagged ? ",\"inappropriate\":true" : ",\"inappropriate\":false";
  put(out, "sampled", review.sampled ? name_of(review.sampled->verdict) : std::string_view());
  put_steps(out, review.steps);
  return out;
}

std::string precision_json(const std::string& what, const std::string& name, const Precision& precision) {
  const auto interval = wilson(precision.right, precision.judged);
  std::string out = "{";
  put(out, "what", what);
  put(out, "name", name);
  out += ",\"right\":" + std::to_string(precision.right) + ",\"judged\":" + std::to_string(precision.judged) +
         ",\"precision\":" + (precision.judged == 0 ? "null" : decimal(precision.share())) +
         ",\"low\":" + decimal(interval.low) + ",\"high\":" + decimal(interval.high);
  return out += '}';
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
