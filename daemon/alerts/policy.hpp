#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/issues/issue.hpp"
#include "connectors/result.hpp"
#include "daemon/alerts/alert_config.hpp"
#include "daemon/alerts/subscription.hpp"
#include "daemon/config.hpp"
#include "storage/store.hpp"

namespace barometer {

// Who is to be told what of an issue. Made once from checked settings, then only read: pure, any thread. When a message leaves is
// not decided here but in dispatch.hpp, so that the same posts raise the same alerts whenever they are replayed.
class AlertPolicy {
 public:
  AlertPolicy(std::vector<RecipientConfig> recipients, AlertsConfig settings);

  // What the change calls for, one a recipient at most: something when an issue opened, escalated or closed, nothing when it
  // was joined or cooled. A red flag that nobody subscribed to is told to everybody. `now` is the tracker's clock.
  std::vector<Alert> alerts(const Issue& issue, IssueChange change, UtcTime now) const;

  // Each recipient's verdict on an issue; what alerts() acts on.
  struct Verdict {
    const RecipientConfig* recipient = nullptr;
    Fit fit = Fit::told;
  };
  std::vector<Verdict> verdicts(const Issue& issue) const;

 private:
  std::vector<RecipientConfig> recipients_;
  AlertsConfig settings_;
};

// The policy of these settings as the store calls it, in the write that changes an issue.
Store::TellOfIssue telling(const Config& config);

// A function of these alone, so that the same message is never raised twice: `number` tells apart messages of one kind.
std::string alert_id(std::string_view issue, std::string_view recipient, AlertKind kind, std::size_t number);

}  // namespace barometer
