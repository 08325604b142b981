#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/alerts/mail_body.hpp"
#include "daemon/config.hpp"
#include "daemon/review/precision.hpp"
#include "storage/store.hpp"

namespace barometer {

// What the message of an alert needs beside the alert; read when it is about to leave.
struct IssueMailFacts {
  std::map<std::string, std::string> places = {};  // titles of services by id; one without a title is shown by its id
  std::optional<Issue> before = {};                // as this recipient was told of it last
  std::vector<Gap> gaps = {};                      // in which a source was blind, and which overlap the window
  std::size_t sources = 0;                         // that are listened to
  std::optional<Precision> precision = {};
  std::string first_told = {};             // of AlertKind::unanswered: the role that has not acknowledged
  std::string page = {};                   // where people read it; empty: no link
  std::vector<MailButton> actions = {};    // Acknowledge and so on
  std::vector<EventConfig> calendar = {};  // of the settings
};

// The message of conventions.md 5.2 in its order: what changed, why you, how sure, what we could not see, what is said, who acts,
// what can be done, the foot. No word of a post, no handle, no identifier. Pure.
MailBody issue_mail(const Alert& alert, const RecipientConfig& recipient, const AlertsConfig& settings,
                    const IssueMailFacts& facts);

// Several issues in one message: what shares a group. `alerts` is not empty.
MailBody group_mail(const std::vector<Alert>& alerts, const RecipientConfig& recipient, const AlertsConfig& settings,
                    const IssueMailFacts& facts);

}  // namespace barometer
