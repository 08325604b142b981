#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "connectors/result.hpp"
#include "storage/store.hpp"

namespace barometer {

// How a number of posts read.
struct SentimentCounts {
  std::array<std::int64_t, 3> posts = {};  // by Sentiment

  std::int64_t all() const { return posts[0] + posts[1] + posts[2]; }
  std::optional<double> negative_ratio() const;  // 0 .. 1; empty when there are no posts
};

// How the posts of one tag read, by the time that they were made.
struct TagMood {
  std::string name = {};
  SentimentCounts day = {};   // in the last 24 hours, in whole hours
  SentimentCounts week = {};  // in the last 7 days
};

// One for each of `tags`, in their order; then one of "other", if that has posts. From the hourly series, in one pass.
Result<std::vector<TagMood>> read_moods(const Store& store, const std::vector<std::string>& tags, UtcTime now);

}  // namespace barometer
