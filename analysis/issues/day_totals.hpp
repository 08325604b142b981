#pragma once

#include <limits>
#include <vector>

namespace barometer {

// How many people spoke up to each day (since 1970), so that what any number of days brought is a difference. Days lie side by side from the
// first to the last that was counted; those that are forgotten count no more. Most are added at the end. Not thread-safe.
class DayTotals {
 public:
  // So many more people, or fewer; nothing on a day that is forgotten.
  void add(int day, int people);
  // Before that day, those of forgotten days among them.
  int until(int day) const;
  // On [first, last), without those of forgotten days.
  int between(int first, int last) const;
  void forget_before(int day);

 private:
  int first_ = 0;                                // day of the first sum
  int begin_ = std::numeric_limits<int>::min();  // days before it are forgotten
  int forgotten_ = 0;                            // people of these
  std::vector<int> sums_ = {};
};

}  // namespace barometer
