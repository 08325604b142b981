#include "daemon/issue_view.hpp"

#include <vector>

#include "connectors/time.hpp"
#include "daemon/commands/json.hpp"

namespace barometer {

JsonObject issue_object(const Issue& issue, UtcTime now) {
  JsonObject out;
  out.text("id", issue.id);
  out.text("kind", name_of(issue.kind));
  out.text("state", name_of(issue.state_at(now)));
  out.text_or_null("theme", issue.theme == Theme{} ? std::string_view() : info(issue.theme).id);
  out.text_or_null("place", issue.place);
  out.text("tag", issue.tag);
  out.number("severity", issue.severity);
  out.text("first_post_at", to_iso(issue.first_post_at));
  out.text("opened_at", to_iso(issue.opened_at));
  std::vector<std::string> escalated;
  for (const UtcTime time : issue.escalated_at) escalated.push_back(to_iso(time));
  out.texts("escalated_at", escalated);
  out.text("last_post_at", to_iso(issue.last_post_at));
  out.time("closed_at", issue.closed_at);
  out.number("posts", issue.posts);
  out.number("voices", issue.voices);
  out.texts("sources", issue.sources);
  out.texts("rules", issue.rules);
  const Evidence& evidence = issue.evidence;
  JsonObject weighed;
  weighed.number("voices", evidence.voices);
  weighed.raw("expected", decimal(evidence.expected));
  weighed.number("window_hours", evidence.window.count());
  weighed.raw("chance", decimal(evidence.chance));
  weighed.raw("surprise", decimal(evidence.surprise));
  weighed.number("blind_hours", evidence.blind.count());
  weighed.number("posts_heard", evidence.heard);
  out.raw("evidence", weighed.done());
  out.time("unanswered_since", issue.unanswered_since);
  out.flag("coordinated", issue.coordinated);
  out.text_or_null("merged_into", issue.merged_into);
  out.text("detector", issue.detector);
  return out;
}

std::string issue_json(const Issue& issue, UtcTime now) { return issue_object(issue, now).done(); }

}  // namespace barometer
