#include "daemon/web/trend.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "daemon/uk_time.hpp"
#include "daemon/web/post_search.hpp"

namespace barometer {

namespace {

using namespace std::chrono_literals;
using std::chrono::hours;

constexpr hours day{24};
constexpr hours longest = 3 * 366 * day;

struct Length {
  const char* name;
  hours length;
};
constexpr std::array lengths = {Length{"1d", day}, Length{"7d", 7 * day}, Length{"30d", 30 * day},
                                Length{"90d", 90 * day}, Length{"365d", 365 * day}};

hours step_for(std::chrono::milliseconds length) {
  if (length <= 2 * day) return 1h;
  if (length <= 8 * day) return 6h;
  return length <= 100 * day ? day : 7 * day;
}

bool by_days(const TrendAsked& asked) { return asked.step > day; }

// The begin of the step that the time is in; by UK clocks where series by the hour allow it.
UtcTime begin_of(UtcTime time, hours step) {
  if (step > day) return std::chrono::floor<std::chrono::days>(time);
  const auto local = to_uk(time);
  const auto midnight = std::chrono::floor<std::chrono::days>(local);
  return from_uk(midnight + (local - midnight) / step * step);
}

std::string label_of(UtcTime time, hours step) {
  static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto local = to_uk(time);
  const auto date = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day ymd{date};
  const auto hour = std::chrono::duration_cast<hours>(local - date).count();
  if (step == 1h) return fmt::format("{}{}", hour % 12 == 0 ? 12 : hour % 12, hour < 12 ? "am" : "pm");
  return fmt::format("{} {}", static_cast<unsigned>(ymd.day()), months[static_cast<unsigned>(ymd.month()) - 1]);
}

std::vector<Column> columns_of(const TrendAsked& asked) {
  std::vector<Column> out;
  for (auto begin = begin_of(asked.from, asked.step); begin < asked.to;) {
    // A step later by the clock: an hour more in the night that they change.
    const auto end = by_days(asked) ? begin + asked.step : from_uk(to_uk(begin) + asked.step);
    out.push_back({begin, std::max(end, begin + 1h), label_of(begin, asked.step), {}});
    begin = out.back().end;
  }
  return out;
}

SentimentCounts counts_of(const SeriesPoint& point) {
  SentimentCounts out;
  for (std::size_t s = 0; s < point.posts.size(); ++s)
    for (const auto posts : point.posts[s]) out.posts[s] += posts;
  return out;
}

void add(SentimentCounts& sum, const SentimentCounts& more) {
  for (std::size_t s = 0; s < sum.posts.size(); ++s) sum.posts[s] += more.posts[s];
}

void count(Trend& trend, const SeriesPoint& point, const TrendAsked& asked) {
  const auto posts = counts_of(point);
  const bool now = point.bucket >= asked.from && point.bucket < asked.to;
  if (!now && (point.bucket < asked.other || point.bucket >= asked.other + (asked.to - asked.from))) return;
  auto& source = trend.sources[point.source];
  add(now ? trend.all.now : trend.all.before, posts);
  add(now ? source.now : source.before, posts);
  for (const auto& concern : point.concerns) {
    auto& theme = trend.themes[concern.theme];
    (now ? theme.now : theme.before) += concern.posts;
    if (now) theme.worst = std::max(theme.worst, concern.severity);
  }
  if (!now) return;
  auto column = std::upper_bound(trend.columns.begin(), trend.columns.end(), point.bucket,
                                 [](UtcTime time, const Column& one) { return time < one.begin; });
  if (column != trend.columns.begin()) add((--column)->posts, posts);
}

}  // namespace

TrendAsked read_trend(const Fields& fields, const std::vector<std::string>& tags, UtcTime now) {
  TrendAsked out;
  out.tag = fields.of("tag");
  if (out.tag.empty() && !tags.empty()) out.tag = tags.front();
  out.to = std::chrono::floor<hours>(now) + 1h;
  hours length = 30 * day;
  if (const auto span = fields.of("span"); !span.empty()) {
    const auto known =
        std::find_if(lengths.begin(), lengths.end(), [&](const Length& one) { return one.name == span; });
    if (known != lengths.end())
      length = known->length;
    else
      out.wrong.push_back("“" + std::string(span) + "” is no span that is known here.");
  }
  const auto from = day_or_moment(fields.of("from"), false);
  const auto to = day_or_moment(fields.of("to"), true);
  if ((!from && !fields.of("from").empty()) || (!to && !fields.of("to").empty()))
    out.wrong.emplace_back("A day could not be read; write it as 2026-03-04.");
  if (to) out.to = *to;
  out.from = from ? *from : out.to - length;
  if (out.from >= out.to || out.to - out.from > longest) {
    out.wrong.emplace_back("The span must begin before it ends, and last three years at most.");
    out.from = out.to - length;
  }
  out.step = step_for(out.to - out.from);
  out.from = begin_of(out.from, out.step);
  out.other = out.from - (out.to - out.from);
  const auto against = day_or_moment(fields.of("against"), false);
  if (!against && !fields.of("against").empty())
    out.wrong.emplace_back("The day to compare with could not be read; write it as 2026-03-04.");
  if (!against) return out;
  const auto other = begin_of(*against, out.step);
  if (other + (out.to - out.from) > out.from && other < out.to) {
    out.wrong.emplace_back("What is compared must not overlap: choose an earlier day.");
  } else {
    out.other = other;
    out.chosen = true;
  }
  return out;
}

Result<std::vector<std::pair<std::string, Trend::OfPlace>>> read_places(const Store& store, const TrendAsked& asked) {
  // Days of UTC: those that lie in the span for the most part.
  const auto from = std::chrono::round<std::chrono::days>(asked.from);
  const auto to = std::chrono::round<std::chrono::days>(asked.to);
  const auto other = std::chrono::round<std::chrono::days>(asked.other);
  std::map<std::string, Trend::OfPlace> places;
  const auto read =
      store.moods_of_places(std::min(from, other), std::max(to, other + (to - from)), [&](const ToneDay& of) {
        const auto begin = std::chrono::sys_days{std::chrono::days{of.day}};
        if (from <= begin && begin < to) {
          places[of.place].now += of.all;
          places[of.place].negative += of.negative;
        } else if (other <= begin && begin < other + (to - from)) {
          places[of.place].before += of.all;
        }
      });
  if (!read) return read.error();
  std::vector<std::pair<std::string, Trend::OfPlace>> sorted{places.begin(), places.end()};
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.second.now != b.second.now ? a.second.now > b.second.now : a.second.before > b.second.before;
  });
  return sorted;
}

