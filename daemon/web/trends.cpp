#include "daemon/web/trends.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "connectors/time.hpp"
#include "connectors/url.hpp"
#include "daemon/commands/json.hpp"
#include "daemon/service_title.hpp"
#include "daemon/source_view.hpp"
#include "daemon/uk_time.hpp"
#include "daemon/watch.hpp"
#include "daemon/web/export.hpp"
#include "daemon/web/frame.hpp"
#include "daemon/web/trend.hpp"

extern "C" {
extern const char trends_template_begin[], trends_template_end[];
}

namespace barometer {

namespace {

constexpr std::size_t sources_named = 3;
constexpr std::size_t places_shown = 50;

std::string in_words(const TrendAsked& asked) {
  const auto days = std::chrono::round<std::chrono::days>(asked.to - asked.from).count();
  return days <= 1 ? "24 hours" : fmt::format("{} days", days);
}

// "Wednesday 4 March 2026"
std::string day_of(UtcTime time) {
  const auto text = uk_time(time);
  return text.substr(0, text.rfind(','));
}

std::string sentence_of(const Trend& trend, const TrendAsked& asked) {
  const auto& now = trend.all.now;
  const auto& before = trend.all.before;
  if (now.all() == 0 && before.all() == 0)
    return asked.chosen ? "Nothing was heard under this tag in either time."
                        : "Nothing was heard under this tag in this time, nor in as long a time before.";
  const auto length = in_words(asked);
  const auto said = now.all() == 0 ? fmt::format("Nothing was heard in these {}.", length)
                                   : fmt::format("{} in these {}, of which {} read as negative ({}).",
                                                 counted(now.all(), "post", "posts"), length, grouped(now.posts[0]),
                                                 percent(now.posts[0], now.all()));
  const auto when = asked.chosen ? length + " from " + day_of(asked.other) : length + " before";
  if (before.all() == 0) return said + fmt::format(" Nothing was heard in the {}.", when);
  return said + fmt::format(" In the {} it was {}, of which {} ({}).", when, grouped(before.all()),
                            grouped(before.posts[0]), percent(before.posts[0], before.all()));
}

std::string blind_sentence(const Trend& trend, const TrendAsked& asked, UtcTime now) {
  std::map<std::string, std::vector<Gap>> of;
  for (const auto& gap : trend.gaps) of[gap.source].push_back(gap);
  if (of.empty()) return trend.sources.empty() ? "" : "All sources that speak of it were listened to the whole time.";
  std::string names;
  std::size_t named = 0;
  for (const auto& [source, gaps] : of) {
    std::chrono::milliseconds length{0};
    for (const auto& span : blind_spans(gaps, asked, now)) length += span.end - span.begin;
    if (named++ < sources_named) names += (names.empty() ? "" : ", ") + source + " (" + length_text(length) + ")";
  }
  if (named > sources_named) names += fmt::format(" and {} more", named - sources_named);
  return "What we could not hear: " + names + ". These times are shaded; what was said in them may be missing.";
}

View option(std::string value, std::string text, bool chosen) {
  View out{kainjow::mustache::object{}};
  out.set("value", std::move(value));
  out.set("text", std::move(text));
  out.set("chosen", View{chosen});
  return out;
}

Views tags_view(const Config& config, const TrendAsked& asked) {
  Views out;
  bool known = asked.tag == Watch::other;
  for (const auto& tag : names_of_tags(config)) {
    known = known || tag == asked.tag;
    out.push_back(option(tag, tag, tag == asked.tag));
  }
  out.push_back(option(std::string(Watch::other), "Posts that match no tag", asked.tag == Watch::other));
  if (!known && !asked.tag.empty()) out.push_back(option(asked.tag, asked.tag, true));
  return out;
}

Views spans_view(const Fields& query) {
  Views out;
  const auto chosen = query.of("span").empty() ? "30d" : query.of("span");
  for (const auto& [value, text] : {std::pair{"1d", "Last 24 hours"},
                                    {"7d", "Last 7 days"},
                                    {"30d", "Last 30 days"},
                                    {"90d", "Last 90 days"},
                                    {"365d", "Last 365 days"}})
    out.push_back(option(value, text, chosen == value));
  return out;
}

Views columns_view(const Trend& trend, const std::vector<Span>& blind) {
  Views out;
  for (auto column = trend.columns.rbegin(); column != trend.columns.rend(); ++column) {
    View row{kainjow::mustache::object{}};
    row.set("time", uk_time(column->begin));
    row.set("all", grouped(column->posts.all()));
    row.set("negative", grouped(column->posts.posts[0]));
    row.set("neutral", grouped(column->posts.posts[1]));
    row.set("positive", grouped(column->posts.posts[2]));
    const bool gap = std::any_of(blind.begin(), blind.end(), [&](const Span& span) {
      return span.begin < column->end && column->begin < span.end;
    });
    row.set("listening", gap ? "Not everywhere" : "Yes");
    out.push_back(row);
  }
  return out;
}

Views themes_view(const Trend& trend, const TrendAsked& asked) {
  std::vector<std::pair<Theme, Trend::OfTheme>> sorted;
  for (const auto& [theme, of] : trend.themes)
    if (of.now > 0) sorted.emplace_back(theme, of);
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return std::pair{-a.second.now, -a.second.worst} < std::pair{-b.second.now, -b.second.worst};
  });
  Views out;
  for (const auto& [theme, of] : sorted) {
    View row{kainjow::mustache::object{}};
    Fields query;
    query.set("theme", std::string(info(theme).id));
    query.set("tag", asked.tag);
    query.set("from", to_iso(asked.from));
    query.set("to", to_iso(asked.to));
    row.set("query", query.encoded());
    row.set("name", theme_title(theme));
    const auto look = look_of_severity(of.worst);
    row.set("severity", info(theme).care ? look.word : "Not a concern");
    row.set("severity_tag", info(theme).care ? look.tag : "nhsuk-tag--grey");
    row.set("now", grouped(of.now));
    row.set("before", grouped(of.before));
    out.push_back(row);
  }
  return out;
}

