#include "daemon/mood.hpp"

#include <chrono>
#include <map>

#include "daemon/watch.hpp"

namespace barometer {

namespace {

using namespace std::chrono_literals;

TagMood named(std::map<std::string, TagMood>& moods, const std::string& tag) {
  TagMood mood = moods[tag];
  mood.name = tag;
  return mood;
}

}  // namespace

std::optional<double> SentimentCounts::negative_ratio() const {
  if (all() == 0) return std::nullopt;
  return static_cast<double>(posts[static_cast<std::size_t>(Sentiment::negative)]) / static_cast<double>(all());
}

Result<std::vector<TagMood>> read_moods(const Store& store, const std::vector<std::string>& tags, UtcTime now) {
  const UtcTime end = std::chrono::floor<std::chrono::hours>(now) + 1h;
  const UtcTime day_begin = end - 24h;
  SeriesFilter filter;
  filter.from = end - 7 * 24h;
  filter.to = end;
  std::map<std::string, TagMood> moods;
  const auto add = [&](const SeriesPoint& point) {
    TagMood& mood = moods[point.tag];
    for (std::size_t s = 0; s < point.posts.size(); ++s) {
      for (const std::int64_t posts : point.posts[s]) {
        mood.week.posts[s] += posts;
        if (point.bucket >= day_begin) mood.day.posts[s] += posts;
      }
    }
    return true;
  };
  if (const auto read = store.series(filter, add); !read) return read.error();
  std::vector<TagMood> out;
  for (const std::string& tag : tags) out.push_back(named(moods, tag));
  const std::string other(Watch::other);
  if (moods[other].week.all() > 0) out.push_back(named(moods, other));
  return out;
}

}  // namespace barometer
