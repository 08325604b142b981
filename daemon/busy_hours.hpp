#pragma once

#include <bitset>
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "connectors/pace.hpp"
#include "daemon/config.hpp"

namespace barometer {

// Hours of the week, by the clock in the United Kingdom; summer time included.
struct WeeklyHours {
  std::bitset<7> days = {};  // on which they begin; 0 is Sunday
  std::chrono::minutes begin{0};
  std::chrono::minutes end{0};  // not after `begin`: on the next day
};

std::optional<std::chrono::minutes> parse_clock(std::string_view text);    // "8:00", up to "24:00"
std::optional<std::chrono::weekday> parse_weekday(std::string_view text);  // "Mon", "Monday"

// "Wed 20:00-21:00", "Mon-Fri 9:00-17:00", "Sat,Sun 10:00-12:00", "daily 7:00-8:00". Empty when it is none of them.
std::optional<WeeklyHours> parse_weekly_hours(std::string_view text);

// Of a chat; the day may be written out.
std::optional<WeeklyHours> weekly_hours_of(const ChatConfig& chat);
// Whether that time is within the hours, or so long before or after them.
bool within(const WeeklyHours& hours, UtcTime time, std::chrono::minutes before, std::chrono::minutes after);

// The hours in which sources are asked more often. Made once from checked settings, then only read; any thread.
class BusyHours {
 public:
  explicit BusyHours(const std::vector<BusyHoursConfig>& hours);

  Busy at(UtcTime now) const;

 private:
  struct Row {
    WeeklyHours hours = {};
    std::chrono::milliseconds every{0};
  };
  std::vector<Row> rows_;
};

}  // namespace barometer
