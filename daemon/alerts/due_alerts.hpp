#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/alerts/silence.hpp"
#include "daemon/config.hpp"
#include "storage/store.hpp"

namespace barometer {

// What is to be told because time went by, not because somebody posted: that an issue goes on, that nobody acknowledged it, that all
// is quiet. Pure: called again at the same moment, or after a restart, it gives messages of the same ids.

struct DueFacts {
  std::vector<Alert> alerts = {};  // all that are kept, oldest first
  std::vector<Issue> open = {};    // as they are now; an issue that is not among them is over
  UtcTime since = {};              // when Barometer first listened: nothing is told of the time before
  std::vector<Silence> silences = {};
};

// Reminders after alerts.repeat_interval, messages to stand-ins after alerts.unanswered_after, digests, weekly "all quiet", board
// reports, recaps of chats, warnings before silences end.
std::vector<Alert> due_alerts(const DueFacts& facts, const Config& config, UtcTime now);

// The last such moment by the clock in the United Kingdom at or before `now`: each day at that time, or on that day of the week.
UtcTime last_at(std::chrono::minutes clock, std::optional<std::chrono::weekday> day, UtcTime now);

}  // namespace barometer
