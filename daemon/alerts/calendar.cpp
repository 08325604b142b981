#include "daemon/alerts/calendar.hpp"

#include <algorithm>

#include "connectors/time.hpp"
#include "daemon/alerts/subscription.hpp"
#include "daemon/uk_time.hpp"

namespace barometer {
namespace {

// "2026-03-04" alone is that day in the United Kingdom; with a clock time it is a moment.
std::optional<UtcTime> moment_of(const std::string& text, std::chrono::days after) {
  const auto time = parse_time(text);
  const bool day_alone = text.find(':') == text.npos && text.find('T') == text.npos;
  if (!time || !day_alone) return time;
  return from_uk(UkTime{time->time_since_epoch() + after});
}

}  // namespace

std::optional<EventTimes> times_of(const EventConfig& event) {
  const auto from = moment_of(event.from, std::chrono::days{0}), to = moment_of(event.to, std::chrono::days{1});
  if (!from || !to || *to <= *from) return std::nullopt;
  return EventTimes{*from, *to};
}

std::vector<std::string> may_be_due_to(const Issue& issue, const std::vector<EventConfig>& calendar) {
  std::vector<std::string> out;
  for (const auto& event : calendar) {
    const auto times = times_of(event);
    const bool then = times && issue.first_post_at < times->to && issue.opened_at >= times->from;
    if (then && meets(issue, IssueMatch{.places = event.places, .tags = event.tags})) out.push_back(event.name);
  }
  return out;
}

void put_events(JsonObject& out, const Issue& issue, const std::vector<EventConfig>& calendar) {
  out.texts("may_be_due_to", may_be_due_to(issue, calendar));
}

}  // namespace barometer
