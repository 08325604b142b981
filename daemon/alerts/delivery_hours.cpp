#include "daemon/alerts/delivery_hours.hpp"

#include <algorithm>
#include <bitset>
#include <optional>
#include <vector>

#include "daemon/alerts/bank_holidays.hpp"
#include "daemon/busy_hours.hpp"
#include "daemon/uk_time.hpp"

namespace barometer {
namespace {

using std::chrono::days;

constexpr days looked_ahead{31};

// A holiday is judged by the day on which the hours begin: a night shift that leads into one is no holiday's.
bool begins_on(const WeeklyHours& hours, std::chrono::local_days day, bool bank_holidays) {
  return hours.days.test(std::chrono::weekday{day}.c_encoding()) &&
         (bank_holidays || !bank_holiday(std::chrono::year_month_day{day}));
}

}  // namespace

UtcTime may_deliver(const RecipientConfig& recipient, UtcTime from) {
  std::vector<WeeklyHours> rows;
  for (const auto& text : recipient.hours)
    if (const auto hours = parse_weekly_hours(text)) rows.push_back(*hours);
  if (rows.empty() && recipient.bank_holidays) return from;
  if (rows.empty()) rows.push_back({.days = std::bitset<7>{}.set(), .end = std::chrono::hours{24}});

  std::optional<UtcTime> soonest;
  const auto today = std::chrono::floor<days>(to_uk(from));
  // From yesterday, whose hours may lead past midnight.
  for (auto day = today - days{1}; day <= today + looked_ahead; day += days{1}) {
    for (const auto& hours : rows) {
      if (!begins_on(hours, day, recipient.bank_holidays)) continue;
      const UtcTime begin = from_uk(day + hours.begin);
      const UtcTime end = from_uk(day + hours.end + (hours.end <= hours.begin ? days{1} : days{0}));
      if (from < end) soonest = std::min(soonest.value_or(std::max(from, begin)), std::max(from, begin));
    }
  }
  return soonest.value_or(from);
}

}  // namespace barometer
