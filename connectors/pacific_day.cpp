#include "connectors/pacific_day.hpp"

#include <memory>

#include <unicode/timezone.h>

#include "connectors/time.hpp"

namespace barometer {
namespace {

using std::chrono::milliseconds;

// What clocks there are ahead of UTC. ICU knows the zone; libstdc++ 12 carries none.
milliseconds offset_at(UtcTime time, bool is_local) {
  static const std::unique_ptr<const icu::TimeZone> zone{icu::TimeZone::createTimeZone("America/Los_Angeles")};
  std::int32_t raw = 0;
  std::int32_t summer = 0;
  UErrorCode status = U_ZERO_ERROR;
  zone->getOffset(static_cast<double>(time.time_since_epoch().count()), is_local, raw, summer, status);
  return milliseconds{raw + summer};
}

std::chrono::sys_days local_day(UtcTime now) {
  return std::chrono::floor<std::chrono::days>(now + offset_at(now, false));
}

}  // namespace

std::string pacific_day(UtcTime now) {
  constexpr std::size_t year_month_and_day = 10;
  return to_iso(UtcTime{local_day(now)}).substr(0, year_month_and_day);
}

UtcTime next_pacific_day(UtcTime now) {
  const UtcTime midnight{local_day(now) + std::chrono::days{1}};
  return midnight - offset_at(midnight, true);
}

}  // namespace barometer
