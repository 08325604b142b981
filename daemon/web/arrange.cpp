#include "daemon/web/arrange.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

#include "daemon/alerts/issue_words.hpp"
#include "daemon/issue_view.hpp"
#include "daemon/review/take_step.hpp"
#include "daemon/service_title.hpp"
#include "daemon/uk_time.hpp"
#include "daemon/web/api.hpp"
#include "daemon/web/form_answers.hpp"
#include "daemon/web/issues.hpp"
#include "daemon/web/people_pages.hpp"

namespace barometer {

namespace {

constexpr std::size_t longest_reason = 500;
constexpr std::size_t issues_offered = 30;

std::optional<HttpReply> bad_reason(const Visit& visit, const std::string& reason) {
  if (reason.empty()) return form_trouble(visit, 400, "This was not done", "Say why: colleagues will ask.");
  if (reason.size() > longest_reason)
    return form_trouble(visit, 400, "This was not done", "Say it shorter: in 500 characters.");
  return std::nullopt;
}

// What was done stands in the story of each issue that it touched. An order that was carried out stays so if this fails.
Result<void> tell(const Desk& desk, const Visit& visit, const Issue& issue, const std::string& text) {
  const ReviewAction step{.step = ReviewStep::noted, .who = visit.viewer.name, .at = visit.now, .text = text};
  const auto taken = take_step(desk.store, issue, step, visit.viewer.rights);
  if (!taken) return taken.error();
  if (desk.reviewed) desk.reviewed(*taken);
  return {};
}

HttpReply arranged(const Visit& visit, const Issue& issue) {
  if (for_programs(visit.request)) return json_reply(issue_json(issue, visit.now));
  return go_to("/issues/" + issue.id + "#review");
}

std::string name_in_story(const Issue& issue) { return title_of(issue.theme) + " (issue " + issue.id + ")"; }

std::string label_of(const Desk& desk, const Issue& issue, UtcTime now) {
  return fmt::format("{} – {}, {}, last heard of {}", title_of(issue.theme),
                     where_of(issue, service_title(desk.config->services, issue.place)), people(issue.voices),
                     uk_time_short(issue.last_post_at, now));
}

// Those that stand for themselves: of the same theme first, then of the same place, then the newest.
std::vector<Issue> candidates(const Store& store, const Issue& issue) {
  std::vector<Issue> out;
  const auto read = store.issues({}, [&](const Issue& one) {
    if (one.merged_into.empty() && one.id != issue.id) out.push_back(one);
    return true;
  });
  if (!read) return {};
  std::stable_sort(out.begin(), out.end(), [&issue](const Issue& a, const Issue& b) {
    const auto rank = [&issue](const Issue& one) {
      return std::tuple(one.theme != issue.theme, one.place != issue.place,
                        -one.last_post_at.time_since_epoch().count());
    };
    return rank(a) < rank(b);
  });
  if (out.size() > issues_offered) out.resize(issues_offered);
  return out;
}

}  // namespace

HttpReply merge_issues(const Desk& desk, const Visit& visit) {
  const auto reason = tidied(visit.form.of("text"));
  const auto stays = find_issue(desk.store, visit.params.find("issue")->second);
  const auto goes = find_issue(desk.store, std::string(visit.form.of("other")));
  for (const auto* found : {&stays, &goes})
    if (!*found) return form_refused(visit, found->error());
  if (!*stays) return form_trouble(visit, 404, "Page not found", "There is no such issue.");
  if (!*goes) return form_trouble(visit, 400, "This was not done", "Choose the issue that goes into this one.");
  if (auto refusal = bad_reason(visit, reason)) return *refusal;
  const auto noted =
      desk.audit.note(visit.viewer.name, "merged", "issue " + (*goes)->id + " into issue " + (*stays)->id, visit.now);
  if (!noted) return form_refused(visit, noted.error());
  const IssueOrder order{.does = IssueOrder::Does::merge,
                         .issue = (*stays)->id,
                         .other = (*goes)->id,
                         .by = visit.viewer.name,
                         .at = visit.now};
  const auto merged = desk.store.arrange(order);
  if (!merged) return form_refused(visit, merged.error());
  if (const auto told = tell(desk, visit, *merged, "Joined with it: " + name_in_story(**goes) + ". " + reason); !told)
    return form_refused(visit, told.error());
  return arranged(visit, *merged);
}

HttpReply split_issue(const Desk& desk, const Visit& visit) {
  const auto reason = tidied(visit.form.of("text"));
  const auto issue = find_issue(desk.store, visit.params.find("issue")->second);
  if (!issue) return form_refused(visit, issue.error());
  if (!*issue) return form_trouble(visit, 404, "Page not found", "There is no such issue.");
  if (auto refusal = bad_reason(visit, reason)) return *refusal;
  IssueOrder order{.does = IssueOrder::Does::split, .issue = (*issue)->id, .by = visit.viewer.name, .at = visit.now};
  for (const auto& key : visit.form.all("posts")) {
    const auto kept = find_post(desk.store, key);
    if (!kept) return form_refused(visit, kept.error());
    if (!*kept) return form_trouble(visit, 400, "This was not done", "One of these posts is not kept any more.");
    order.posts.push_back((*kept)->hash);
  }
  if (order.posts.empty())
    return form_trouble(visit, 400, "This was not done", "Choose the posts that are about something else.");
  const auto number = counted(static_cast<std::int64_t>(order.posts.size()), "post", "posts");
  const auto noted =
      desk.audit.note(visit.viewer.name, "split", "issue " + (*issue)->id + ": " + number + " leave it", visit.now);
  if (!noted) return form_refused(visit, noted.error());
  const auto fresh = desk.store.arrange(order);
  if (!fresh) return form_refused(visit, fresh.error());
  for (const auto& [of, text] : {std::pair(**issue, number + " left it for " + name_in_story(*fresh) + ". " + reason),
                                 std::pair(*fresh, "Parted from " + name_in_story(**issue) + ". " + reason)})
    if (const auto told = tell(desk, visit, of, text); !told) return form_refused(visit, told.error());
  return arranged(visit, *fresh);
}

View arrange_view(const Desk& desk, const Visit& visit, const Issue& issue, const std::vector<StoredPost>& posts) {
  View out{kainjow::mustache::object{}};
  out.set("path", "/issues/" + issue.id);
  out.set("form_token", visit.viewer.form_token);
  Views others;
  for (const auto& one : candidates(desk.store, issue)) {
    View row{kainjow::mustache::object{}};
    row.set("value", one.id);
    row.set("text", label_of(desk, one, visit.now));
    others.push_back(row);
  }
  out.set("can_merge", View{!others.empty()});
  out.set("others", View{others});
  Views rows;
  for (const auto& kept : posts) {
    View row{kainjow::mustache::object{}};
    row.set("key", post_key(kept));
    row.set("text", fmt::format("{}, {}", kept.post.source, uk_time_short(kept.post.made_at, visit.now)));
    rows.push_back(row);
  }
  out.set("can_split", View{rows.size() > 1});
  out.set("posts", View{rows});
  return out;
}

}  // namespace barometer
