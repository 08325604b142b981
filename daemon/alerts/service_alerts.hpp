#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/config.hpp"
#include "storage/store.hpp"

namespace barometer {

// What those who run Barometer are to know of Barometer itself, in the words of Alertmanager: its labels hold names of the settings and
// nothing that anybody wrote. Pure.

struct ServiceFacts {
  std::vector<Gap> blind = {};               // open gaps, one a source at most
  std::optional<UtcTime> unsent_since = {};  // when the oldest message was raised that should have left
  std::optional<int> store_free = {};        // percent of the store's file system; empty: not known
};

struct ServiceAlert {
  std::string name = {};  // as in deploy/alerts.yml, so that one route serves both
  std::string severity = {};
  std::map<std::string, std::string> labels = {};  // beside those two
  std::string summary = {};
  std::string description = {};  // what to do
  UtcTime since = {};
  std::optional<UtcTime> over_since = {};  // empty while it lasts

  // Two of the same identity are one alert.
  bool same_as(const ServiceAlert& other) const { return name == other.name && labels == other.labels; }
};

// What is wrong at `now`.
std::vector<ServiceAlert> service_alerts(const ServiceFacts& facts, const Config& config, UtcTime now);

// What Alertmanager is told from round to round: what lasts, with when it began, and for a while what is over, since a message may get
// lost on either side.
class ServiceBoard {
 public:
  static constexpr std::chrono::minutes told_after{15};  // as long as Prometheus repeats what is over

  // What is to be told now that this is wrong.
  const std::vector<ServiceAlert>& update(const std::vector<ServiceAlert>& wrong, UtcTime now);

 private:
  std::vector<ServiceAlert> told_ = {};
};

// The body of POST /api/v2/alerts (https://prometheus.io/docs/alerting/latest/alerts_api/): what lasts ends by itself unless it is
// told again within four rounds.
std::string alertmanager_json(const std::vector<ServiceAlert>& alerts, const Config& config, UtcTime now);

}  // namespace barometer
