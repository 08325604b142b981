#include "daemon/issue_view.hpp"

#include <optional>
#include <string_view>
#include <vector>

#include "connectors/json_text.hpp"
#include "connectors/time.hpp"
#include "daemon/commands/json.hpp"

namespace barometer {

namespace {

void put_text(std::string& out, const char* key, std::string_view value) {
  out.append(",\"").append(key).append("\":");
  append_json_string(out, value);
}

void put_text_or_null(std::string& out, const char* key, std::string_view value) {
  if (!value.empty()) return put_text(out, key, value);
  out.append(",\"").append(key).append("\":null");
}

void put_number(std::string& out, const char* key, const std::string& value) {
  out.append(",\"").append(key).append("\":").append(value);
}

void put_list(std::string& out, const char* key, const std::vector<std::string>& items) {
  out.append(",\"").append(key).append("\":");
  append_strings(out, items);
}

}  // namespace

std::string issue_json(const Issue& issue, UtcTime now) {
  std::string out = "{\"id\":";
  append_json_string(out, issue.id);
  put_text(out, "kind", name_of(issue.kind));
  put_text(out, "state", name_of(issue.state_at(now)));
  put_text_or_null(out, "theme", issue.theme == Theme{} ? std::string_view() : info(issue.theme).id);
  put_text_or_null(out, "place", issue.place);
  put_text(out, "tag", issue.tag);
  put_number(out, "severity", std::to_string(issue.severity));
  put_text(out, "first_post_at", to_iso(issue.first_post_at));
  put_text(out, "opened_at", to_iso(issue.opened_at));
  std::vector<std::string> escalated;
  for (const UtcTime time : issue.escalated_at) escalated.push_back(to_iso(time));
  put_list(out, "escalated_at", escalated);
  put_text(out, "last_post_at", to_iso(issue.last_post_at));
  put_text_or_null(out, "closed_at", issue.closed_at ? to_iso(*issue.closed_at) : "");
  put_number(out, "posts", std::to_string(issue.posts));
  put_number(out, "voices", std::to_string(issue.voices));
  put_list(out, "sources", issue.sources);
  put_list(out, "rules", issue.rules);
  const Evidence& evidence = issue.evidence;
  out += ",\"evidence\":{\"voices\":" + std::to_string(evidence.voices);
  put_number(out, "expected", decimal(evidence.expected));
  put_number(out, "window_hours", std::to_string(evidence.window.count()));
  put_number(out, "chance", decimal(evidence.chance));
  put_number(out, "surprise", decimal(evidence.surprise));
  put_number(out, "blind_hours", std::to_string(evidence.blind.count()));
  put_number(out, "posts_heard", std::to_string(evidence.heard));
  out += '}';
  put_text_or_null(out, "unanswered_since", issue.unanswered_since ? to_iso(*issue.unanswered_since) : "");
  put_number(out, "coordinated", issue.coordinated ? "true" : "false");
  put_text_or_null(out, "merged_into", issue.merged_into);
  put_text(out, "detector", issue.detector);
  return out += '}';
}

}  // namespace barometer
