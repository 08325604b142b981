#include "daemon/alerts/preview.hpp"

#include <algorithm>

#include "daemon/alerts/dispatch.hpp"
#include "daemon/alerts/policy.hpp"

namespace barometer {
namespace {

struct Event {
  UtcTime at = {};
  Issue issue = {};  // as it was then, as far as that is known
  IssueChange change = IssueChange::opened;
};

bool open_at(const Issue& issue, UtcTime now) {
  return issue.opened_at <= now && (!issue.closed_at || now < *issue.closed_at);
}

std::vector<Event> events_of(const std::vector<Issue>& issues, UtcTime from, UtcTime to) {
  std::vector<Event> out;
  const auto add = [&](UtcTime at, Issue issue, IssueChange change) {
    std::erase_if(issue.escalated_at, [at](UtcTime escalated) { return escalated > at; });
    if (at >= from && at < to) out.push_back({at, std::move(issue), change});
  };
  for (const auto& issue : issues) {
    add(issue.opened_at, issue, IssueChange::opened);
    for (const auto at : issue.escalated_at) add(at, issue, IssueChange::escalated);
    if (issue.closed_at) add(*issue.closed_at, issue, IssueChange::closed);
  }
  std::ranges::stable_sort(out, {}, &Event::at);
  return out;
}

// A mail room whose clock jumps from one moment at which something happens to the next.
class MailRoom {
 public:
  MailRoom(const std::vector<Issue>& issues, const Config& config, const std::vector<Silence>& silences)
      : issues_(issues), config_(config), policy_(config.mail.recipients, config.alerts) {
    facts_.silences = silences;
  }

  // What is still held up `later` is not looked at any more.
  Preview run(const std::vector<Event>& events, UtcTime later) {
    for (const auto& event : events) {
      work_until(event.at);
      take(event);
    }
    work_until(later);
    for (const auto& alert : facts_.waiting)
      out_.refusals.push_back({alert.raised_at, alert.recipient, alert.issue, "held up for more than a week"});
    return std::move(out_);
  }

 private:
  void take(const Event& event) {
    for (auto& alert : policy_.alerts(event.issue, event.change, event.at)) facts_.waiting.push_back(std::move(alert));
    if (event.change == IssueChange::opened)
      for (const auto& verdict : policy_.verdicts(event.issue))
        if (verdict.fit != Fit::told)
          out_.refusals.push_back({event.at, verdict.recipient->name, event.issue, std::string(name_of(verdict.fit))});
    next_ = deliver(event.at);
  }

  // All that leaves before that moment.
  void work_until(UtcTime end) {
    while (next_ && *next_ < end) next_ = deliver(*next_);
  }

  std::optional<UtcTime> deliver(UtcTime now) {
    facts_.open.clear();
    for (const auto& issue : issues_)
      if (open_at(issue, now)) facts_.open.push_back(issue);
    auto planned = plan(facts_, told_, config_.mail.recipients, config_.alerts, now);
    for (const auto& [id, reason] : planned.withheld) {
      const auto alert = std::ranges::find(facts_.waiting, id, &Alert::id);
      out_.refusals.push_back({now, alert->recipient, alert->issue, reason});
      facts_.waiting.erase(alert);
    }
    for (auto& parcel : planned.parcels) {
      for (auto& alert : parcel.alerts) {
        alert.sent_at = now;
        told_.note(alert, config_.alerts);
        std::erase_if(facts_.waiting, [&](const Alert& waiting) { return waiting.id == alert.id; });
      }
      out_.mails.push_back({now, parcel.alerts.back().recipient, std::move(parcel.alerts)});
    }
    return planned.next;
  }

  const std::vector<Issue>& issues_;
  const Config& config_;
  AlertPolicy policy_;
  DispatchFacts facts_;
  Told told_;
  std::optional<UtcTime> next_;
  Preview out_;
};

}  // namespace

Preview preview(const std::vector<Issue>& issues, const Config& config, const std::vector<Silence>& silences,
                UtcTime from, UtcTime to) {
  return MailRoom(issues, config, silences).run(events_of(issues, from, to), to + std::chrono::days{8});
}

}  // namespace barometer
