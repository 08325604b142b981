#include "daemon/report/board_report.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <numeric>

#include "daemon/alerts/issue_words.hpp"
#include "daemon/uk_time.hpp"

namespace barometer {
namespace {

using std::chrono::hours;

std::string counted(std::uint64_t number, std::string_view unit) {
  return fmt::format("{} {}{}", number, unit, number == 1 ? "" : "s");
}

std::string of(std::uint64_t number, std::uint64_t all) {
  if (all == 0) return "none";
  return fmt::format("{} ({:.0f} %)", number, 100.0 * static_cast<double>(number) / static_cast<double>(all));
}

std::string length_of(std::chrono::milliseconds time) {
  if (time < hours{2}) return counted(static_cast<std::uint64_t>(time / std::chrono::minutes{1}), "minute");
  if (time < hours{72}) return counted(static_cast<std::uint64_t>(std::chrono::round<hours>(time).count()), "hour");
  return counted(static_cast<std::uint64_t>(std::chrono::round<std::chrono::days>(time).count()), "day");
}

// "half within 3 hours, nine in ten within 2 days"
std::string spread(std::vector<std::chrono::milliseconds> times) {
  if (times.empty()) return "not known";
  std::ranges::sort(times);
  const auto at = [&](std::size_t tenths) { return times[(times.size() * tenths + 9) / 10 - 1]; };
  if (times.size() < 3) return "the longest " + length_of(times.back());
  return fmt::format("half within {}, nine in ten within {}", length_of(at(5)), length_of(at(9)));
}

template <class Of>
std::uint64_t how_many(const ReportFacts& facts, Of meets) {
  return static_cast<std::uint64_t>(std::ranges::count_if(facts.issues, meets));
}

bool told(const IssueFacts& row) { return row.told_at.has_value(); }
bool seen(const IssueFacts& row) { return row.acknowledged_at.has_value(); }
bool closed(const IssueFacts& row) { return row.issue.closed_at.has_value(); }

std::uint64_t posts_of(const ReportFacts& facts) {
  return std::accumulate(facts.posts.begin(), facts.posts.end(), std::uint64_t{0});
}

std::string in_issues(const ReportFacts& facts) { return counted(facts.issues.size(), "issue"); }

ReportSection inputs(const ReportFacts& facts) {
  const auto& heard = facts.listening;
  const auto all = std::chrono::floor<hours>(heard.possible).count(),
             blind = std::chrono::round<hours>(heard.blind).count();
  const auto sample =
      fmt::format("{} of {}", counted(static_cast<std::uint64_t>(all), "hour"), counted(heard.sources, "source"));
  return {"Inputs",
          "What went into listening.",
          {{"Sources listened to", std::to_string(heard.sources), counted(heard.sources, "source")},
           {"Hours listened", of(static_cast<std::uint64_t>(all - blind), static_cast<std::uint64_t>(all)), sample},
           {"Hours in which a source was blind", of(static_cast<std::uint64_t>(blind), static_cast<std::uint64_t>(all)),
            sample},
           {"Of these, caught up with afterwards",
            of(static_cast<std::uint64_t>(std::chrono::round<hours>(heard.caught_up).count()),
               static_cast<std::uint64_t>(blind)),
            counted(static_cast<std::uint64_t>(blind), "blind hour")},
           {"Roles that are told", std::to_string(facts.recipients), counted(facts.recipients, "recipient")}}};
}

ReportSection outputs(const ReportFacts& facts) {
  const auto posts = posts_of(facts);
  const auto in_posts = counted(posts, "post");
  const auto concerns = std::accumulate(facts.concerns.begin(), facts.concerns.end(), std::uint64_t{0});
  ReportSection out{"Outputs", "What came of it: what was heard, found and told.", {}};
  out.rows = {{"Posts heard (one under several tags counts under each)", std::to_string(posts), in_posts},
              {"Negative, neutral, positive", fmt::format("{}, {}, {}", facts.posts[0], facts.posts[1], facts.posts[2]),
               in_posts},
              {"Concerns about care", std::to_string(concerns), in_posts}};
  std::vector<std::pair<std::string, std::uint64_t>> themes(facts.themes.begin(), facts.themes.end());
  std::ranges::stable_sort(themes, std::ranges::greater{}, [](const auto& row) { return row.second; });
  if (themes.size() > 5) themes.resize(5);
  for (const auto& [title, number] : themes)
    out.rows.push_back({"Concern: " + title, of(number, concerns), counted(concerns, "concern")});
  out.rows.push_back({"Issues found", std::to_string(facts.issues.size()), in_issues(facts)});
  for (const auto kind :
       {IssueKind::red_flag, IssueKind::burst, IssueKind::slow_burn, IssueKind::direction, IssueKind::unanswered}) {
    const auto number = how_many(facts, [kind](const IssueFacts& row) { return row.issue.kind == kind; });
    out.rows.push_back(
        {fmt::format("Found because of {}", reason_of(kind)), of(number, facts.issues.size()), in_issues(facts)});
  }
  std::uint64_t sent = 0;
  for (const auto& [kind, number] : facts.sent) sent += number;
  out.rows.push_back({"Messages sent", std::to_string(sent), counted(sent + facts.unsent + facts.withheld, "message")});
  return out;
}

// From one moment of an issue's life to another, where both are known.
std::string how_long(const ReportFacts& facts, const std::function<std::optional<UtcTime>(const IssueFacts&)>& from,
                     const std::function<std::optional<UtcTime>(const IssueFacts&)>& to, std::size_t& known) {
  std::vector<std::chrono::milliseconds> times;
  for (const auto& row : facts.issues)
    if (const auto begin = from(row), end = to(row); begin && end) times.push_back(std::max(*end - *begin, {}));
  known = times.size();
  return spread(std::move(times));
}

ReportSection outtakes(const ReportFacts& facts) {
  const auto opened = [](const IssueFacts& row) { return std::optional{row.issue.opened_at}; };
  const auto first = [](const IssueFacts& row) { return std::optional{row.issue.first_post_at}; };
  const auto told_at = [](const IssueFacts& row) { return row.told_at; };
  const auto seen_at = [](const IssueFacts& row) { return row.acknowledged_at; };
  ReportSection out{"Outtakes", "How early it reached somebody, and whether they took it in.", {}};
  std::size_t known = 0;
  const auto add = [&](const char* measure, const std::string& value) {
    out.rows.push_back({measure, value, counted(known, "issue")});
  };
  add("From the first post to its being seen as an issue", how_long(facts, first, opened, known));
  add("From there to somebody being told", how_long(facts, opened, told_at, known));
  add("From being told to acknowledging", how_long(facts, told_at, seen_at, known));
  const auto were_told = how_many(facts, told);
  out.rows.push_back({"Issues told to somebody", of(were_told, facts.issues.size()), in_issues(facts)});
  out.rows.push_back({"Acknowledged", of(how_many(facts, seen), were_told), counted(were_told, "issue") + " told"});
  return out;
}

ReportSection outcomes(const ReportFacts& facts) {
  const auto over = how_many(facts, closed);
  const auto came_to = [&](ReviewStatus status) {
    return how_many(facts, [status](const IssueFacts& row) { return row.conclusion == status; });
  };
  const auto acted_on = came_to(ReviewStatus::actioned);
  const auto concluded = acted_on + came_to(ReviewStatus::not_care) + came_to(ReviewStatus::duplicate);
  const auto sample = counted(concluded, "issue") + " that people concluded";
  const auto quiet = how_many(facts, [](const IssueFacts& row) { return closed(row) && !told(row); });
  return {"Outcomes",
          "What was done, as far as it is known here.",
          {{"Issues that people concluded", of(concluded, facts.issues.size()), in_issues(facts)},
           {"Action taken", of(acted_on, concluded), sample},
           {"Not about care", of(came_to(ReviewStatus::not_care), concluded), sample},
           {"The same as another", of(came_to(ReviewStatus::duplicate), concluded), sample},
           {"Issues of which nothing more is heard", of(over, facts.issues.size()), in_issues(facts)},
           {"Of these, without anybody having been told", of(quiet, over), counted(over, "issue") + " over"}}};
}

ReportSection impact(const ReportFacts& facts) {
  const auto posts = posts_of(facts);
  std::uint64_t looked_at = 0;
  for (const auto& row : facts.issues) looked_at += row.issue.posts;
  const auto grave = [](const IssueFacts& row) { return row.issue.severity >= 3; };
  const auto graver = how_many(facts, grave);
  const auto few = how_many(facts, [&](const IssueFacts& row) { return grave(row) && row.issue.voices <= 3; });
  return {"Impact",
          "What difference that made.",
          {{"Issues after which a change was made",
            of(how_many(facts, [](const IssueFacts& row) { return row.change_made; }), facts.issues.size()),
            in_issues(facts)},
           {"After which one was planned",
            of(how_many(facts, [](const IssueFacts& row) { return row.change_planned; }), facts.issues.size()),
            in_issues(facts)},
           {"Issues of severity high and above", of(graver, facts.issues.size()), in_issues(facts)},
           {"Of these, seen while three people or fewer had spoken", of(few, graver), counted(graver, "issue")},
           {"Posts that somebody has to read, in place of all", fmt::format("{} of {}", looked_at, posts),
            counted(posts, "post")}}};
}

// "7 (70 %), truly between 40 and 89 %"
std::string of_judged(const Precision& judged) {
  if (judged.judged == 0) return "not known";
  const auto where = wilson(judged.right, judged.judged);
  return fmt::format("{}, truly between {:.0f} and {:.0f} %",
                     of(static_cast<std::uint64_t>(judged.right), static_cast<std::uint64_t>(judged.judged)),
                     100 * where.low, 100 * where.high);
}

std::string judged_of(const Precision& judged, std::string_view unit) {
  return counted(static_cast<std::uint64_t>(judged.judged), unit);
}

ReportSection learning(const ReportFacts& facts) {
  const auto again = how_many(facts, [](const IssueFacts& row) { return !row.issue.escalated_at.empty(); });
  return {"Learning and innovation",
          "What to do better.",
          {{"Issues judged right", of_judged(facts.judged), judged_of(facts.judged, "issue")},
           {"Posts without a flag that rightly had none", of_judged(facts.sampled),
            judged_of(facts.sampled, "sampled post")},
           {"Issues that grew or came back after they were told", of(again, facts.issues.size()), in_issues(facts)},
           {"Messages that should have left and wait", std::to_string(facts.unsent), counted(facts.unsent, "message")},
           {"Messages withheld by a silence or the like", std::to_string(facts.withheld),
            counted(facts.withheld, "message")}}};
}

std::string date_of(UtcTime time) {
  const auto text = uk_time(time);  // "Wednesday 4 March 2026, 8:15pm"
  const auto day = text.find(' ') + 1;
  return text.substr(day, text.find(',') - day);
}

}  // namespace

std::vector<ReportSection> board_report(const ReportFacts& facts) {
  return {inputs(facts), outputs(facts), outtakes(facts), outcomes(facts), impact(facts), learning(facts)};
}

std::string report_span(UtcTime from, UtcTime to) {
  return date_of(from) + " to " + date_of(to - std::chrono::milliseconds{1});
}

MailBody report_mail(const ReportFacts& facts, const std::string& reference, const std::string& page) {
  MailBody out;
  out.badge = "Board report";
  out.subject =
      fmt::format("Board report, {}: {}", report_span(facts.from, facts.to), counted(facts.issues.size(), "issue"));
  out.opening =
      fmt::format("What was said in public about care from {}, what was found in it, how early, and what was done.",
                  report_span(facts.from, facts.to));
  if (!page.empty()) out.buttons = {{"Open", page}};
  for (const auto& section : board_report(facts)) {
    MailSection shown{section.word, {section.meaning}, {}, {}};
    for (const auto& row : section.rows)
      shown.facts.emplace_back(row.measure, fmt::format("{} – of {}", row.value, row.sample));
    out.sections.push_back(std::move(shown));
  }
  out.footer = {"The six words are those of the evaluation cycle of the Government Communication Service.",
                "This report holds numbers alone: neither the words of a post nor the name of a person.",
                "Reference: " + reference + ". This message was made by a program; replies to it are not read."};
  return out;
}

ReportMonth month_to_report(std::chrono::minutes clock, UtcTime now) {
  using namespace std::chrono;
  const auto first_of = [](year_month month) { return local_days{month / 1}; };
  const year_month_day today{floor<days>(to_uk(now))};
  auto month = today.year() / today.month();
  if (from_uk(first_of(month) + clock) > now) month -= months{1};
  return {from_uk(first_of(month - months{1})), from_uk(first_of(month)), from_uk(first_of(month) + clock)};
}

}  // namespace barometer
