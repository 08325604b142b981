#include "daemon/alerts/policy.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "connectors/digest.hpp"

namespace barometer {
namespace {

AlertKind kind_for(IssueChange change) {
  switch (change) {
    case IssueChange::opened: return AlertKind::opened;
    case IssueChange::escalated: return AlertKind::escalated;
    case IssueChange::closed: return AlertKind::closed;
  }
  return AlertKind::opened;
}

}  // namespace

AlertPolicy::AlertPolicy(std::vector<RecipientConfig> recipients, AlertsConfig settings)
    : recipients_(std::move(recipients)), settings_(std::move(settings)) {}

std::vector<AlertPolicy::Verdict> AlertPolicy::verdicts(const Issue& issue) const {
  std::vector<Verdict> out;
  for (const auto& recipient : recipients_) out.push_back({&recipient, fit_of(issue, recipient, settings_.routes)});
  const bool somebody = std::any_of(out.begin(), out.end(), [](const Verdict& v) { return v.fit == Fit::told; });
  if (red_flag(issue) && !somebody)
    for (auto& verdict : out) verdict.fit = Fit::told;
  return out;
}

std::vector<Alert> AlertPolicy::alerts(const Issue& issue, IssueChange change, UtcTime now) const {
  std::vector<Alert> out;
  const auto kind = kind_for(change);
  for (const auto& [recipient, fit] : verdicts(issue)) {
    if (fit != Fit::told) continue;
    Alert alert{.kind = kind, .recipient = recipient->name, .issue = issue, .raised_at = now};
    alert.id = alert_id(issue.id, recipient->name, kind, issue.escalated_at.size());
    alert.thread = alert_id(issue.id, recipient->name, AlertKind::opened, 0);
    out.push_back(std::move(alert));
  }
  return out;
}

Store::TellOfIssue telling(const Config& config) {
  const auto policy = std::make_shared<const AlertPolicy>(config.mail.recipients, config.alerts);
  return [policy](const Issue& issue, IssueChange change, UtcTime now) { return policy->alerts(issue, change, now); };
}

std::string alert_id(std::string_view issue, std::string_view recipient, AlertKind kind, std::size_t number) {
  std::string seed(issue);
  seed.append(1, '\0').append(recipient).append(1, '\0').append(name_of(kind)).append(1, '\0');
  seed += std::to_string(number);
  constexpr std::size_t id_digits = 32;
  return sha256_hex(seed).substr(0, id_digits);
}

}  // namespace barometer
