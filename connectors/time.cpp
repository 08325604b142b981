#include "connectors/time.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "connectors/time_fields.hpp"

namespace barometer {

namespace {

using namespace std::chrono;

bool read_short_year(TimeReader& in, TimeFields& f) {
  if (!in.number(2, f.year)) return false;
  f.year = full_year(f.year);
  return true;
}

// The day of the year, 001 to 366.
bool read_ordinal(TimeReader& in, TimeFields& f) {
  int ordinal = 0;
  if (!in.number(3, ordinal) || ordinal < 1 || ordinal > 366 || f.year < 1) return false;
  const year_month_day date{sys_days{year{f.year} / 1 / 1} + days{ordinal - 1}};
  f.year = static_cast<int>(date.year());
  f.month = static_cast<int>(static_cast<unsigned>(date.month()));
  f.day = static_cast<int>(static_cast<unsigned>(date.day()));
  return true;
}

// "W05-2", "W052", "W05": week 1 is the one that holds 4 January, day 1 is Monday.
bool read_week(TimeReader& in, TimeFields& f) {
  int week = 0;
  int weekday_number = 1;
  if (!in.skip('W') || !in.number(2, week) || week < 1 || week > 53 || f.year < 1) return false;
  in.skip('-');
  if (in.digits() == 1 && (!in.number(1, weekday_number) || weekday_number < 1 || weekday_number > 7)) return false;
  const sys_days fourth{year{f.year} / 1 / 4};
  const sys_days monday = fourth - (weekday{fourth} - Monday);
  const year_month_day date{monday + weeks{week - 1} + days{weekday_number - 1}};
  f.year = static_cast<int>(date.year());
  f.month = static_cast<int>(static_cast<unsigned>(date.month()));
  f.day = static_cast<int>(static_cast<unsigned>(date.day()));
  return true;
}

// What follows "YYYY-" or "YY-": month and day, ordinal day, week.
bool read_rest_of_date(TimeReader& in, TimeFields& f) {
  if (in.rest.starts_with('W')) return read_week(in, f);
  const std::size_t digits = in.digits();
  if (digits == 3) return read_ordinal(in, f);
  if (digits < 1 || digits > 2 || !in.number(digits, f.month)) return false;
  if (!in.skip('-')) return in.rest.empty();
  return in.digits() >= 1 && in.digits() <= 2 && in.number(in.digits(), f.day);
}

// Without any '-': 20261121, 2026325, 261121, 26325, and 202611212015 with its time behind it.
bool read_packed_date(TimeReader& in, TimeFields& f, std::size_t digits) {
  const bool short_year = digits == 5 || digits == 6;
  if (short_year ? !read_short_year(in, f) : !in.number(4, f.year)) return false;
  if (digits == 5 || digits == 7) return read_ordinal(in, f);
  return in.number(2, f.month) && in.number(2, f.day);
}

bool read_iso_date(TimeReader& in, TimeFields& f) {
  const bool no_century = in.skip('-');  // -26-11, -2611
  const std::size_t digits = in.digits();
  if (no_century && digits == 4) return read_short_year(in, f) && in.number(2, f.month);
  if (digits == 2) return read_short_year(in, f) && in.skip('-') && read_rest_of_date(in, f);
  if (no_century) return false;
  if ((digits >= 5 && digits <= 8) || digits == 12 || digits == 14) return read_packed_date(in, f, digits);
  if (digits != 4 || !in.number(4, f.year)) return false;
  if (in.rest.starts_with('W')) return read_week(in, f);
  return in.skip('-') ? read_rest_of_date(in, f) : in.rest.empty();
}

bool read_iso_clock(TimeReader& in, TimeFields& f) {
  const std::size_t digits = in.digits();
  if (digits == 4 || digits == 6) {
    if (!in.number(2, f.hour) || !in.number(2, f.minute)) return false;
    return digits == 4 || (in.number(2, f.second) && read_fraction(in, f));
  }
  if (digits < 1 || digits > 2) return false;
  if (in.rest.size() > digits && in.rest[digits] == ':') return read_clock(in, f);
  return digits == 2 && in.number(2, f.hour);
}

bool read_iso_zone(TimeReader& in, TimeFields& f) {
  in.skip_blanks();
  if (in.rest.empty()) return true;
  if (is_letter(in.rest.front())) {
    std::string word(in.rest);
    std::transform(word.begin(), word.end(), word.begin(), lower);
    const auto offset = word == "z" ? 0 : word.size() > 1 ? zone_of(word) : std::nullopt;
    f.offset = offset.value_or(0);
    return offset.has_value();
  }
  if (!read_offset(in, f)) return false;
  return in.rest.empty() || in.rest == "Z";
}

void put(std::string& out, int value, std::size_t width, char after) {
  const std::size_t at = out.size();
  out.append(width, '0');
  for (std::size_t i = width; i-- > 0; value /= 10) out[at + i] = static_cast<char>('0' + value % 10);
  out += after;
}

}  // namespace

std::string to_iso(UtcTime time) {
  constexpr UtcTime first = sys_days{year{0} / 1 / 1};
  constexpr UtcTime last = sys_days{year{10000} / 1 / 1} - milliseconds{1};
  time = std::clamp(time, first, last);
  const auto midnight = floor<days>(time);
  const year_month_day date{midnight};
  const hh_mm_ss clock{time - midnight};
  std::string out;
  put(out, static_cast<int>(date.year()), 4, '-');
  put(out, static_cast<int>(static_cast<unsigned>(date.month())), 2, '-');
  put(out, static_cast<int>(static_cast<unsigned>(date.day())), 2, 'T');
  put(out, static_cast<int>(clock.hours().count()), 2, ':');
  put(out, static_cast<int>(clock.minutes().count()), 2, ':');
  put(out, static_cast<int>(clock.seconds().count()), 2, '.');
  put(out, static_cast<int>(clock.subseconds().count()), 3, 'Z');
  return out;
}

std::optional<UtcTime> parse_iso(std::string_view text) {
  if (text.size() > longest_time) return std::nullopt;
  TimeReader in{trimmed_time(text)};
  TimeFields fields;
  if (!read_iso_date(in, fields)) return std::nullopt;
  if (!in.rest.empty()) {
    if (in.rest.front() == 'T' || in.rest.front() == 't') in.rest.remove_prefix(1);
    in.skip_blanks();
    const bool clock = !in.rest.empty() && is_digit(in.rest.front());  // none: 2026-11-21Z, 2026-11-21T
    if (clock && !read_iso_clock(in, fields)) return std::nullopt;
    if (!read_iso_zone(in, fields)) return std::nullopt;
  }
  return time_of(fields);
}

std::optional<UtcTime> parse_time(std::string_view text) {
  const auto iso = parse_iso(text);
  return iso ? iso : parse_rfc822(text);
}

}  // namespace barometer
