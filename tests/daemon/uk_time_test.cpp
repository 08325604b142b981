#include "daemon/uk_time.hpp"

#include <chrono>

#include <doctest/doctest.h>

using namespace barometer;
using namespace std::chrono_literals;

namespace {

UtcTime utc(std::chrono::year_month_day date, std::chrono::minutes time) { return std::chrono::sys_days{date} + time; }

}  // namespace

TEST_CASE("times are written as people in the United Kingdom say them") {
  CHECK(uk_time(utc(2026y / 3 / 4, 20h + 15min)) == "Wednesday 4 March 2026, 8:15pm");
  CHECK(uk_time(utc(2026y / 7 / 1, 11h)) == "Wednesday 1 July 2026, 12:00pm");
  CHECK(uk_time(utc(2026y / 12 / 25, 0h + 5min)) == "Friday 25 December 2026, 12:05am");
  CHECK(uk_time(utc(2026y / 12 / 25, 9h + 59min)) == "Friday 25 December 2026, 9:59am");
}

TEST_CASE("the clocks go forward on the last Sunday of March and back on the last of October, at 1am UTC") {
  CHECK(uk_time(utc(2026y / 3 / 29, 0h + 59min)) == "Sunday 29 March 2026, 12:59am");
  CHECK(uk_time(utc(2026y / 3 / 29, 1h)) == "Sunday 29 March 2026, 2:00am");
  CHECK(uk_time(utc(2026y / 10 / 25, 0h + 59min)) == "Sunday 25 October 2026, 1:59am");
  CHECK(uk_time(utc(2026y / 10 / 25, 1h)) == "Sunday 25 October 2026, 1:00am");
}

TEST_CASE("a UK day in summer begins an hour before the UTC day") {
  CHECK(uk_time(utc(2026y / 6 / 30, 23h + 30min)) == "Wednesday 1 July 2026, 12:30am");
  CHECK(uk_time_short(utc(2026y / 6 / 30, 23h + 30min), utc(2026y / 7 / 1, 8h)) == "12:30am");
  CHECK(uk_time_short(utc(2026y / 6 / 30, 22h + 30min), utc(2026y / 7 / 1, 8h)) == "yesterday, 11:30pm");
  CHECK(uk_time_short(utc(2026y / 6 / 29, 22h), utc(2026y / 7 / 1, 8h)) == "Monday 29 June 2026, 11:00pm");
}
