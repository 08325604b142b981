#include "daemon/alerts/issue_mail.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "daemon/alerts/calendar.hpp"
#include "daemon/alerts/issue_words.hpp"
#include "daemon/alerts/roles.hpp"
#include "daemon/mail_encoding.hpp"
#include "daemon/source_view.hpp"
#include "daemon/uk_time.hpp"

namespace barometer {
namespace {

constexpr std::size_t most_listed = 8;  // rules, sources and gaps that are named; the rest is counted

std::string place_of(const Issue& issue, const IssueMailFacts& facts) {
  const auto row = facts.places.find(issue.place);
  return row == facts.places.end() ? issue.place : row->second;
}

std::string listed(const std::vector<std::string>& words, std::string_view otherwise) {
  std::string out;
  for (std::size_t i = 0; i < std::min(words.size(), most_listed); ++i)
    out += (i > 0 ? ", " : "") + one_line(words[i], 60);
  if (words.size() > most_listed) out += fmt::format(" and {} more", words.size() - most_listed);
  return out.empty() ? std::string{otherwise} : out;
}

std::string_view prefix_of(AlertKind kind) {
  switch (kind) {
    case AlertKind::escalated: return "Update – ";
    case AlertKind::closed: return "Closed – ";
    case AlertKind::reminder: return "Reminder – ";
    case AlertKind::unanswered: return "Not acknowledged – ";
    default: return "";
  }
}

// "Since you were told last: 5 people instead of 2, severity high instead of medium."
std::string growth(const Issue& issue, const std::optional<Issue>& before) {
  if (!before) return "You are told of it for the first time.";
  std::vector<std::string> parts;
  if (issue.voices != before->voices)
    parts.push_back(fmt::format("{} instead of {}", people(issue.voices), before->voices));
  if (issue.posts != before->posts) parts.push_back(fmt::format("{} posts instead of {}", issue.posts, before->posts));
  if (issue.severity != before->severity)
    parts.push_back(
        fmt::format("severity {} instead of {}", severity_name(issue.severity), severity_name(before->severity)));
  if (issue.sources.size() != before->sources.size())
    parts.push_back(fmt::format("{} sources instead of {}", issue.sources.size(), before->sources.size()));
  return "Since you were told last: " +
         (parts.empty() ? "nothing new was heard" : fmt::format("{}", fmt::join(parts, ", "))) + ".";
}

std::string opening_of(const Alert& alert, const IssueMailFacts& facts) {
  const auto sentence = sentence_of(alert.issue, place_of(alert.issue, facts));
  switch (alert.kind) {
    case AlertKind::escalated: return growth(alert.issue, facts.before) + " " + sentence;
    case AlertKind::closed:
      return fmt::format("This is closed: nothing more was reported after {}. {}", uk_time(alert.issue.last_post_at),
                         sentence);
    case AlertKind::reminder:
      return "This goes on and nobody has acknowledged it. " + growth(alert.issue, facts.before) + " " + sentence;
    case AlertKind::unanswered:
      return fmt::format("You stand in for {}, who has not acknowledged this. {}", one_line(facts.first_told, 60),
                         sentence);
    default: return sentence;
  }
}

std::string asked_for(const RecipientConfig& recipient) {
  std::string out = fmt::format("issues of severity {} or more", severity_name(recipient.min_severity));
  const auto part = [&](std::string_view what, const std::vector<std::string>& values) {
    if (!values.empty()) out += fmt::format("; {}: {}", what, listed(values, ""));
  };
  std::vector<std::string> titles;
  for (const auto& id : recipient.routes)
    if (const auto* role = find_role(id)) titles.emplace_back(role->title);
  part("what is answered for by", titles);
  part("themes", recipient.wanted.themes);
  part("places", recipient.wanted.places);
  part("tags", recipient.wanted.tags);
  part("kinds", recipient.wanted.kinds);
  return out;
}

MailSection why_you(const Alert& alert, const RecipientConfig& recipient) {
  return {"Why you are getting this",
          {fmt::format("Barometer's settings ask for a message to \"{}\" about {}.", one_line(recipient.name, 60),
                       asked_for(recipient))},
          {{"Opened because", std::string{reason_of(alert.issue.kind)}},
           {"Rules that fired", listed(alert.issue.rules, "none named")}},
          {}};
}

std::string chance_text(double chance) {
  if (chance >= 0.01) return "more than 1 in 100";
  if (!(chance > 1e-6)) return "less than 1 in a million";
  return fmt::format("about 1 in {:.0f}", 1 / chance);
}

// What of our own was on when it began.
void add_events(MailSection& section, const Issue& issue, const IssueMailFacts& facts) {
  if (const auto events = may_be_due_to(issue, facts.calendar); !events.empty())
    section.facts.emplace_back("May be due to", listed(events, ""));
}

MailSection how_sure(const Alert& alert, const IssueMailFacts& facts) {
  const auto& issue = alert.issue;
  MailSection out{"How sure this is", {}, {}, {}};
  if (issue.voices <= 1)
    out.sentences.push_back("This is one person's word. It may be mistaken, satire, or about another place.");
  out.facts = {{"Independent people", std::to_string(issue.voices)},
               {"Posts", fmt::format("{}, of which {} repeat another or are by the same people", issue.posts,
                                     issue.posts > issue.voices ? issue.posts - issue.voices : 0)},
               {"Sources", listed(issue.sources, "none named")}};
  if (issue.evidence.window.count() > 0) {
    out.facts.emplace_back("Usually", usual(issue.evidence.expected, issue.evidence.window));
    if (issue.evidence.chance < 1) out.facts.emplace_back("By chance alone", chance_text(issue.evidence.chance));
  }
  add_events(out, issue, facts);
  out.facts.emplace_back("Detector", issue.detector.empty() ? "rules alone" : one_line(issue.detector, 60));
  out.facts.emplace_back("Judged so far", facts.precision && facts.precision->judged > 0
                                              ? fmt::format("{} of the last {} alerts of this kind were judged right",
                                                            facts.precision->right, facts.precision->judged)
                                              : std::string{"too few alerts of this kind have been judged yet"});
  return out;
}

std::string_view in_words(GapReason reason) {
  switch (reason) {
    case GapReason::down: return "it did not answer";
    case GapReason::limited: return "it told us to wait";
    case GapReason::misconfigured: return "only a person can mend it";
    case GapReason::restarted: return "Barometer was not running";
    case GapReason::capped: return "our own budget was used up";
  }
  return "";
}

std::string told(const Gap& gap, UtcTime now) {
  const auto length = gap.to.value_or(now) - gap.from;
  const auto hours = std::chrono::round<std::chrono::hours>(length);
  const auto* const fate = !gap.caught_up   ? "whether what was said is lost is not known yet"
                           : *gap.caught_up ? "what was said was caught up with since"
                                            : "what was said is lost";
  return fmt::format("{} was not heard for {} from {}: {}; {}.", one_line(gap.source, 60),
                     hours.count() >= 2 ? time_span(hours) : length_text(length), uk_time(gap.from),
                     in_words(gap.reason), fate);
}

MailSection not_seen(const Alert& alert, const IssueMailFacts& facts) {
  MailSection out{"What we could not see", {}, {}, {}};
  for (std::size_t i = 0; i < std::min(facts.gaps.size(), most_listed); ++i)
    out.points.push_back(told(facts.gaps[i], alert.raised_at));
  if (facts.gaps.size() > most_listed)
    out.points.push_back(fmt::format("There are {} more such times.", facts.gaps.size() - most_listed));
  if (facts.gaps.empty() && facts.sources > 0)
    out.sentences.push_back(facts.sources == 1 ? "The one source was heard all the time."
                                               : fmt::format("All {} sources were heard all the time.", facts.sources));
  out.sentences.push_back(
      "Barometer hears only public posts on the sources that are set up; elsewhere others may have said the same, or "
      "the opposite.");
  return out;
}

MailSection what_is_said(const Alert& alert) {
  return {"What is said, without quoting",
          {"To protect people, this message holds neither the words of a post nor who wrote it."},
          {{"Theme", title_of(alert.issue.theme)},
           {"Severity of the worst post", capitalised(severity_name(alert.issue.severity))},
           {"First post", uk_time(alert.issue.first_post_at)},
           {"Last post", uk_time(alert.issue.last_post_at)}},
          {}};
}

MailSection who_acts(Theme theme, const AlertsConfig& settings) {
  const auto& role = role_of(theme, settings.routes);
  return {"Suggested owner and next step", {fmt::format("{}: {}.", capitalised(role.title), role.next_step)}, {}, {}};
}

MailSection do_not() {
  return {"Please do not",
          {},
          {},
          {"reply in public with any detail of a patient, not even to say that someone is one",
           "try to find out who a member of staff is", "forward this to more people than act on it"}};
}

std::string next_word(const Alert& alert, const AlertsConfig& settings) {
  if (alert.kind == AlertKind::closed) return "This ends the thread. If it is heard of again, you are told here.";
  std::string out = "You hear of it here again when it grows far beyond this, becomes graver, or ends";
  if (settings.repeat_interval.count() > 0)
    out += fmt::format(", and every {} as long as nobody acknowledges it",
                       time_span(std::chrono::round<std::chrono::hours>(settings.repeat_interval)));
  return out + ".";
}

std::vector<MailButton> buttons(const IssueMailFacts& facts) {
  std::vector<MailButton> out;
  if (!facts.page.empty()) out.push_back({"Open", facts.page});
  out.insert(out.end(), facts.actions.begin(), facts.actions.end());
  return out;
}

std::vector<std::string> footer(const std::string& next, const std::string& reference, const IssueMailFacts& facts) {
  return {next,
          facts.page.empty() ? "The posts are on Barometer's page: whoever runs Barometer can tell you its address."
                             : "What you are told of, and when, is set by whoever runs Barometer.",
          "Barometer keeps public posts for a short time and no names; your organisation's privacy notice says how.",
          "Reference: " + reference + ". This message was made by a program; replies to it are not read."};
}

}  // namespace

MailBody issue_mail(const Alert& alert, const RecipientConfig& recipient, const AlertsConfig& settings,
                    const IssueMailFacts& facts) {
  const auto& issue = alert.issue;
  MailBody out;
  out.subject = std::string{prefix_of(alert.kind)} + headline_of(issue, place_of(issue, facts));
  out.badge = alert.kind == AlertKind::closed ? "Closed" : capitalised(severity_name(issue.severity));
  out.severity = alert.kind == AlertKind::closed ? 0 : issue.severity;
  out.opening = opening_of(alert, facts);
  out.buttons = buttons(facts);
  out.sections = {why_you(alert, recipient), how_sure(alert, facts),          not_seen(alert, facts),
                  what_is_said(alert),       who_acts(issue.theme, settings), do_not()};
  out.footer = footer(next_word(alert, settings), issue.id.empty() ? alert.id : issue.id, facts);
  return out;
}

MailBody group_mail(const std::vector<Alert>& alerts, const RecipientConfig& recipient, const AlertsConfig& settings,
                    const IssueMailFacts& facts) {
  int worst = 0;
  for (const auto& alert : alerts) worst = std::max(worst, alert.issue.severity);
  MailBody out;
  out.severity = worst;
  out.badge = capitalised(severity_name(worst));
  out.subject = fmt::format("{}: {} issues – {}", out.badge, alerts.size(),
                            headline_of(alerts.back().issue, place_of(alerts.back().issue, facts)));
  out.opening = fmt::format("{} issues that belong together were opened or changed.", alerts.size());
  out.buttons = buttons(facts);
  for (const auto& alert : alerts) {
    auto section = who_acts(alert.issue.theme, settings);
    section.heading = std::string{prefix_of(alert.kind)} + headline_of(alert.issue, place_of(alert.issue, facts));
    section.sentences.insert(section.sentences.begin(), sentence_of(alert.issue, place_of(alert.issue, facts)));
    section.facts = {{"Sources", listed(alert.issue.sources, "none named")},
                     {"Rules that fired", listed(alert.issue.rules, "none named")},
                     {"Reference", alert.issue.id}};
    add_events(section, alert.issue, facts);
    out.sections.push_back(std::move(section));
  }
  out.sections.push_back({"Why you are getting this",
                          {fmt::format("Barometer's settings ask for a message to \"{}\" about {}.",
                                       one_line(recipient.name, 60), asked_for(recipient))},
                          {},
                          {}});
  out.sections.push_back(not_seen(alerts.back(), facts));
  out.sections.push_back(do_not());
  out.footer = footer(next_word(alerts.back(), settings), alerts.back().id, facts);
  return out;
}

}  // namespace barometer
