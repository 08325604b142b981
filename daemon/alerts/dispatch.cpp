#include "daemon/alerts/dispatch.hpp"

#include <algorithm>
#include <array>

#include "daemon/alerts/delivery_hours.hpp"
#include "daemon/alerts/silence_warning.hpp"
#include "daemon/alerts/subscription.hpp"

namespace barometer {
namespace {

// An inhibiting issue may close at any time; nobody tells when.
constexpr std::chrono::minutes looked_at_again{1};

using Key = std::pair<std::string, std::string>;  // recipient, and thread or group

// What waits for one recipient in one thread.
struct Thread {
  std::vector<Alert> alerts = {};
  const Alert& newest() const { return alerts.back(); }
};

// What shares a message.
struct Group {
  std::vector<Alert> alerts = {};
  UtcTime due = UtcTime::max();
  bool urgent = false;
};

// In the words of the settings (group_by, equal).
struct Label {
  std::string_view name;
  std::string (*of)(const Issue&);
};
constexpr std::array labels{
    Label{"issue", [](const Issue& i) { return i.id; }},
    Label{"theme", [](const Issue& i) { return std::to_string(static_cast<int>(i.theme)); }},
    Label{"place", [](const Issue& i) { return i.place; }},
    Label{"tag", [](const Issue& i) { return i.tag; }},
};

bool same(const Issue& a, const Issue& b, const std::vector<std::string>& equal) {
  return std::all_of(labels.begin(), labels.end(), [&](const Label& label) {
    return std::find(equal.begin(), equal.end(), label.name) == equal.end() || label.of(a) == label.of(b);
  });
}

bool about_issue(const Alert& alert) { return alert.issue.theme != Theme{}; }

const Issue* inhibitor_of(const Issue& issue, const std::vector<Issue>& open, const std::vector<InhibitConfig>& rules) {
  for (const auto& rule : rules) {
    if (!meets(issue, rule.target)) continue;
    for (const auto& other : open)
      if (other.id != issue.id && meets(other, rule.source) && same(issue, other, rule.equal)) return &other;
  }
  return nullptr;
}

// Raised about one post by a version that knew no issues: as then, nothing holds it up.
bool of_post(const Alert& alert) { return about_issue(alert) && alert.issue.id.empty(); }

bool urgent(const Alert& alert, const RecipientConfig& recipient) {
  const bool news =
      alert.kind == AlertKind::opened || alert.kind == AlertKind::escalated || alert.kind == AlertKind::unanswered;
  const bool grave = red_flag(alert.issue) || alert.issue.severity >= recipient.urgent_from;
  return of_post(alert) || (news && about_issue(alert) && grave);
}

bool waits_for_group(AlertKind kind) {
  return kind == AlertKind::opened || kind == AlertKind::escalated || kind == AlertKind::closed;
}

// The order in which the outbox has them.
std::pair<UtcTime, std::string> in_outbox(const Alert& alert) { return {alert.raised_at, alert.id}; }

class Planner {
 public:
  Planner(const DispatchFacts& facts, const Told& told, const std::vector<RecipientConfig>& recipients,
          const AlertsConfig& settings, UtcTime now)
      : facts_(facts), told_(told), recipients_(recipients), settings_(settings), now_(now) {}

  Plan run() {
    std::map<Key, Thread> threads;
    for (const auto& alert : facts_.waiting)
      threads[{alert.recipient, alert.thread.empty() ? alert.id : alert.thread}].alerts.push_back(alert);
    for (auto& [key, thread] : threads)
      if (!held(thread)) join(thread);
    for (auto& [key, group] : groups_) close(group);
    std::sort(ready_.begin(), ready_.end(), [](const Group& a, const Group& b) {
      if (a.urgent != b.urgent) return a.urgent;
      return in_outbox(a.alerts.front()) < in_outbox(b.alerts.front());
    });
    for (auto& group : ready_) out_.parcels.push_back({std::move(group.alerts)});
    return std::move(out_);
  }

