#include "daemon/web/issues.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "daemon/alerts/calendar.hpp"
#include "daemon/alerts/issue_words.hpp"
#include "daemon/issue_story.hpp"
#include "daemon/issue_view.hpp"
#include "daemon/review/take_step.hpp"
#include "daemon/service_title.hpp"
#include "daemon/source_view.hpp"
#include "daemon/uk_time.hpp"
#include "daemon/web/api.hpp"
#include "daemon/web/arrange.hpp"
#include "daemon/web/choices.hpp"
#include "daemon/web/export.hpp"
#include "daemon/web/frame.hpp"
#include "daemon/web/review_view.hpp"
#include "daemon/web/shown_post.hpp"

extern "C" {
extern const char issues_template_begin[], issues_template_end[];
extern const char issue_template_begin[], issue_template_end[];
}

namespace barometer {

namespace {

constexpr std::size_t issues_shown = 100;
constexpr std::size_t posts_shown = 50;
constexpr std::size_t similar_shown = 5;

void gravest_first(std::vector<Issue>& issues) {
  std::stable_sort(issues.begin(), issues.end(), [](const Issue& a, const Issue& b) {
    if (a.closed_at.has_value() != b.closed_at.has_value()) return !a.closed_at.has_value();
    if (a.severity != b.severity) return a.severity > b.severity;
    return a.last_post_at > b.last_post_at;
  });
}

Result<std::vector<Issue>> read_issues(const Store& store, const IssueFilter& filter) {
  std::vector<Issue> out;
  const auto read = store.issues(filter, [&out](const Issue& issue) {
    out.push_back(issue);
    return true;
  });
  if (!read) return read.error();
  gravest_first(out);
  return out;
}

IssueFilter filter_of(const Fields& query) {
  IssueFilter filter;
  filter.open = query.of("state").empty() || query.of("state") == "open";
  if (const auto theme = theme_by_id(query.of("theme"))) filter.theme = theme;
  if (const auto tag = query.of("tag"); !tag.empty()) filter.tag = tag;
  const auto severity = query.of("severity");
  if (severity.size() == 1 && severity[0] >= '0' && severity[0] < '0' + severities) filter.severity = severity[0] - '0';
  return filter;
}

View fact(const char* name, std::string value) {
  View out{kainjow::mustache::object{}};
  out.set("name", name);
  out.set("value", std::move(value));
  return out;
}

std::string not_heard(const Issue& issue, const IssueStory& story) {
  if (!story.could_not_hear.empty()) {
    std::vector<std::string> out;
    for (const auto& blind : story.could_not_hear) out.push_back(blind.source + " (" + length_text(blind.length) + ")");
    return joined(out, ", ");
  }
  return issue.evidence.blind.count() > 0
             ? "A source was blind for " + length_text(issue.evidence.blind) + " of that time"
             : "All its sources were listened to";
}

Views phrases_view(const IssueStory& story) {
  Views out;
  for (const auto& phrase : story.phrases) {
    View row{kainjow::mustache::object{}};
    row.set("words", phrase.words);
    row.set("counts", fmt::format("in {} of its posts; before in {}", phrase.texts, phrase.before));
    out.push_back(row);
  }
  return out;
}

Views facts(const Issue& issue, const IssueStory& story, const std::vector<EventConfig>& calendar) {
  const auto& seen = issue.evidence;
  Views out{fact("Opened because", std::string(reason_of(issue.kind))),
            fact("Independent people", fmt::format("{}; copies and reposts count as whom they repeat", issue.voices)),
            fact("Posts", grouped(static_cast<std::int64_t>(issue.posts)))};
  if (issue.kind != IssueKind::red_flag && seen.window.count() > 0)
    out.push_back(fact("Expected and seen", fmt::format("{} people in {}, where {} is usual", seen.voices,
                                                        time_span(seen.window), usual(seen.expected, seen.window))));
  out.push_back(fact("Heard on", joined(issue.sources, ", ")));
  out.push_back(fact("What we could not hear", not_heard(issue, story)));
  if (issue.coordinated) out.push_back(fact("Said by many in the same words", "Perhaps by arrangement: see its posts"));
  if (!issue.rules.empty()) out.push_back(fact("Rules that fired", joined(issue.rules, ", ")));
  if (const auto events = may_be_due_to(issue, calendar); !events.empty())
    out.push_back(fact("May be due to", joined(events, ", ")));
  out.push_back(fact("Found by", issue.detector));
  return out;
}

Views story(const Issue& issue) {
  std::vector<std::pair<UtcTime, std::string>> steps{{issue.first_post_at, "The first of its posts was made."},
                                                     {issue.opened_at, "It was opened as an issue."},
                                                     {issue.last_post_at, "The newest of its posts was made."}};
  for (const auto at : issue.escalated_at)
    steps.emplace_back(at, "It grew far beyond what was told before, became graver, or came back.");
  if (issue.closed_at) steps.emplace_back(*issue.closed_at, "It was closed: nothing more was heard of it.");
  std::stable_sort(steps.begin(), steps.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  Views out;
  for (const auto& [at, what] : steps) {
    View step{kainjow::mustache::object{}};
    step.set("time", uk_time(at));
    step.set("what", what);
    out.push_back(step);
  }
  return out;
}

// To take an issue where it is listed, if nobody has it.
View take_view(const Visit& visit) {
  View out{kainjow::mustache::object{}};
  out.set("form_token", visit.viewer.form_token);
  out.set("next", visit.request.path + (visit.query.empty() ? "" : "?" + visit.query.encoded()));
  return out;
}

Views views_of(const Desk& desk, const std::vector<Issue>& issues, std::size_t most, const Visit& visit) {
  Views out;
  for (const auto& issue : issues) {
    if (out.size() == most) break;
    const auto found = review_of(desk.store, issue, visit.now);
    const auto review = found ? *found : IssueReview{};
    out.push_back(issue_view(desk.config->services, issue, review, visit.now));
    const bool free = review.holder.empty() && unfinished(review.status) && issue.merged_into.empty();
    if (free && may(visit.viewer.rights, Right::review)) out.back().set("take", take_view(visit));
  }
  return out;
}

}  // namespace

Result<std::vector<Issue>> asked_issues(const Store& store, const Fields& query) {
  return read_issues(store, filter_of(query));
}

Result<std::optional<Issue>> find_issue(const Store& store, const std::string& id) {
  std::optional<Issue> found;
  const auto read = store.issues({}, [&](const Issue& issue) {
    if (issue.id == id) found = issue;
    return !found;
  });
  if (!read) return read.error();
  return found;
}

Result<std::vector<Issue>> open_issues(const Store& store, std::size_t most) {
  auto issues = read_issues(store, {.open = true});
  if (issues && issues->size() > most) issues->resize(most);
  return issues;
}

View issue_view(std::span<const Service> services, const Issue& issue, const IssueReview& review, UtcTime now) {
  const auto place = service_title(services, issue.place);
  View out{kainjow::mustache::object{}};
  const auto severity = look_of_severity(issue.severity);
  const auto state = look_of_issue(issue.state_at(now));
  out.set("id", issue.id);
  out.set("title", title_of(issue.theme) + " – " + where_of(issue, place));
  out.set("sentence", sentence_of(issue, place));
  out.set("severity", severity.word);
  out.set("severity_tag", severity.tag);
  out.set("item", severity.item);
  out.set("state", state.word);
  out.set("state_tag", state.tag);
  const auto reviewed = look_of_review(review.status);
  out.set("reviewed", View{true});
  out.set("review_status", reviewed.word);
  out.set("review_tag", reviewed.tag);
  if (!review.holder.empty()) out.set("holder", review.holder);
  out.set("voices", people(issue.voices));
  out.set("posts", counted(static_cast<std::int64_t>(issue.posts), "post", "posts"));
  out.set("since", uk_time(issue.first_post_at));
  out.set("last", uk_time_short(issue.last_post_at, now));
  return out;
}

HttpReply answer_issues(const Desk& desk, const Visit& visit) {
  Frame frame = frame_for(visit);
  frame.title = "Issues";
  frame.here = "/issues";
  const auto issues = asked_issues(desk.store, visit.query);
  if (!issues) return trouble_page(frame, 500, "Issues cannot be read", issues.error().detail);
  View values{kainjow::mustache::object{}};
  values.set("none", View{issues->empty()});
  values.set("issues", View{views_of(desk, *issues, issues_shown, visit)});
  if (issues->size() > issues_shown)
    values.set("cut", fmt::format("The first {} of {}: choose fewer.", issues_shown, issues->size()));
  const auto& query = visit.query;
  values.set("choices", View{Views{choice("state", "State", "Open", {{"all", "Open and closed"}}, query.of("state")),
                                   choice("severity", "Severity", "Any", severity_options(), query.of("severity")),
                                   choice("theme", "Concern", "Any", theme_options(), query.of("theme")),
                                   choice("tag", "Tag", "Any", tag_options(*desk.config), query.of("tag"))}});
  values.set("export", export_view(visit, "issues", query));
  return page_reply(frame, carried_between(issues_template_begin, issues_template_end), values);
}

HttpReply answer_issue(const Desk& desk, const Visit& visit) {
  Frame frame = frame_for(visit);
  frame.title = "Issue";
  frame.here = "/issues";
  frame.below = true;
  const auto issue = find_issue(desk.store, visit.params.find("issue")->second);
  if (!issue) return trouble_page(frame, 500, "The issue cannot be read", issue.error().detail);
  if (!*issue) return not_found_page(frame);
  std::vector<ShownPost> posts;
  std::vector<StoredPost> stored;
  std::size_t kept = 0;
  const auto read = desk.store.posts_of_issue((*issue)->id, [&](const StoredPost& post) {
    if (++kept > posts_shown) return true;
    posts.push_back(shown(desk.store, post, visit.words_in_lists()));
    stored.push_back(post);
    return true;
  });
  const auto before = read_issues(desk.store, {.theme = (*issue)->theme});
  const auto review = review_of(desk.store, **issue, visit.now);
  const auto told = story_of(desk.store, **issue);
  if (!read || !before || !review || !told)
    return trouble_page(frame, 500, "The issue cannot be read",
                        (!read     ? read.error()
                         : !before ? before.error()
                         : !review ? review.error()
                                   : told.error())
                            .detail);
  auto similar = *before;
  similar.erase(
      std::remove_if(similar.begin(), similar.end(), [&](const Issue& one) { return one.id == (*issue)->id; }),
      similar.end());
  View values{kainjow::mustache::object{}};
  values.set("issue", issue_view(desk.config->services, **issue, *review, visit.now));
  auto done = issue_review_view(desk, visit, **issue, *review);
  if (may(visit.viewer.rights, Right::decide) && (*issue)->merged_into.empty())
    done.set("arrange", arrange_view(desk, visit, **issue, stored));
  values.set("review", done);
  if (!(*issue)->merged_into.empty()) values.set("part_of", (*issue)->merged_into);
  values.set("facts", View{facts(**issue, *told, desk.config->calendar)});
  values.set("has_phrases", View{!told->phrases.empty()});
  values.set("phrases", View{phrases_view(*told)});
  values.set("story", View{story(**issue)});
  values.set("none", View{posts.empty()});
  auto views = posts_view(posts, visit.now);
  if (may(visit.viewer.rights, Right::review))
    for (auto& view : views) view.set("judge", quick_verdicts(visit, "/issues/" + (*issue)->id + "#posts"));
  values.set("posts", View{views});
  if (kept > posts_shown) values.set("cut", fmt::format("The first {} of {}.", posts_shown, kept));
  values.set("similar_any", View{!similar.empty()});
  values.set("similar", View{views_of(desk, similar, similar_shown, visit)});
  frame.title = title_of((*issue)->theme);
  return page_reply(frame, carried_between(issue_template_begin, issue_template_end), values);
}

HttpReply api_issues(const Desk& desk, const Visit& visit) {
  const auto issues = asked_issues(desk.store, visit.query);
  if (!issues) return api_trouble(500, issues.error().detail, "ask whoever looks after Barometer");
  std::vector<std::string> rows;
  for (const auto& issue : *issues) {
    auto row = issue_object(issue, visit.now);
    put_events(row, issue, desk.config->calendar);
    rows.push_back(row.done());
  }
  return {.content_type = "application/json", .body = "{\"issues\":" + json_list(rows) + ",\"next\":null}\n"};
}

HttpReply api_issue(const Desk& desk, const Visit& visit) {
  const auto issue = find_issue(desk.store, visit.params.find("issue")->second);
  if (!issue) return api_trouble(500, issue.error().detail, "ask whoever looks after Barometer");
  if (!*issue) return api_trouble(404, "no such issue", "ask /api/v1/issues for those that there are");
  const auto story = story_of(desk.store, **issue);
  if (!story) return api_trouble(500, story.error().detail, "ask whoever looks after Barometer");
  auto out = issue_object(**issue, visit.now);
  put_story(out, *story);
  put_events(out, **issue, desk.config->calendar);
  return {.content_type = "application/json", .body = out.done() + "\n"};
}

}  // namespace barometer