Result<Trend> read_trend(const Store& store, const TrendAsked& asked, UtcTime now) {
  Trend trend;
  trend.columns = columns_of(asked);
  SeriesFilter filter;
  filter.resolution = by_days(asked) ? Resolution::day : Resolution::hour;
  filter.tag = asked.tag;
  filter.from = std::min(asked.from, asked.other);
  filter.to = std::max(asked.to, asked.other + (asked.to - asked.from));
  const auto read = store.series(filter, [&](const SeriesPoint& point) {
    count(trend, point, asked);
    return true;
  });
  if (!read) return read.error();
  GapFilter blind;
  blind.from = asked.from;
  blind.to = std::min(asked.to, now);
  const auto gaps = store.gaps(blind, [&](const Gap& gap) {
    if (trend.sources.contains(gap.source)) trend.gaps.push_back(gap);
    return true;
  });
  if (!gaps) return gaps.error();
  auto places = read_places(store, asked);
  if (!places) return places.error();
  trend.places = std::move(*places);
  return trend;
}

std::vector<Span> blind_spans(const std::vector<Gap>& gaps, const TrendAsked& asked, UtcTime now) {
  std::vector<Span> all;
  for (const auto& gap : gaps) {
    const Span span{std::max(gap.from, asked.from), std::min(gap.to.value_or(now), asked.to)};
    if (span.begin < span.end) all.push_back(span);
  }
  std::sort(all.begin(), all.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
  std::vector<Span> out;
  for (const auto& span : all) {
    if (!out.empty() && span.begin <= out.back().end)
      out.back().end = std::max(out.back().end, span.end);
    else
      out.push_back(span);
  }
  return out;
}

}  // namespace barometer
