#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "connectors/result.hpp"
#include "storage/store.hpp"

namespace barometer {

// How the posts of one tag read, over a span of the time that they were made.
struct Mood {
  std::int64_t negative = 0;
  std::int64_t neutral = 0;
  std::int64_t positive = 0;

  std::int64_t posts() const { return negative + neutral + positive; }
  // 0 .. 1; empty when there are no posts.
  std::optional<double> negative_ratio() const;
};

// Reads the hourly series: both ends count to the whole hour that they lie in.
Result<Mood> mood_of(const Store& store, const std::string& tag, UtcTime from, UtcTime to);

}  // namespace barometer
