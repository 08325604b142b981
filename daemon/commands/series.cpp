#include <iostream>
#include <map>
#include <tuple>

#include "connectors/time.hpp"
#include "daemon/commands/json.hpp"
#include "daemon/commands/query.hpp"
#include "daemon/commands/rows.hpp"

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
// A family's samples stand together, and within a series by time, so the points are gathered first.
class OpenMetrics {
 public:
  explicit OpenMetrics(std::chrono::seconds bucket) : bucket_(bucket) {}

  void add(const SeriesPoint& point) {
    const auto end = std::chrono::floor<std::chrono::seconds>(point.bucket) + bucket_;
    for (const Sentiment one : {Sentiment::negative, Sentiment::neutral, Sentiment::positive})
      if (const auto posts = posts_in(point, one))
        posts_[{point.tag, point.source, std::string(name_of(one)), ""}][end] += posts;
    for (const auto& concern : point.concerns)
      concerns_[{point.tag, point.source, std::string(info(concern.theme).id), std::to_string(concern.severity)}]
               [end] += concern.posts;
  }

  void print(std::ostream& out) const {
    out << "# HELP barometer_posts_made Posts by the time that they were made.\n# TYPE barometer_posts_made counter\n";
    print_family(out, "barometer_posts_made_total", "sentiment", posts_);
    out << "# HELP barometer_concerns_made Concerns by the time that their posts were made.\n"
           "# TYPE barometer_concerns_made counter\n";
    print_family(out, "barometer_concerns_made_total", "theme", concerns_);
    out << "# EOF\n";
  }

 private:
  using Key = std::tuple<std::string, std::string, std::string, std::string>;
  using Family = std::map<Key, std::map<std::chrono::sys_seconds, std::int64_t>>;

  static void print_family(std::ostream& out, const char* name, const char* third, const Family& family) {
    for (const auto& [key, samples] : family) {
      const auto& [tag, source, value, severity] = key;
      std::string labels =
          "{tag=\"" + label(tag) + "\",source=\"" + label(source) + "\"," + third + "=\"" + label(value) + '"';
      if (!severity.empty()) labels += ",severity=\"" + severity + '"';
      labels += "} ";
      std::int64_t sum = 0;
      for (const auto& [time, posts] : samples) {
        sum += posts;
        out << name << labels << sum << ' ' << time.time_since_epoch().count() << '\n';
      }
    }
  }

  std::chrono::seconds bucket_;
  Family posts_;
  Family concerns_;
};

std::chrono::seconds length_of(Resolution resolution) {
  using namespace std::chrono_literals;
  return resolution == Resolution::minute ? 60s : resolution == Resolution::hour ? 3600s : 86400s;
}

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
