#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/store.hpp"

namespace barometer {

// JSON of what only the commands print; posts and assessments have theirs beside their types.
std::string decimal(double value);  // the shortest form that reads back as the same number to three places
std::string alert_json(const Alert& alert);
std::string series_json(const SeriesPoint& point, Resolution resolution);
std::string_view name_of(Resolution resolution);

// Sums over a point, for people.
std::int64_t posts_in(const SeriesPoint& point);
std::int64_t posts_in(const SeriesPoint& point, Sentiment sentiment);

}  // namespace barometer
