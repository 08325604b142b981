#include <algorithm>
#include <iostream>
#include <string_view>
#include <vector>

#include "connectors/time.hpp"
#include "daemon/commands/json.hpp"
#include "daemon/commands/query.hpp"
#include "daemon/commands/rows.hpp"
#include "daemon/prometheus/event_counters.hpp"

namespace barometer {

namespace {

// Keeps of a point what the reader asked for; false when nothing is left.
bool narrow(SeriesPoint& point, const PostFilter& asked) {
  for (std::size_t s = 0; s < point.posts.size(); ++s)
    for (int severity = 0; severity < severities; ++severity)
      if ((asked.sentiment && static_cast<std::size_t>(*asked.sentiment) != s) || severity < asked.min_severity)
        point.posts[s][static_cast<std::size_t>(severity)] = 0;
  std::erase_if(point.concerns, [&](const SeriesPoint::ConcernCount& concern) {
    return (asked.concern && concern.theme != *asked.concern) || concern.severity < asked.min_severity;
  });
  return asked.concern ? !point.concerns.empty() : posts_in(point) != 0;
}

std::string label(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n')
      out += "\\n";
    else if (c == '"' || c == '\\')
      out.append("\\").append(1, c);
    else
      out += c;
  }
  return out;
}

// OpenMetrics 1.0: counters by the time that posts were made, ready for `promtool tsdb create-blocks-from openmetrics`.
// The same counters as remote read gives, on the grid of the buckets.
void print_openmetrics(std::ostream& out, const std::vector<EventCounter>& counters, const SampleGrid& grid) {
  struct Family {
    std::string_view name;
    std::string_view help;
  };
  constexpr Family families[] = {
      {"barometer_posts_made", "Posts by the time that they were made."},
      {"barometer_concerns_made", "Concerns by the time that their posts were made."},
  };
  for (const auto& [family, help] : families) {
    out << "# HELP " << family << ' ' << help << "\n# TYPE " << family << " counter\n";
    for (const EventCounter& counter : counters) {
      const std::string& name = counter.labels.front().second;
      if (!name.starts_with(family)) continue;
      std::string line = name + '{';
      for (std::size_t i = 1; i < counter.labels.size(); ++i)
        line += (i > 1 ? "," : "") + counter.labels[i].first + "=\"" + label(counter.labels[i].second) + '"';
      line += "} ";
      each_sample(counter, grid, [&](UtcTime at, std::int64_t value) {
        out << line << value << ' ' << std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count() << '\n';
      });
    }
  }
  out << "# EOF\n";
}

// Gathers all points before it prints: a counter's samples stand together, and every counter begins with nothing.
class OpenMetrics {
 public:
  explicit OpenMetrics(std::chrono::seconds bucket) : bucket_(bucket) {}

  void add(const SeriesPoint& point) {
    first_ = points_.empty() ? point.bucket : std::min(first_, point.bucket);
    last_ = points_.empty() ? point.bucket : std::max(last_, point.bucket);
    points_.push_back(point);
  }

  void print(std::ostream& out) const {
    const SampleGrid grid{first_, points_.empty() ? first_ - bucket_ : last_ + bucket_, bucket_};
    EventCounters counters(grid, [](const Labels&) { return true; });
    for (const SeriesPoint& point : points_) counters.add(point, bucket_);
    print_openmetrics(out, counters.take(), grid);
  }

 private:
  std::chrono::seconds bucket_;
  std::vector<SeriesPoint> points_ = {};
  UtcTime first_ = {};
  UtcTime last_ = {};
};

}  // namespace

int series_command(const QueryOptions& options) {
  const auto asked = post_filter(options);
  const auto filter = series_filter(options);
  if (!asked || !filter) return exit_usage;
  int code = exit_done;
  const auto store = open_to_read(options.where, code);
  if (!store) return code;

  Rows rows(std::cout, options.format,
            {"tag", "source", "bucket", "posts", "negative", "neutral", "positive", "concerns"});
  OpenMetrics metrics(length_of(filter->resolution));
  std::size_t printed = 0;
  const auto each = [&](const SeriesPoint& whole) {
    SeriesPoint point = whole;
    if (!narrow(point, *asked)) return true;
    if (options.format == Format::openmetrics) {
      metrics.add(point);
      return true;
    }
    std::string concerns;
    for (const auto& concern : point.concerns)
      concerns += (concerns.empty() ? "" : ",") + std::string(info(concern.theme).id) + ':' +
                  std::to_string(concern.severity) + '=' + std::to_string(concern.posts);
    const auto count = [&](Sentiment one) { return std::to_string(posts_in(point, one)); };
    rows.add(series_json(point, filter->resolution),
             {point.tag, point.source, to_iso(point.bucket), std::to_string(posts_in(point)),
              count(Sentiment::negative), count(Sentiment::neutral), count(Sentiment::positive), concerns});
    return options.limit == 0 || ++printed < options.limit;
  };
  const auto read = store->series(*filter, each);
  if (options.format == Format::openmetrics)
    metrics.print(std::cout);
  else
    rows.finish();
  return read ? exit_done : report(read.error());
}

}  // namespace barometer
