#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/issues/issue.hpp"
#include "connectors/result.hpp"
#include "daemon/alerts/alert_config.hpp"
#include "daemon/json_object.hpp"

namespace barometer {

// Campaigns and events of our own, in whose time more is said than usual. They say what a rise may be due to, and hold nothing up. Pure.

struct EventTimes {
  UtcTime from = {};
  UtcTime to = {};  // exclusive
};
// Empty if a time is none, or the end is not after the begin.
std::optional<EventTimes> times_of(const EventConfig& event);

// Names of the events that were on when the issue began: between its first post and when it was opened, at its place, under its tag.
std::vector<std::string> may_be_due_to(const Issue& issue, const std::vector<EventConfig>& calendar);

// Behind the fields of an issue (issue_view.hpp):
//   "may_be_due_to":[name,…]
void put_events(JsonObject& out, const Issue& issue, const std::vector<EventConfig>& calendar);

}  // namespace barometer
