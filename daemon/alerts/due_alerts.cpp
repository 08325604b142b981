#include "daemon/alerts/due_alerts.hpp"

#include <algorithm>
#include <map>

#include "connectors/time.hpp"
#include "daemon/alerts/policy.hpp"
#include "daemon/alerts/silence_warning.hpp"
#include "daemon/alerts/subscription.hpp"
#include "daemon/busy_hours.hpp"
#include "daemon/report/board_report.hpp"
#include "daemon/uk_time.hpp"

namespace barometer {
namespace {

using std::chrono::days;

constexpr std::chrono::minutes heard_late{15};  // after a chat, for its last posts to come in

// What one recipient was told of one issue.
struct Story {
  std::vector<const Alert*> told = {};  // those that were sent, oldest first
  std::optional<UtcTime> acknowledged = {};
  bool waits = false;  // something is on its way already

  const Alert& last() const { return *told.back(); }
  bool answered() const { return acknowledged && *acknowledged >= *last().sent_at; }
  auto count(AlertKind kind) const {
    return static_cast<std::size_t>(std::ranges::count(told, kind, [](const Alert* alert) { return alert->kind; }));
  }
};

using Stories = std::map<std::pair<std::string, std::string>, Story>;  // by recipient and issue

Stories stories_of(const std::vector<Alert>& alerts) {
  Stories out;
  for (const auto& alert : alerts) {
    if (alert.issue.id.empty()) continue;
    auto& story = out[{alert.recipient, alert.issue.id}];
    story.waits |= alert.waits();
    if (alert.sent_at) story.told.push_back(&alert);
    if (alert.acknowledged_at)
      story.acknowledged = std::max(story.acknowledged.value_or(*alert.acknowledged_at), *alert.acknowledged_at);
  }
  return out;
}

class Due {
 public:
  Due(const DueFacts& facts, const Config& config, UtcTime now)
      : facts_(facts), config_(config), now_(now), stories_(stories_of(facts.alerts)) {}

  std::vector<Alert> run() {
    for (const auto& recipient : config_.mail.recipients) {
      for (const auto& issue : facts_.open) of_issue(recipient, issue);
      of_period(recipient);
      if (recipient.recap)
        for (const auto& chat : config_.chats) of_chat(recipient.name, chat);
    }
    for (const auto& silence : facts_.silences) of_silence(silence);
    return std::move(out_);
  }

 private:
  // An owner that is no recipient cannot be told, so everybody is.
  void of_silence(const Silence& silence) {
    const auto due = warning_due(silence, config_.alerts.silences_warn_before);
    if (!due || now_ < *due || now_ >= silence.until) return;
    const auto& all = config_.mail.recipients;
    const bool known = std::ranges::find(all, silence.owner, &RecipientConfig::name) != all.end();
    for (const auto& recipient : all)
      if (!known || recipient.name == silence.owner) raise(silence_warning(silence, recipient.name, now_));
  }

  void of_issue(const RecipientConfig& recipient, const Issue& issue) {
    const auto row = stories_.find({recipient.name, issue.id});
    if (row == stories_.end()) return;
    const auto& story = row->second;
    if (story.told.empty() || story.waits || story.answered() || story.last().kind == AlertKind::closed) return;
    const auto silent_for = now_ - *story.last().sent_at;
    const auto repeat = config_.alerts.repeat_interval;
    if (repeat.count() > 0 && silent_for >= repeat)
      add(recipient.name, AlertKind::reminder, issue, story.count(AlertKind::reminder));
    const bool grave = red_flag(issue) || issue.severity >= recipient.urgent_from;
    if (grave && !recipient.stand_in.empty() && silent_for >= config_.alerts.unanswered_after)
      add(recipient.stand_in, AlertKind::unanswered, issue, issue.escalated_at.size());
  }

  void add(const std::string& to, AlertKind kind, const Issue& issue, std::size_t number) {
    Alert alert{.id = alert_id(issue.id, to, kind, number), .kind = kind, .recipient = to, .issue = issue};
    alert.thread = alert_id(issue.id, to, AlertKind::opened, 0);
    raise(std::move(alert));
  }