Views sources_view(const Trend& trend) {
  std::vector<std::pair<std::string, NowAndBefore>> sorted(trend.sources.begin(), trend.sources.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second.now.all() > b.second.now.all(); });
  Views out;
  for (const auto& [name, of] : sorted) {
    View row{kainjow::mustache::object{}};
    row.set("name", name);
    row.set("path", percent_encoded(name));
    row.set("now", grouped(of.now.all()));
    row.set("negative", percent(of.now.posts[0], of.now.all()));
    row.set("before", grouped(of.before.all()));
    out.push_back(row);
  }
  return out;
}

Views places_view(const Trend& trend, const TrendAsked& asked, const Config& config) {
  Views out;
  for (const auto& [place, of] : trend.places) {
    if (out.size() == places_shown) break;
    View row{kainjow::mustache::object{}};
    Fields query;
    query.set("place", place);
    query.set("from", to_iso(asked.from));
    query.set("to", to_iso(asked.to));
    row.set("query", query.encoded());
    row.set("name", service_title(config.services, place));
    row.set("now", grouped(of.now));
    row.set("negative", percent(of.negative, of.now));
    row.set("before", grouped(of.before));
    out.push_back(row);
  }
  return out;
}

}  // namespace

HttpReply answer_trends(const Desk& desk, const Visit& visit) {
  const auto asked = read_trend(visit.query, names_of_tags(*desk.config), visit.now);
  Frame frame = frame_for(visit);
  frame.title = "Trends";
  frame.here = "/trends";
  const auto trend = read_trend(desk.store, asked, visit.now);
  if (!trend) return trouble_page(frame, 500, "Trends cannot be read", trend.error().detail);
  View values{kainjow::mustache::object{}};
  const auto blind = blind_spans(trend->gaps, asked, visit.now);
  const auto sentence = sentence_of(*trend, asked);
  Views wrong;
  for (const auto& one : asked.wrong) wrong.push_back(View{one});
  values.set("has_wrong", View{!asked.wrong.empty()});
  values.set("wrong", View{wrong});
  values.set("tags", View{tags_view(*desk.config, asked)});
  values.set("spans", View{spans_view(visit.query)});
  for (const char* name : {"from", "to", "against"}) values.set(name, std::string(visit.query.of(name)));
  values.set("other", asked.chosen ? "From " + day_of(asked.other) : "Before");
  values.set("title", asked.tag.empty()           ? "No tag is watched"
                      : asked.tag == Watch::other ? "Posts that match no tag"
                                                  : asked.tag);
  values.set("sentence", sentence);
  values.set("blind", blind_sentence(*trend, asked, visit.now));
  values.set("has_posts", View{trend->all.now.all() > 0 || !blind.empty()});
  values.set("has_gaps", View{!blind.empty()});
  values.set("drawing", drawn(trend->columns, blind, sentence));
  values.set("columns", View{columns_view(*trend, blind)});
  const auto themes = themes_view(*trend, asked);
  values.set("no_themes", View{themes.empty()});
  values.set("themes", View{themes});
  values.set("no_sources", View{trend->sources.empty()});
  values.set("sources", View{sources_view(*trend)});
  values.set("no_places", View{trend->places.empty()});
  values.set("more_places", View{trend->places.size() > places_shown});
  values.set("places", View{places_view(*trend, asked, *desk.config)});
  Fields same;
  same.set("tag", asked.tag);
  same.set("from", to_iso(asked.from));
  same.set("to", to_iso(asked.to));
  same.set("resolution",
           std::string(name_of(asked.step > std::chrono::hours{24} ? Resolution::day : Resolution::hour)));
  values.set("export", export_view(visit, "series", same));
  return page_reply(frame, carried_between(trends_template_begin, trends_template_end), values);
}

}  // namespace barometer
