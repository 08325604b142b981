#include "daemon/mood.hpp"

#include <numeric>

namespace barometer {

std::optional<double> Mood::negative_ratio() const {
  if (posts() == 0) return std::nullopt;
  return static_cast<double>(negative) / static_cast<double>(posts());
}

Result<Mood> mood_of(const Store& store, const std::string& tag, UtcTime from, UtcTime to) {
  const SeriesFilter filter{.resolution = Resolution::hour,
                            .tag = tag,
                            .from = std::chrono::floor<std::chrono::hours>(from),
                            .to = std::chrono::ceil<std::chrono::hours>(to)};
  Mood mood;
  const auto add = [&](const SeriesPoint& point) {
    const auto sum = [&](Sentiment one) {
      const auto& row = point.posts[static_cast<std::size_t>(one)];
      return std::accumulate(row.begin(), row.end(), std::int64_t{0});
    };
    mood.negative += sum(Sentiment::negative);
    mood.neutral += sum(Sentiment::neutral);
    mood.positive += sum(Sentiment::positive);
    return true;
  };
  if (const auto read = store.series(filter, add); !read) return read.error();
  return mood;
}

}  // namespace barometer
