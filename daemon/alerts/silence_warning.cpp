#include "daemon/alerts/silence_warning.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "daemon/alerts/policy.hpp"
#include "daemon/config_settings.hpp"
#include "daemon/uk_time.hpp"

namespace barometer {
namespace {

std::string id_of(const Silence& silence, const std::string& recipient) {
  return alert_id(silence_yaml(silence, true), recipient, AlertKind::silence_ends, 0);
}

}  // namespace

std::optional<UtcTime> warning_due(const Silence& silence, std::chrono::milliseconds before) {
  if (before.count() <= 0) return std::nullopt;
  const auto due = silence.until - before;
  return silence.since ? std::max(due, *silence.since + (silence.until - *silence.since) / 2) : due;
}

Alert silence_warning(const Silence& silence, const std::string& recipient, UtcTime now) {
  Alert out{.id = id_of(silence, recipient), .kind = AlertKind::silence_ends, .recipient = recipient, .raised_at = now};
  out.thread = out.id;
  out.from = silence.since.value_or(UtcTime{});
  out.to = silence.until;
  return out;
}

const Silence* warned_of(const Alert& warning, const std::vector<Silence>& silences, UtcTime now) {
  const auto row = std::ranges::find_if(
      silences, [&](const Silence& silence) { return id_of(silence, warning.recipient) == warning.id; });
  return row == silences.end() || now >= row->until ? nullptr : &*row;
}

MailBody silence_mail(const Alert& warning, const Silence& silence) {
  MailBody out;
  out.badge = "A silence ends";
  out.subject = fmt::format("A silence ends on {}: {}", uk_time(silence.until), silence.reason);
  out.opening = fmt::format(
      "The silence below ends on {}. From then on its issues are told again, and what waited because of it leaves.",
      uk_time(silence.until));
  MailSection what{"What is silenced", {}, {{"Owner", silence.owner}, {"Reason", silence.reason}}, {}};
  if (silence.since) what.facts.emplace_back("Made", uk_time(*silence.since));
  for (const auto& list : match_lists())
    if (const auto& values = silence.match.*list.member; !values.empty())
      what.facts.emplace_back(std::string(list.sentence.substr(0, list.sentence.find_first_of(",."))),
                              fmt::format("{}", fmt::join(values, ", ")));
  out.sections = {
      std::move(what),
      {"What to do",
       {},
       {},
       {"nothing, if it may end",
        "change its `until` in the file of silences, or make a new one with `barometer silence`, if it is still "
        "needed"}}};
  out.footer = {"Red flags are told all the same, silence or not.",
                "Reference: " + warning.id + ". This message was made by a program; replies to it are not read."};
  return out;
}

}  // namespace barometer
