#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/alerts/silence.hpp"
#include "storage/store.hpp"

namespace barometer {

// Which of the messages that wait leave now, and together with which: grouping, silences, inhibition and hours of delivery, after
// the model of Alertmanager (its documentation, "Alerting overview" and "Configuration"). Pure: settings may change while
// messages wait.

// What leaves as one message, to one recipient, oldest first. The last of each thread says what is told, the very last names the
// message; so what is tried again after more has joined is a new message and no twin of the one that may have arrived.
struct Parcel {
  std::vector<Alert> alerts = {};
};

struct Plan {
  std::vector<Parcel> parcels = {};  // red flags first, then in the order in which their first was raised
  std::vector<std::pair<std::string, std::string>> withheld = {};  // alert, and why it is never sent
  std::optional<UtcTime> next = {};                                // when to look again, if nothing else happens
};

// When each group of each recipient was told last.
class Told {
 public:
  void note(const Alert& sent, const AlertsConfig& settings);
  std::optional<UtcTime> last(const std::string& recipient, const std::string& group) const;

 private:
  std::map<std::pair<std::string, std::string>, UtcTime> last_ = {};
};

// What issues must share to share a message. A red flag shares one only with what the same post raised at the same place.
std::string group_of(const Alert& alert, const AlertsConfig& settings);

// Whether what waits should have left by now: nothing in the settings holds up a red flag, and what was tried was due.
bool overdue(const Alert& waiting);

struct DispatchFacts {
  std::vector<Alert> waiting = {};  // oldest first
  std::vector<Issue> open = {};     // for inhibition
  std::vector<Silence> silences = {};
};

Plan plan(const DispatchFacts& facts, const Told& told, const std::vector<RecipientConfig>& recipients,
          const AlertsConfig& settings, UtcTime now);

}  // namespace barometer
