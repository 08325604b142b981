#include "daemon/alerts/issue_words.hpp"

#include <array>
#include <cctype>
#include <cmath>
#include <fmt/format.h>

#include "daemon/mail_encoding.hpp"
#include "daemon/uk_time.hpp"

namespace barometer {
namespace {

using std::chrono::hours;

constexpr std::size_t longest_name = 60;  // of a place or a tag, in a subject

struct Unit {
  std::string_view name;
  double in_hours;
};
// The shortest in which the number is about one or more.
constexpr std::array units{Unit{"a day", 24}, Unit{"a week", 168}, Unit{"a month", 730}, Unit{"a year", 8766}};

std::string number_text(double number) {
  const auto rounded = number < 10 ? std::round(number * 10) / 10 : std::round(number);
  return fmt::format("{:g}", rounded);
}

// "March 2026": posts say no more, and no less is sure
std::string month_of(UtcTime time) {
  const auto text = uk_time(time);  // "Wednesday 4 March 2026, 8:15pm"
  const auto month = text.find(' ', text.find(' ') + 1) + 1;
  return text.substr(month, text.find(',') - month);
}

// "14 of 40 posts negative, usually 5"
std::string share_of(const Evidence& seen) {
  return fmt::format("{} of {} posts negative, usually {}", seen.voices, seen.heard, number_text(seen.expected));
}

// "5 people in 3 days (usually 1 a month)"; of a red flag one post is enough, and no number is usual.
std::string count_of(const Issue& issue) {
  const auto& seen = issue.evidence;
  if (issue.kind == IssueKind::unanswered && issue.unanswered_since)
    return people(issue.voices) + ", since " + month_of(*issue.unanswered_since);
  if (issue.kind == IssueKind::direction && seen.heard > 0) return share_of(seen) + " in " + time_span(seen.window);
  if (seen.window.count() <= 0 || seen.voices <= 0) return people(issue.voices);
  auto out = people(static_cast<std::uint64_t>(seen.voices)) + " in " + time_span(seen.window);
  if (issue.kind != IssueKind::red_flag) out += " (usually " + usual(seen.expected, seen.window) + ")";
  return out;
}

std::string at_place(const Issue& issue, std::string_view place) {
  return issue.place.empty() ? " at a place that is not clear" : " at " + where_of(issue, place);
}

}  // namespace

std::string people(std::uint64_t number) { return number == 1 ? "1 person" : fmt::format("{} people", number); }

std::string time_span(hours span) {
  constexpr hours day{24}, week{168};
  const auto text = [](auto number, const char* unit) {
    return fmt::format("{} {}{}", number, unit, number == 1 ? "" : "s");
  };
  if (span >= 4 * week && span % week == hours{0}) return text(span / week, "week");
  if (span >= 3 * day || (span >= 2 * day && span % day == hours{0})) return text((span + day / 2) / day, "day");
  return text(span.count(), "hour");
}

std::string usual(double expected, hours window) {
  if (!(expected > 0) || window.count() <= 0) return "none";
  const auto an_hour = expected / static_cast<double>(window.count());
  for (const auto& unit : units)
    if (an_hour * unit.in_hours >= 0.95) return fmt::format("{} {}", number_text(an_hour * unit.in_hours), unit.name);
  return "less than 1 a year";
}

std::string title_of(Theme theme) { return std::string{theme == Theme{} ? "A grave concern" : info(theme).title}; }

std::string lower_title_of(Theme theme) {
  auto text = title_of(theme);
  // "PALS" and the like stay as they are.
  const bool word = text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0;
  if (word || text[1] == ' ') text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

std::string capitalised(std::string_view text) {
  std::string out{text};
  if (!out.empty()) out[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(out[0])));
  return out;
}

std::string where_of(const Issue& issue, std::string_view place) {
  if (!issue.place.empty()) return one_line(place.empty() ? std::string_view{issue.place} : place, longest_name);
  return issue.tag.empty() ? "place not clear" : "place not clear, tag " + one_line(issue.tag, longest_name);
}

std::string headline_of(const Issue& issue, std::string_view place) {
  return fmt::format("{}: {} – {} – {}", capitalised(severity_name(issue.severity)), lower_title_of(issue.theme),
                     where_of(issue, place), count_of(issue));
}

namespace {

std::string sentence_of_kind(const Issue& issue, std::string_view place) {
  const auto theme = lower_title_of(issue.theme);
  const auto where = at_place(issue, place);
  const auto& seen = issue.evidence;
  const auto since = uk_time(issue.first_post_at);
  const auto voices = people(seen.voices > 0 ? static_cast<std::uint64_t>(seen.voices) : issue.voices);
  const auto within = seen.window.count() > 0 ? " within " + time_span(seen.window) : std::string{};
  const auto rate = usual(seen.expected, seen.window);
  switch (issue.kind) {
    case IssueKind::red_flag:
      if (issue.voices <= 1)
        return fmt::format("A concern of the gravest kind, {}, was reported{} in a public post made on {}.", theme,
                           where, since);
      return fmt::format("A concern of the gravest kind, {}, was reported{} by {} in public posts since {}.", theme,
                         where, people(issue.voices), since);
    case IssueKind::burst:
      return fmt::format("{} reported {}{} in public posts{}, the first on {}; usually it is {}.", capitalised(voices),
                         theme, where, within, since, rate);
    case IssueKind::slow_burn:
      return fmt::format(
          "{} reported {}{} in public posts{}, the first on {}: few at a time, but it keeps coming. "
          "Usually it is {}.",
          capitalised(voices), theme, where, within, since, rate);
    case IssueKind::direction:
      return fmt::format("What is reported{} in public posts has turned for the worse: {}{}. Most of it is about {}.",
                         where, share_of(seen), within, theme);
    case IssueKind::unanswered:
      return fmt::format(
          "A complaint is reported to be without an answer{}: {} said so, the first on {}{}.", where,
          people(issue.voices), since,
          issue.unanswered_since ? "; the complaint goes back to " + month_of(*issue.unanswered_since) : "");
  }
  return {};
}

}  // namespace

std::string sentence_of(const Issue& issue, std::string_view place) {
  const auto sentence = sentence_of_kind(issue, place);
  return issue.coordinated ? sentence + " Many accounts said the same words within the hour: this may be coordinated."
                           : sentence;
}

std::string_view reason_of(IssueKind kind) {
  switch (kind) {
    case IssueKind::burst: return "far more people than usual within days";
    case IssueKind::slow_burn: return "a rare concern that keeps coming, over weeks to months";
    case IssueKind::red_flag: return "one post of this severity is enough";
    case IssueKind::direction: return "the share of negative posts left its own past";
    case IssueKind::unanswered: return "a complaint that nobody answered, and which ages";
  }
  return "";
}

}  // namespace barometer
