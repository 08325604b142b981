#include "daemon/uk_time.hpp"

#include <array>
#include <chrono>
#include <fmt/format.h>
#include <memory>

#include <unicode/basictz.h>
#include <unicode/timezone.h>

namespace barometer {
namespace {

using std::chrono::days;

// ICU knows the zone's whole history; libstdc++ 12 carries no time zones.
const icu::BasicTimeZone& london() {
  static const std::unique_ptr<const icu::BasicTimeZone> zone{
      dynamic_cast<icu::BasicTimeZone*>(icu::TimeZone::createTimeZone("Europe/London"))};
  return *zone;
}

std::string clock_of(UkTime local) {
  const std::chrono::hh_mm_ss time{local - std::chrono::floor<days>(local)};
  const auto hour = time.hours().count();
  return fmt::format("{}:{:02}{}", hour % 12 == 0 ? 12 : hour % 12, time.minutes().count(), hour < 12 ? "am" : "pm");
}

std::string date_of(UkTime local) {
  static constexpr std::array weekdays{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  static constexpr std::array months{"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};
  const auto day = std::chrono::floor<days>(local);
  const std::chrono::year_month_day date{day};
  return fmt::format("{} {} {} {}", weekdays[std::chrono::weekday{day}.c_encoding()], static_cast<unsigned>(date.day()),
                     months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()));
}

}  // namespace

UkTime to_uk(UtcTime time) {
  std::int32_t raw = 0;
  std::int32_t summer = 0;
  UErrorCode status = U_ZERO_ERROR;
  london().getOffset(static_cast<double>(time.time_since_epoch().count()), false, raw, summer, status);
  return UkTime{time.time_since_epoch() + std::chrono::milliseconds{raw + summer}};
}

UtcTime from_uk(UkTime time) {
  std::int32_t raw = 0;
  std::int32_t summer = 0;
  UErrorCode status = U_ZERO_ERROR;
  london().getOffsetFromLocal(static_cast<double>(time.time_since_epoch().count()), UCAL_TZ_LOCAL_FORMER,
                              UCAL_TZ_LOCAL_FORMER, raw, summer, status);
  return UtcTime{time.time_since_epoch() - std::chrono::milliseconds{raw + summer}};
}

std::string uk_time(UtcTime time) {
  const auto local = to_uk(time);
  return date_of(local) + ", " + clock_of(local);
}

std::string uk_time_short(UtcTime time, UtcTime now) {
  const auto local = to_uk(time);
  const auto age = std::chrono::floor<days>(to_uk(now)) - std::chrono::floor<days>(local);
  if (age == days{0}) return clock_of(local);
  if (age == days{1}) return "yesterday, " + clock_of(local);
  return date_of(local) + ", " + clock_of(local);
}

}  // namespace barometer
