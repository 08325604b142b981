#include "daemon/commands/json.hpp"

#include <charconv>
#include <cmath>
#include <numeric>

#include "connectors/json_text.hpp"
#include "connectors/time.hpp"

namespace barometer {

void append_strings(std::string& out, const std::vector<std::string>& list) {
  out += '[';
  const char* comma = "";
  for (const std::string& text : list) {
    out += comma;
    append_json_string(out, text);
    comma = ",";
  }
  out += ']';
}

std::string decimal(double value) {
  constexpr double places = 1000;
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, std::round(value * places) / places);
  return {digits, end.ptr};
}

std::string alert_json(const Alert& alert) {
  const Issue& issue = alert.issue;
  std::string json = "{\"id\":";
  append_json_string(json, alert.id);
  const auto text = [&](const char* key, std::string_view value) {
    json.append(",\"").append(key).append("\":");
    append_json_string(json, value);
  };
  const auto moment = [&](const char* key, const std::optional<UtcTime>& at) {
    if (at)
      text(key, to_iso(*at));
    else
      json.append(",\"").append(key).append("\":null");
  };
  const auto list = [&](const char* key, const std::vector<std::string>& items) {
    json.append(",\"").append(key).append("\":");
    append_strings(json, items);
  };
  text("kind", name_of(alert.kind));
  text("recipient", alert.recipient);
  text("thread", alert.thread);
  text("post", alert.post);
  if (issue.theme != Theme{}) {
    text("issue", issue.id);
    text("issue_kind", name_of(issue.kind));
    text("theme", info(issue.theme).id);
    text("place", issue.place);
    text("tag", issue.tag);
    json += ",\"severity\":" + std::to_string(issue.severity) + ",\"posts\":" + std::to_string(issue.posts) +
            ",\"voices\":" + std::to_string(issue.voices);
    list("sources", issue.sources);
    list("rules", issue.rules);
    text("first_post_at", to_iso(issue.first_post_at));
    text("last_post_at", to_iso(issue.last_post_at));
  } else {
    text("from", to_iso(alert.from));
    text("to", to_iso(alert.to));
  }
  text("raised_at", to_iso(alert.raised_at));
  moment("sent_at", alert.sent_at);
  moment("withdrawn_at", alert.withdrawn_at);
  text("withheld", alert.withheld);
  moment("acknowledged_at", alert.acknowledged_at);
  json += ",\"attempts\":" + std::to_string(alert.attempts);
  text("last_error", alert.last_error);
  return json += '}';
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
