#include <array>
#include <iostream>

#include "analysis/issues/rehearsal.hpp"
#include "connectors/time.hpp"
#include "daemon/alerts/calendar.hpp"
#include "daemon/clock.hpp"
#include "daemon/commands/query.hpp"
#include "daemon/commands/rows.hpp"
#include "daemon/issue_story.hpp"
#include "daemon/issue_view.hpp"

namespace barometer {

namespace {

constexpr std::array kinds{IssueKind::burst, IssueKind::slow_burn, IssueKind::red_flag, IssueKind::direction,
                           IssueKind::unanswered};

bool read_theme(const std::string& text, std::optional<Theme>& out) {
  if (text.empty() || (out = theme_by_id(text))) return true;
  std::cerr << "barometer: --theme: there is no theme '" << text << "'; write one as call_bell\n";
  return false;
}

bool read_kind(const std::string& text, std::optional<IssueKind>& out) {
  if (text.empty()) return true;
  for (const IssueKind kind : kinds)
    if (text == name_of(kind)) out = kind;
  if (out) return true;
  std::cerr << "barometer: --kind is burst, slow_burn, red_flag, direction or unanswered, not '" << text << "'\n";
  return false;
}

// What explains it only if asked for, and if it can be read.
std::string shown_issue(const Store& store, const Issue& issue, bool explain, const std::vector<EventConfig>& calendar,
                        UtcTime now) {
  auto out = issue_object(issue, now);
  if (explain)
    if (const auto story = story_of(store, issue)) put_story(out, *story);
  put_events(out, issue, calendar);
  return out.done();
}

}  // namespace

int issues_command(const IssuesCommand& options) {
  IssueFilter filter{.severity = options.severity, .open = options.open};
  if (!options.place.empty()) filter.place = options.place;
  if (!options.tag.empty()) filter.tag = options.tag;
  if (!read_theme(options.theme, filter.theme) || !read_kind(options.kind, filter.kind) ||
      !read_time(options.from, "from", filter.from) || !read_time(options.to, "to", filter.to))
    return exit_usage;
  int code = exit_done;
  const auto store = open_to_read(options.where, code);
  if (!store) return code;
  const auto config = chosen_config(options.where);
  const UtcTime now = utc_now();
  Rows rows(
      std::cout, options.format,
      {"opened_at", "kind", "state", "severity", "theme", "place", "tag", "posts", "voices", "expected", "days", "id"});
  std::size_t shown = 0;
  const auto read = store->issues(filter, [&](const Issue& issue) {
    constexpr int day = 24;
    std::string json;
    if (options.format == Format::json) json = shown_issue(*store, issue, options.explain, config->calendar, now);
    rows.add(json,
             {to_iso(issue.opened_at), std::string(name_of(issue.kind)), std::string(name_of(issue.state_at(now))),
              std::to_string(issue.severity), std::string(issue.theme == Theme{} ? "" : info(issue.theme).id),
              issue.place, issue.tag, std::to_string(issue.posts), std::to_string(issue.voices),
              std::to_string(issue.evidence.expected), std::to_string(issue.evidence.window.count() / day), issue.id});
    return ++shown != options.limit;
  });
  rows.finish();
  return read ? exit_done : report(read.error());
}

int evaluate_issues_command(const ModelCommand& options) {
  IssueMeasures measures;
  for (std::uint64_t seed = 1; seed <= options.rehearsals; ++seed) {
    const Rehearsal rehearsal = rehearse(seed);
    measure(rehearsal, told_by_tracker(rehearsal), measures);
  }
  std::cout << to_text(measures);
  return exit_done;
}

}  // namespace barometer