 private:
  // Silenced or inhibited: it waits on. What was over before it could be told is never told.
  bool held(const Thread& thread) {
    const auto& newest = thread.newest();
    if (newest.kind == AlertKind::silence_ends && !warned_of(newest, facts_.silences, now_)) {
      out_.withheld.emplace_back(newest.id, "the silence is over, or was changed or taken out");
      return true;
    }
    if (!about_issue(newest) || red_flag(newest.issue)) return false;
    std::string why;
    UtcTime until = now_ + looked_at_again;
    if (const auto* silence = silence_of(newest.issue, facts_.silences, now_)) {
      why = "silenced by " + silence->owner + ": " + silence->reason;
      until = silence->until;
    } else if (const auto* other = inhibitor_of(newest.issue, facts_.open, settings_.inhibit)) {
      why = "inhibited by issue " + other->id;
    } else {
      return false;
    }
    if (newest.kind == AlertKind::closed)
      for (const auto& alert : thread.alerts) out_.withheld.emplace_back(alert.id, why);
    else
      look_again(until);
    return true;
  }

  void join(Thread& thread) {
    const auto& newest = thread.newest();
    auto& group = groups_[{newest.recipient, group_of(newest, settings_)}];
    const auto recipient = std::ranges::find(recipients_, newest.recipient, &RecipientConfig::name);
    // Whoever left the settings cannot be told, and that is to be seen at once.
    const bool at_once = recipient == recipients_.end() || urgent(newest, *recipient);
    group.urgent |= at_once;
    group.due = std::min(group.due, at_once ? now_ : due(thread, *recipient));
    std::ranges::move(thread.alerts, std::back_inserter(group.alerts));
  }

  UtcTime due(const Thread& thread, const RecipientConfig& recipient) const {
    const auto& newest = thread.newest();
    UtcTime ready = thread.alerts.front().raised_at;
    // What lies ahead, of a clock that was put back since, would hold things up for as long: it leaves now.
    if (ready > now_) return may_deliver(recipient, now_);
    if (waits_for_group(newest.kind)) {
      const auto last = told_.last(newest.recipient, group_of(newest, settings_));
      const bool told = last && *last <= now_;
      ready = told ? std::max(ready, *last + settings_.group_interval) : ready + settings_.group_wait;
    }
    return may_deliver(recipient, std::max(ready, now_));
  }

  void close(Group& group) {
    if (group.due > now_) return look_again(group.due);
    std::ranges::sort(group.alerts, {}, in_outbox);
    ready_.push_back(std::move(group));
  }

  void look_again(UtcTime when) { out_.next = std::min(out_.next.value_or(when), when); }

  const DispatchFacts& facts_;
  const Told& told_;
  const std::vector<RecipientConfig>& recipients_;
  const AlertsConfig& settings_;
  UtcTime now_;
  std::map<Key, Group> groups_;
  std::vector<Group> ready_;
  Plan out_;
};

}  // namespace

void Told::note(const Alert& sent, const AlertsConfig& settings) {
  if (!sent.sent_at || !waits_for_group(sent.kind)) return;
  const auto forgotten = *sent.sent_at - settings.group_interval;
  std::erase_if(last_, [&](const auto& row) { return row.second < forgotten; });
  auto& last = last_[{sent.recipient, group_of(sent, settings)}];
  last = std::max(last, *sent.sent_at);
}

std::optional<UtcTime> Told::last(const std::string& recipient, const std::string& group) const {
  const auto row = last_.find({recipient, group});
  return row == last_.end() ? std::nullopt : std::optional(row->second);
}

std::string group_of(const Alert& alert, const AlertsConfig& settings) {
  const auto& issue = alert.issue;
  if (!about_issue(alert) || of_post(alert) || !waits_for_group(alert.kind))
    return "thread " + (alert.thread.empty() ? alert.id : alert.thread);
  // What one post raised is told as one.
  if (red_flag(issue))
    return "at " + std::to_string(alert.raised_at.time_since_epoch().count()) + '\0' + alert.post + '\0' + issue.place +
           '\0' + issue.tag;
  std::string out = "group";
  for (const auto& label : labels)
    if (std::ranges::find(settings.group_by, label.name) != settings.group_by.end())
      out.append(1, '\0').append(label.of(issue));
  return out;
}

bool overdue(const Alert& waiting) { return waiting.attempts > 0 || of_post(waiting) || red_flag(waiting.issue); }

Plan plan(const DispatchFacts& facts, const Told& told, const std::vector<RecipientConfig>& recipients,
          const AlertsConfig& settings, UtcTime now) {
  return Planner(facts, told, recipients, settings, now).run();
}

}  // namespace barometer
