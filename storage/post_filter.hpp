#pragma once

#include <optional>
#include <string>

#include "analysis/assessment.hpp"
#include "connectors/result.hpp"

namespace barometer {

struct StoredPost;

// Which posts are meant: those that meet all of it.
struct PostFilter {
  std::optional<std::string> tag = {};
  std::optional<std::string> source = {};
  std::optional<Theme> concern = {};
  std::optional<Sentiment> sentiment = {};
  int min_severity = 0;
  std::optional<UtcTime> from = {};  // inclusive, by made_at
  std::optional<UtcTime> to = {};    // exclusive
};

bool matches(const StoredPost& kept, const PostFilter& filter);

}  // namespace barometer
