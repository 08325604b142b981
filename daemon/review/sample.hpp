#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "connectors/result.hpp"
#include "storage/store.hpp"

namespace barometer {

// Every week some posts that were not flagged are drawn by lot, and a person says whether one was missed: the only way to know.

// A week by ISO 8601: it begins on Monday, and the first of a year has its first Thursday. UTC.
struct IsoWeek {
  int year = 0;
  int week = 0;

  bool operator==(const IsoWeek&) const = default;
};
IsoWeek iso_week(UtcTime time);
UtcTime begin_of(const IsoWeek& week);
std::string name_of(const IsoWeek& week);  // "2026-W47"
// The last week that is over.
IsoWeek week_to_sample(UtcTime now);

inline constexpr std::size_t sample_size = 20;

struct WeekSample {
  IsoWeek week = {};
  std::vector<StoredPost> posts = {};  // in the order of the lot; as they are kept now
  std::size_t unflagged = 0;           // of so many
};
// The same posts for whoever draws, as long as the same are kept: each has its lot, which depends on the week and the post alone, and the
// least are drawn. What expired or was deleted is not among them. Posts without text are left out: nobody could judge them.
Result<WeekSample> draw_sample(const Store& store, const IsoWeek& week);

}  // namespace barometer
