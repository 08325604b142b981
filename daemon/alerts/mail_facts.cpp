#include "daemon/alerts/mail_facts.hpp"

#include <algorithm>

#include "daemon/service_title.hpp"

namespace barometer {
namespace {

// From when on it matters that a source was blind.
UtcTime window_begin(const Issue& issue, UtcTime raised_at) {
  const auto window = issue.evidence.window;
  return window.count() > 0 ? std::min(issue.first_post_at, raised_at - window) : issue.first_post_at;
}

}  // namespace

Result<IssueMailFacts> mail_facts(const Store& store, const Parcel& parcel, const Config& config) {
  const auto& newest = parcel.alerts.back();
  IssueMailFacts facts;
  facts.sources = config.sources.size();
  facts.page = config.web.public_url;
  facts.calendar = config.calendar;
  for (const auto& alert : parcel.alerts)
    facts.places[alert.issue.place] = service_title(config.services, alert.issue.place);
  const GapFilter during{.from = window_begin(newest.issue, newest.raised_at), .to = newest.raised_at};
  const auto gaps = store.gaps(during, [&](const Gap& gap) { return facts.gaps.push_back(gap), true; });
  if (!gaps) return gaps.error();
  std::ranges::stable_sort(facts.gaps, {}, &Gap::from);

  const auto& recipients = config.mail.recipients;
  const auto told = store.alerts([&](const Alert& alert) {
    if (alert.issue.id.empty() || alert.issue.id != newest.issue.id || !alert.sent_at) return true;
    if (alert.recipient == newest.recipient && alert.raised_at <= newest.raised_at) facts.before = alert.issue;
    const auto first = std::ranges::find(recipients, alert.recipient, &RecipientConfig::name);
    if (first != recipients.end() && first->stand_in == newest.recipient) facts.first_told = alert.recipient;
    return true;
  });
  if (!told) return told.error();
  const auto judged = recent_precision(store, newest.issue.kind, newest.issue.theme);
  if (!judged) return judged.error();
  if (judged->judged >= few_judged) facts.precision = *judged;
  return facts;
}

}  // namespace barometer