  void of_period(const RecipientConfig& recipient) {
    const auto clock = parse_clock(config_.alerts.digest_at);
    const auto day = parse_weekday(config_.alerts.weekly_on);
    if (!clock || !day) return;
    if (recipient.digest == "daily") period(recipient.name, AlertKind::digest, *clock, std::nullopt);
    if (recipient.digest == "weekly") period(recipient.name, AlertKind::digest, *clock, *day);
    if (recipient.weekly) period(recipient.name, AlertKind::all_quiet, *clock, *day);
    if (recipient.report == "monthly") of_month(recipient.name, *clock);
  }

  // A month of which nothing was heard has no report; one that could not be made on its day is made within the week.
  void of_month(const std::string& to, std::chrono::minutes clock) {
    const auto month = month_to_report(clock, now_);
    if (month.to <= facts_.since || now_ - month.due >= days{7}) return;
    Alert alert{.id = alert_id(to_iso(month.to), to, AlertKind::report, 0),
                .kind = AlertKind::report,
                .recipient = to,
                .from = month.from,
                .to = month.to};
    alert.thread = alert.id;
    raise(std::move(alert));
  }

  // What was missed while we were not running is told for the last period alone, and only while it is fresh.
  void period(const std::string& to, AlertKind kind, std::chrono::minutes clock,
              std::optional<std::chrono::weekday> day) {
    const auto end = last_at(clock, day, now_);
    const auto begin = last_at(clock, day, end - std::chrono::milliseconds{1});
    if (end <= facts_.since || now_ - end >= days{1}) return;
    const bool told = std::ranges::any_of(facts_.alerts, [&](const Alert& alert) {
      return alert.recipient == to && alert.raised_at >= begin && alert.raised_at < end &&
             alert.issue.theme != Theme{} && !alert.withdrawn_at;
    });
    if (told == (kind == AlertKind::all_quiet)) return;  // a digest of nothing is none; a week with news is not quiet
    Alert alert{.id = alert_id(to_iso(end), to, kind, 0), .kind = kind, .recipient = to, .from = begin, .to = end};
    alert.thread = alert.id;
    raise(std::move(alert));
  }

  // Once the last answers have been heard.
  void of_chat(const std::string& to, const ChatConfig& chat) {
    const auto begins = parse_clock(chat.from), ends = parse_clock(chat.to);
    const auto day = parse_weekday(chat.weekday.substr(0, 3));
    if (!begins || !ends || !day || *ends <= *begins) return;
    const auto end = last_at(*ends, *day, now_ - heard_late);
    if (end <= facts_.since || now_ - end >= days{1}) return;
    Alert alert{
        .id = alert_id(chat.tag + to_iso(end), to, AlertKind::recap, 0), .kind = AlertKind::recap, .recipient = to};
    alert.thread = alert.id;
    alert.from = last_at(*begins, *day, end);
    alert.to = end;
    raise(std::move(alert));
  }

  void raise(Alert alert) {
    const bool known = std::ranges::find(facts_.alerts, alert.id, &Alert::id) != facts_.alerts.end();
    const bool twice = std::ranges::find(out_, alert.id, &Alert::id) != out_.end();
    if (known || twice) return;
    alert.raised_at = now_;
    out_.push_back(std::move(alert));
  }

  const DueFacts& facts_;
  const Config& config_;
  UtcTime now_;
  Stories stories_;
  std::vector<Alert> out_;
};

}  // namespace

std::vector<Alert> due_alerts(const DueFacts& facts, const Config& config, UtcTime now) {
  return Due(facts, config, now).run();
}

UtcTime last_at(std::chrono::minutes clock, std::optional<std::chrono::weekday> day, UtcTime now) {
  auto date = std::chrono::floor<days>(to_uk(now));
  while ((day && std::chrono::weekday{date} != *day) || from_uk(date + clock) > now) date -= days{1};
  return from_uk(date + clock);
}

}  // namespace barometer
