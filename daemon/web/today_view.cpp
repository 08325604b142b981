#include <algorithm>
#include <chrono>

#include "daemon/review/take_step.hpp"
#include "daemon/web/issues.hpp"
#include "daemon/web/today.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

constexpr auto day = 24h;
constexpr auto week = 7 * day;
constexpr auto month = 30 * day;
constexpr int flagged_from = 2;  // medium

void count_post(TodayView& view, const StoredPost& kept) {
  const auto age = view.now - kept.post.made_at;
  if (age <= day) {
    ++view.posts_day;
    view.concerns_day += raises_concern(kept.assessment) ? 1 : 0;
  }
  if (age <= week) ++view.week.at(static_cast<std::size_t>(std::clamp(kept.assessment.severity, 0, severities - 1)));
}

// Red flags of the last week, the newest first, then the rest as they came.
void choose_flagged(TodayView& view, std::vector<ShownPost> red, std::vector<ShownPost> rest) {
  view.flagged = std::move(red);
  for (auto& post : rest) view.flagged.push_back(std::move(post));
  if (view.flagged.size() > flagged_shown) view.flagged.resize(flagged_shown);
}

// One walk back in time; it ends when there is nothing left to learn, or when it was long enough.
Result<void> read_posts(TodayView& view, const Store& store, bool with_text) {
  PostFilter filter;
  filter.from = view.now - month;
  std::vector<ShownPost> red;
  std::vector<ShownPost> rest;
  std::size_t walked = 0;
  const auto read = store.posts(filter, true, [&](const StoredPost& kept) {
    if (++walked > posts_walked) {
      view.seen_back_to = kept.post.made_at;
      return false;
    }
    count_post(view, kept);
    if (view.latest.size() < latest_shown) view.latest.push_back(shown(store, kept, with_text));
    const bool fresh = view.now - kept.post.made_at <= week;
    if (kept.assessment.severity >= severities - 1 && fresh) {
      if (red.size() < flagged_shown) red.push_back(shown(store, kept, with_text));
    } else if (kept.assessment.severity >= flagged_from && rest.size() < flagged_shown) {
      rest.push_back(shown(store, kept, with_text));
    }
    return fresh || rest.size() < flagged_shown;
  });
  if (view.seen_back_to && view.now - *view.seen_back_to > week) view.seen_back_to.reset();
  choose_flagged(view, std::move(red), std::move(rest));
  if (!read) return read.error();
  return {};
}

}  // namespace

TodayView today_view(const Desk& desk, bool with_text, UtcTime now) {
  TodayView view;
  view.now = now;
  view.services = desk.config->services;
  view.sources = desk.sources;
  std::stable_sort(view.sources.begin(), view.sources.end(), [](const SourceState& a, const SourceState& b) {
    return a.failure.has_value() > b.failure.has_value();
  });
  const auto posts = read_posts(view, desk.store, with_text);
  const auto issues = open_issues(desk.store, issues_on_top);
  const auto moods = read_moods(desk.store, names_of_tags(*desk.config), now);
  if (!posts) view.trouble = posts.error().detail;
  if (!issues) view.trouble = issues.error().detail;
  for (const auto& issue : issues ? *issues : std::vector<Issue>{}) {
    auto review = review_of(desk.store, issue, now);
    if (!review) view.trouble = review.error().detail;
    view.issues.push_back({issue, review ? std::move(*review) : IssueReview{}});
  }
  if (moods)
    view.tags = *moods;
  else
    view.trouble = moods.error().detail;
  return view;
}

HttpReply answer_today(const Desk& desk, const Visit& visit) {
  const auto view = desk.today.get(visit.now, [&] {
    auto made = today_view(desk, visit.words_in_lists(), visit.now);
    made.content = today_content(made);
    // In the open it is one page for all; else each has a frame of their own.
    if (visit.open) made.content = today_page(made.content, frame_for(visit)).body;
    return made;
  });
  if (!visit.open) return today_page(view->content, frame_for(visit));
  return {.content_type = "text/html; charset=utf-8", .body = view->content};
}

}  // namespace barometer
