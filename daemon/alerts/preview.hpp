#pragma once

#include <string>
#include <vector>

#include "daemon/alerts/silence.hpp"
#include "daemon/alerts/subscription.hpp"
#include "daemon/config.hpp"
#include "storage/store.hpp"

namespace barometer {

// What the settings would have sent about issues that are kept: the same policy and the same dispatch as at work, on a clock of its
// own. Every message arrives at once and nobody acknowledges, so nothing is reminded of. Of an issue only what it became is kept,
// so its earlier messages show its later numbers.

struct PreviewedMail {
  UtcTime at = {};
  std::string recipient = {};
  std::vector<Alert> alerts = {};  // as in a Parcel; never empty
};

// An issue that a recipient would not have been told of when it opened, or ever.
struct PreviewedRefusal {
  UtcTime at = {};
  std::string recipient = {};
  Issue issue = {};
  std::string reason = {};  // name of a Fit, or why it was withheld
};

struct Preview {
  std::vector<PreviewedMail> mails = {};  // by time
  std::vector<PreviewedRefusal> refusals = {};
};

// Of what happened in [from, to); messages that leave later are among them. Pure.
Preview preview(const std::vector<Issue>& issues, const Config& config, const std::vector<Silence>& silences,
                UtcTime from, UtcTime to);

}  // namespace barometer
