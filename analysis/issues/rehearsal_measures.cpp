#include <algorithm>
#include <cstdio>
#include <set>

#include "analysis/issues/rehearsal.hpp"
#include "analysis/issues/tracker.hpp"

namespace barometer {

namespace {

using std::chrono::days;

constexpr days warm_up{28};
constexpr days late{14};  // after a trouble's end, what is told may still be about it
constexpr double month = 30.44;

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

std::vector<ToldIssue> told_by_tracker(const Rehearsal& rehearsal, const TrackerSettings& settings) {
  IssueTracker tracker(settings);
  std::vector<ToldIssue> told;
  const auto note = [&told](const IssueTracker::Step& step, UtcTime at) {
    for (const auto& [issue, what] : step.changes)
      if (what == IssueChange::opened || what == IssueChange::escalated)
        told.push_back({issue.kind, issue.theme, issue.place, at, issue.id});
  };
  auto mood = rehearsal.moods.begin();
  for (const auto& heard : rehearsal.heard) {
    Utterance utterance = heard.utterance;
    for (; mood != rehearsal.moods.end() && mood->at < utterance.heard_at; ++mood)
      note(tracker.hear_tone(mood->tone, mood->place, utterance.tag, mood->at, mood->at), mood->at);
    note(tracker.hear(utterance, heard.repeats), utterance.heard_at);
  }
  return told;
}

namespace {

// A turn is one of the place: whatever theme it is mostly about. Of all others, the theme says what it is.
bool about(const ToldIssue& told, const Trouble& trouble) {
  if (trouble.kind == IssueKind::direction && told.kind != IssueKind::direction) return false;
  return told.place == trouble.place && (trouble.kind == IssueKind::direction || told.theme == trouble.theme);
}

}  // namespace

void measure(const Rehearsal& rehearsal, std::span<const ToldIssue> told, IssueMeasures& measures) {
  measures.service_months += rehearsal.services * (rehearsal.days - static_cast<double>(warm_up.count())) / month;
  std::vector<std::set<std::string>> issues(rehearsal.troubles.size());
  std::vector<bool> in_time(rehearsal.troubles.size());
  for (const ToldIssue& one : told) {
    if (one.at < rehearsal.begin + warm_up) continue;
    bool meant = false;
    for (std::size_t i = 0; i < rehearsal.troubles.size() && !meant; ++i) {
      const Trouble& trouble = rehearsal.troubles[i];
      if (!about(one, trouble) || one.at < trouble.first_post) continue;
      if (one.at > std::max(trouble.last_post + late, trouble.find_by)) continue;
      meant = true;
      issues[i].insert(one.issue);
      if (one.at > trouble.find_by || in_time[i]) continue;
      in_time[i] = true;
      measures.hours_to_tell.push_back(
          std::chrono::duration<double, std::ratio<3600>>(one.at - trouble.first_post).count());
    }
    if (meant) continue;
    ++measures.false_alarms;
    measures.trap_alarms += std::any_of(rehearsal.heard.begin(), rehearsal.heard.end(), [&](const auto& heard) {
      return heard.trap && heard.utterance.heard_at == one.at && heard.utterance.place == one.place;
    });
  }
  for (std::size_t i = 0; i < rehearsal.troubles.size(); ++i) {
    auto& [found, of] = measures.by_kind[static_cast<std::size_t>(rehearsal.troubles[i].kind)];
    ++of;
    if (!in_time[i]) continue;
    ++found;
    measures.issues_of_found += static_cast<int>(issues[i].size());
  }
}

IssueMeasures::Found IssueMeasures::all() const {
  Found sum;
  for (const Found& one : by_kind) {
    sum.found += one.found;
    sum.of += one.of;
  }
  return sum;
}

double IssueMeasures::sensitivity() const {
  const auto [found, of] = all();
  return of == 0 ? 0 : static_cast<double>(found) / of;
}

double IssueMeasures::positive_predictive_value() const {
  const int found = all().found;
  return found + false_alarms == 0 ? 0 : static_cast<double>(found) / (found + false_alarms);
}

double IssueMeasures::false_alarms_a_service_month() const {
  return service_months > 0 ? false_alarms / service_months : 0;
}

std::string to_text(const IssueMeasures& measures) {
  std::string text;
  char line[160];
  const auto add = [&](const char* format, auto... values) {
    std::snprintf(line, sizeof line, format, values...);
    text += line;
  };
  add("%-34s %8.2f\n", "sensitivity", measures.sensitivity());
  for (std::size_t kind = 0; kind < std::size(measures.by_kind); ++kind)
    if (const auto [found, of] = measures.by_kind[kind]; of > 0)
      add("  %-32s %4d of %d\n", name_of(static_cast<IssueKind>(kind)).data(), found, of);
  add("%-34s %8.2f\n", "positive predictive value", measures.positive_predictive_value());
  add("%-34s %8.3f\n", "false alarms a service-month", measures.false_alarms_a_service_month());
  add("%-34s %8d\n", "  by what only looked like trouble", measures.trap_alarms);
  add("%-34s %8.2f\n", "issues for each trouble found",
      static_cast<double>(measures.issues_of_found) / std::max(1, measures.all().found));
  add("%-34s %8.1f\n", "median hours to tell", median(measures.hours_to_tell));
  return text;
}

}  // namespace barometer
