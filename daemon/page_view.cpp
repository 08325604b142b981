#include <algorithm>
#include <chrono>

#include "daemon/assess.hpp"
#include "daemon/page.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

constexpr auto day = 24h;
constexpr auto week = 7 * day;
constexpr auto month = 30 * day;
constexpr int flagged_from = 2;  // medium

ShownPost shown(const StoredPost& kept) {
  ShownPost out;
  out.severity = kept.assessment.severity;
  out.sentiment = kept.assessment.sentiment;
  out.made_at = kept.post.made_at;
  out.source = kept.post.source;
  out.url = kept.post.url;
  out.lang = kept.post.lang.value_or("");
  out.text = text_of(kept.post);
  for (const auto& concern : kept.assessment.concerns) out.themes.emplace_back(info(concern.theme).title);
  if (!kept.assessment.concerns.empty()) {
    out.phrase_begin = kept.assessment.concerns.front().begin;
    out.phrase_end = kept.assessment.concerns.front().end;
  }
  return out;
}

bool raises_concern(const Assessment& assessment) {
  return std::any_of(assessment.concerns.begin(), assessment.concerns.end(),
                     [](const Concern& c) { return info(c.theme).care && c.severity > 0; });
}

void count_post(PageView& view, const StoredPost& kept) {
  const auto age = view.now - kept.post.made_at;
  if (age <= day) {
    ++view.posts_day;
    view.concerns_day += raises_concern(kept.assessment) ? 1 : 0;
  }
  if (age <= week) ++view.week.at(static_cast<std::size_t>(std::clamp(kept.assessment.severity, 0, severities - 1)));
}

// One walk back in time; it ends when there is nothing left to learn.
Result<void> read_posts(PageView& view, const Store& store) {
  PostFilter filter;
  filter.from = view.now - month;
  return store.posts(filter, true, [&view](const StoredPost& kept) {
    count_post(view, kept);
    if (view.latest.size() < latest_shown) view.latest.push_back(shown(kept));
    if (kept.assessment.severity >= flagged_from && view.flagged.size() < flagged_shown) {
      view.flagged.push_back(shown(kept));
    }
    return view.now - kept.post.made_at <= week || view.flagged.size() < flagged_shown;
  });
}

}  // namespace

PageView page_view(const Store& store, const std::vector<SourceState>& sources, const Config& config, UtcTime now) {
  PageView view;
  view.now = now;
  view.sources = sources;
  std::stable_sort(view.sources.begin(), view.sources.end(), [](const SourceState& a, const SourceState& b) {
    return a.failure.has_value() > b.failure.has_value();
  });
  const auto posts = read_posts(view, store);
  const auto moods = read_moods(store, names_of_tags(config), now);
  if (!posts) view.trouble = posts.error().detail;
  if (moods)
    view.tags = *moods;
  else
    view.trouble = moods.error().detail;
  return view;
}

}  // namespace barometer
