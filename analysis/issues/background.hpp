#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/issues/day_totals.hpp"
#include "analysis/issues/surprise.hpp"
#include "analysis/taxonomy.hpp"
#include "connectors/result.hpp"

namespace barometer {

// Days since 1970 until that time.
inline int day_of(UtcTime time) {
  return static_cast<int>(std::chrono::floor<std::chrono::days>(time).time_since_epoch().count());
}

// While a source heard nothing, and will never give what was said. Of one source they do not overlap.
struct BlindSpell {
  UtcTime from = {};
  std::optional<UtcTime> to = {};  // empty: it lasts
};

// What is usual anywhere: how many people speak of each theme and at each place, how gravely of each theme, and when how much of
// what is heard could not be. Counts only: the same posts give the same answers, whatever order they came in.
class Background {
 public:
  using Place = std::pair<std::string, std::string>;  // id of the service; where none is named, the tag

  // So many more people (fewer, if negative) spoke on a day since 1970.
  void spoke(Theme theme, const Place& place, int day, int people);
  // So many more posts, or fewer.
  void said(Theme theme, const std::string& source, int severity, int posts);
  // The blind spells of a source that begin at `since` or later are these, the earliest first; an earlier one ends before.
  void blind(const std::string& source, UtcTime since, const std::vector<BlindSpell>& spells);

  // People a day until the day `before`, by the theme's share of all and the place's, in so many days of listening.
  double usual(Theme theme, const Place& place, int before, double listened) const;
  // Shares of the severities that are usual of a theme: some are never mild.
  Severities severities_of(Theme theme) const;
  // Days within [from, to), each for as many as it is worth: on some days of the week more people speak than on others. Whole weeks are
  // themselves. Windows are whole days, so the hours of a day need no such thing.
  double days_of_week(UtcTime from, UtcTime to) const;
  // Days within [from, to) that were lost to blind sources, each by its share of all that is heard.
  double lost_days(UtcTime from, UtcTime to) const;
  // For how long of [from, to) a source was blind; of that which was so the longest.
  std::chrono::hours longest_blind(UtcTime from, UtcTime to) const;

 private:
  // How long a source was blind up to any moment.
  class Blindness {
   public:
    void begin_anew(UtcTime since, const std::vector<BlindSpell>& spells);
    UtcTime::duration until(UtcTime when) const;

   private:
    std::vector<std::pair<BlindSpell, UtcTime::duration>> spells_ = {};  // with how long it was blind before each
  };
  using Counts = std::array<int, severities>;  // posts, by severity

  std::map<Theme, DayTotals> of_theme_ = {};
  std::map<Place, DayTotals> of_place_ = {};
  DayTotals of_all_ = {};
  std::array<int, 7> of_weekday_ = {};  // people; Monday first
  Counts severities_ = {};
  std::map<Theme, Counts> severities_of_theme_ = {};
  std::map<std::string, int> of_source_ = {};  // posts
  int posts_ = 0;
  std::map<std::string, Blindness> blind_ = {};  // by source
};

}  // namespace barometer
