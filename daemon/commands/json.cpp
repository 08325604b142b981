#include "daemon/commands/json.hpp"

#include <charconv>
#include <cmath>
#include <numeric>

#include "connectors/json_text.hpp"
#include "connectors/time.hpp"
#include "daemon/json_object.hpp"

namespace barometer {

std::string decimal(double value) {
  constexpr double places = 1000;
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, std::round(value * places) / places);
  return {digits, end.ptr};
}

std::string alert_json(const Alert& alert) {
  const Issue& issue = alert.issue;
  JsonObject out;
  out.text("id", alert.id);
  out.text("kind", name_of(alert.kind));
  out.text("recipient", alert.recipient);
  out.text("thread", alert.thread);
  out.text("post", alert.post);
  if (issue.theme != Theme{}) {
    out.text("issue", issue.id);
    out.text("issue_kind", name_of(issue.kind));
    out.text("theme", info(issue.theme).id);
    out.text("place", issue.place);
    out.text("tag", issue.tag);
    out.number("severity", issue.severity);
    out.number("posts", issue.posts);
    out.number("voices", issue.voices);
    out.texts("sources", issue.sources);
    out.texts("rules", issue.rules);
    out.text("first_post_at", to_iso(issue.first_post_at));
    out.text("last_post_at", to_iso(issue.last_post_at));
  } else {
    out.text("from", to_iso(alert.from));
    out.text("to", to_iso(alert.to));
  }
  out.text("raised_at", to_iso(alert.raised_at));
  out.time("sent_at", alert.sent_at);
  out.time("withdrawn_at", alert.withdrawn_at);
  out.text("withheld", alert.withheld);
  out.time("acknowledged_at", alert.acknowledged_at);
  out.number("attempts", alert.attempts);
  out.text("last_error", alert.last_error);
  return out.done();
}

std::string_view name_of(Resolution resolution) {
  constexpr std::string_view names[] = {"minute", "hour", "day"};
  return names[static_cast<std::size_t>(resolution)];
}

std::int64_t posts_in(const SeriesPoint& point, Sentiment sentiment) {
  const auto& row = point.posts[static_cast<std::size_t>(sentiment)];
  return std::accumulate(row.begin(), row.end(), std::int64_t{0});
}

std::int64_t posts_in(const SeriesPoint& point) {
  return posts_in(point, Sentiment::negative) + posts_in(point, Sentiment::neutral) +
         posts_in(point, Sentiment::positive);
}

std::string series_json(const SeriesPoint& point, Resolution resolution) {
  std::string json = "{\"tag\":";
  append_json_string(json, point.tag);
  json += ",\"source\":";
  append_json_string(json, point.source);
  json.append(",\"resolution\":\"").append(name_of(resolution));
  json.append("\",\"bucket\":\"").append(to_iso(point.bucket)).append("\",\"posts\":");
  json += std::to_string(posts_in(point));
  for (const Sentiment one : {Sentiment::negative, Sentiment::neutral, Sentiment::positive})
    json.append(",\"").append(name_of(one)).append("\":").append(std::to_string(posts_in(point, one)));
  json += ",\"severity\":[";
  for (std::size_t s = 0; s < static_cast<std::size_t>(severities); ++s)
    json.append(s ? "," : "").append(std::to_string(point.posts[0][s] + point.posts[1][s] + point.posts[2][s]));
  json += "],\"concerns\":[";
  const char* comma = "";
  for (const SeriesPoint::ConcernCount& concern : point.concerns) {
    json.append(comma).append("{\"theme\":\"").append(info(concern.theme).id);
    json.append("\",\"severity\":").append(std::to_string(concern.severity));
    json.append(",\"posts\":").append(std::to_string(concern.posts)).append("}");
    comma = ",";
  }
  return json += "]}";
}

}  // namespace barometer
