#include "connectors/local_time.hpp"

#include <array>
#include <ctime>
#include <memory>

#include <unicode/basictz.h>
#include <unicode/timezone.h>
#include <unicode/unistr.h>

#include "connectors/time.hpp"

namespace barometer {
namespace {

using std::chrono::milliseconds;

// Tried in this order; each must take the whole text.
constexpr std::array usual_formats = {"%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y",       "%Y-%m-%d %H:%M:%S",
                                      "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d",
                                      "%d %b %Y %H:%M:%S", "%d %b %Y %H:%M", "%d %b %Y",       "%d-%b-%Y %H:%M",
                                      "%d-%b-%Y",          "%d-%m-%Y %H:%M", "%d-%m-%Y",       "%d.%m.%Y",
                                      "%d/%m/%y %H:%M",    "%d/%m/%y"};

std::unique_ptr<icu::TimeZone> zone_of(std::string_view name) {
  const icu::UnicodeString id(name.data(), static_cast<std::int32_t>(name.size()), US_INV);
  return std::unique_ptr<icu::TimeZone>(icu::TimeZone::createTimeZone(id));
}

std::optional<UtcTime> in_zone(const std::tm& clock, std::string_view zone) {
  using namespace std::chrono;
  const year_month_day day{year{clock.tm_year + 1900}, month{static_cast<unsigned>(clock.tm_mon + 1)},
                           std::chrono::day{static_cast<unsigned>(clock.tm_mday)}};
  if (!day.ok() || day.year() < year{1970} || day.year() > year{9999}) return std::nullopt;
  const auto wall =
      sys_days{day}.time_since_epoch() + hours{clock.tm_hour} + minutes{clock.tm_min} + seconds{clock.tm_sec};
  const auto at = duration_cast<milliseconds>(wall);
  const auto known = zone_of(zone);
  std::int32_t raw = 0;
  std::int32_t summer = 0;
  UErrorCode odd = U_ZERO_ERROR;
  if (const auto* basic = dynamic_cast<const icu::BasicTimeZone*>(known.get()))
    basic->getOffsetFromLocal(static_cast<UDate>(at.count()), UCAL_TZ_LOCAL_FORMER, UCAL_TZ_LOCAL_FORMER, raw, summer,
                              odd);
  if (U_FAILURE(odd)) return std::nullopt;
  return UtcTime{at - milliseconds{raw} - milliseconds{summer}};
}

std::optional<UtcTime> by_format(const std::string& text, const char* format, std::string_view zone) {
  std::tm clock{};
  const char* end = ::strptime(text.c_str(), format, &clock);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return in_zone(clock, zone);
}

}  // namespace

bool is_time_zone(std::string_view zone) { return !zone.empty() && *zone_of(zone) != icu::TimeZone::getUnknown(); }

std::optional<UtcTime> local_time(std::string_view text, const std::string& format, std::string_view zone) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == text.npos) return std::nullopt;
  const std::string trimmed(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
  if (!format.empty()) return by_format(trimmed, format.c_str(), zone);
  for (const char* usual : usual_formats)
    if (const auto time = by_format(trimmed, usual, zone)) return time;
  return parse_time(trimmed);
}

}  // namespace barometer
