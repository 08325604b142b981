#include "daemon/alerts/bank_holidays.hpp"

#include <algorithm>
#include <array>

namespace barometer {
namespace {

using namespace std::chrono;

// Gregorian, by Meeus, "Astronomical Algorithms", chapter 8.
sys_days easter(year of) {
  const int y = static_cast<int>(of);
  const int a = y % 19, b = y / 100, c = y % 100, d = b / 4, e = b % 4;
  const int f = (b + 8) / 25, g = (b - f + 1) / 3, h = (19 * a + b - d - g + 15) % 30;
  const int i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7, m = (a + 11 * h + 22 * l) / 451;
  const int n = h + l - 7 * m + 114;
  return of / month{static_cast<unsigned>(n / 31)} / day{static_cast<unsigned>(n % 31 + 1)};
}

// Days that were added, and Mondays that gave their holiday to another day.
constexpr std::array added{2011y / April / 29, 2012y / June / 4, 2012y / June / 5,       2020y / May / 8,
                           2022y / June / 2,   2022y / June / 3, 2022y / September / 19, 2023y / May / 8};
constexpr std::array taken{2012y / May / 28, 2020y / May / 4, 2022y / May / 30};

bool weekend(sys_days day) { return weekday{day} == Saturday || weekday{day} == Sunday; }

// A holiday at a weekend moves to the next weekday that is none itself.
sys_days substitute(sys_days holiday, sys_days after) {
  holiday = std::max(holiday, after);
  while (weekend(holiday)) holiday += days{1};
  return holiday;
}

}  // namespace

bool bank_holiday(year_month_day day) {
  if (std::ranges::find(added, day) != added.end()) return true;
  if (std::ranges::find(taken, day) != taken.end()) return false;
  const auto y = day.year();
  const sys_days date = day;
  const auto christmas = substitute(y / December / 25, {});
  // Christmas Day on a Sunday leaves Boxing Day its Monday and takes the Tuesday.
  const bool sunday = weekday{sys_days{y / December / 25}} == Sunday;
  const sys_days first = sunday ? sys_days{y / December / 26} : christmas;
  const sys_days second = sunday ? sys_days{y / December / 27} : substitute(y / December / 26, christmas + days{1});
  const std::array holidays{substitute(y / January / 1, {}),
                            easter(y) - days{2},
                            easter(y) + days{1},
                            sys_days{y / May / Monday[1]},
                            sys_days{y / May / Monday[last]},
                            sys_days{y / August / Monday[last]},
                            first,
                            second};
  return std::ranges::find(holidays, date) != holidays.end();
}

}  // namespace barometer
