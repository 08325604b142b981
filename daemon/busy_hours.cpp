#include "daemon/busy_hours.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "daemon/uk_time.hpp"

namespace barometer {

namespace {

using std::chrono::minutes;

constexpr std::chrono::days one_day{1};
constexpr std::array<std::string_view, 7> day_names{"sunday",   "monday", "tuesday", "wednesday",
                                                    "thursday", "friday", "saturday"};

// One item of a list of days: a day, or a range of them, which may lead over Saturday.
bool add_days(std::bitset<7>& days, std::string_view item) {
  const auto dash = item.find('-');
  const auto first = parse_weekday(item.substr(0, dash));
  const auto last = dash == item.npos ? first : parse_weekday(item.substr(dash + 1));
  if (!first || !last) return false;
  for (auto day = *first;; ++day) {
    days.set(day.c_encoding());
    if (day == *last) return true;
  }
}

std::optional<std::bitset<7>> days_of(std::string_view text) {
  std::bitset<7> days;
  if (text == "daily") return days.set();
  while (true) {
    const auto comma = text.find(',');
    if (!add_days(days, text.substr(0, comma))) return std::nullopt;
    if (comma == text.npos) return days;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

std::optional<std::chrono::weekday> parse_weekday(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(c | 0x20);
  constexpr std::size_t short_name = 3;
  const auto* const found = std::find_if(day_names.begin(), day_names.end(), [&](std::string_view day) {
    return lower == day || (lower.size() == short_name && day.starts_with(lower));
  });
  if (found == day_names.end()) return std::nullopt;
  return std::chrono::weekday{static_cast<unsigned>(found - day_names.begin())};
}

std::optional<minutes> parse_clock(std::string_view text) {
  int hour = 0;
  int minute = 0;
  const char* const end = text.data() + text.size();
  const auto hours = std::from_chars(text.data(), end, hour);
  if (hours.ec != std::errc() || hours.ptr == end || *hours.ptr != ':') return std::nullopt;
  const auto rest = std::from_chars(hours.ptr + 1, end, minute);
  const bool whole = rest.ec == std::errc() && rest.ptr == end && end - hours.ptr == 3;
  if (!whole || hour < 0 || hour > 24 || minute < 0 || minute > 59 || hour * 60 + minute > 24 * 60) return std::nullopt;
  return minutes{hour * 60 + minute};
}

std::optional<WeeklyHours> parse_weekly_hours(std::string_view text) {
  const auto blank = text.find(' ');
  if (blank == text.npos) return std::nullopt;
  const auto days = days_of(text.substr(0, blank));
  const std::string_view span = text.substr(blank + 1);
  const auto dash = span.find('-');
  if (!days || dash == span.npos) return std::nullopt;
  const auto begin = parse_clock(span.substr(0, dash));
  const auto end = parse_clock(span.substr(dash + 1));
  if (!begin || !end || *begin == *end) return std::nullopt;
  return WeeklyHours{*days, *begin, *end};
}

std::optional<WeeklyHours> weekly_hours_of(const ChatConfig& chat) {
  return parse_weekly_hours(chat.weekday + " " + chat.from + "-" + chat.to);
}

bool within(const WeeklyHours& hours, UtcTime time, minutes before, minutes after) {
  const auto today = std::chrono::floor<std::chrono::days>(to_uk(time));
  for (auto day = today - one_day; day <= today + one_day; day += one_day) {
    if (!hours.days.test(std::chrono::weekday{day}.c_encoding())) continue;
    const bool next_day = hours.end <= hours.begin;
    const UtcTime begin = from_uk(day + hours.begin) - before;
    const UtcTime end = from_uk(day + hours.end + (next_day ? one_day : 0 * one_day)) + after;
    if (begin <= time && time < end) return true;
  }
  return false;
}

BusyHours::BusyHours(const std::vector<BusyHoursConfig>& hours) {
  for (const BusyHoursConfig& row : hours)
    if (const auto parsed = parse_weekly_hours(row.when)) rows_.push_back({*parsed, row.every});
}

Busy BusyHours::at(UtcTime now) const {
  Busy busy;
  const auto today = std::chrono::floor<std::chrono::days>(to_uk(now));
  for (const Row& row : rows_) {
    // From yesterday, whose hours may lead past midnight, to the same day of next week.
    for (auto day = today - one_day; day <= today + 7 * one_day; day += one_day) {
      if (!row.hours.days.test(std::chrono::weekday{day}.c_encoding())) continue;
      const bool next_day = row.hours.end <= row.hours.begin;
      const UtcTime begin = from_uk(day + row.hours.begin);
      const UtcTime end = from_uk(day + row.hours.end + (next_day ? one_day : 0 * one_day));
      if (begin > now) {
        busy.begins = std::min(busy.begins.value_or(begin), begin);
        break;
      }
      if (now < end) busy.every = std::min(busy.every.value_or(row.every), row.every);
    }
  }
  return busy;
}

}  // namespace barometer
