#include "connectors/time_fields.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace barometer {

namespace {

using namespace std::chrono;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

struct Name {
  std::string_view name;
  int value;
};

// Minutes east of UTC. BST is British and IST Irish: the daemon's readers are.
constexpr std::array zones{
    Name{"gmt", 0},    Name{"utc", 0},    Name{"ut", 0},     Name{"wet", 0},    Name{"bst", 60},    Name{"ist", 60},
    Name{"west", 60},  Name{"cet", 60},   Name{"met", 60},   Name{"cest", 120}, Name{"mest", 120},  Name{"eet", 120},
    Name{"eest", 180}, Name{"msk", 180},  Name{"est", -300}, Name{"edt", -240}, Name{"cst", -360},  Name{"cdt", -300},
    Name{"mst", -420}, Name{"mdt", -360}, Name{"pst", -480}, Name{"pdt", -420}, Name{"akst", -540}, Name{"akdt", -480},
    Name{"hst", -600}, Name{"jst", 540},  Name{"kst", 540},  Name{"awst", 480}, Name{"acst", 570},  Name{"aest", 600},
    Name{"aedt", 660}, Name{"nzst", 720}, Name{"nzdt", 780}, Name{"ast", -240}, Name{"adt", -180},  Name{"at", -240},
    Name{"et", -300},  Name{"ct", -360},  Name{"mt", -420},  Name{"pt", -480}};

// RFC 822's letters: A to M (without J) are -1 to -12, N to Y are 1 to 12.
int hours_of_letter(char letter) {
  if (letter >= 'n' && letter <= 'y') return letter - 'n' + 1;
  if (letter >= 'a' && letter <= 'm' && letter != 'j') return letter < 'j' ? 'a' - letter - 1 : 'a' - letter;
  return 0;
}

}  // namespace

std::string_view trimmed_time(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<UtcTime> time_of(const TimeFields& f) {
  if (f.year < 1970 || f.year > 9999 || f.month < 1 || f.month > 12 || f.day < 1 || f.day > 31) return std::nullopt;
  const sys_days first{year{f.year} / f.month / 1};
  const UtcTime time = first + days{f.day - 1} + hours{f.hour} + minutes{f.minute - f.offset} + seconds{f.second} +
                       milliseconds{f.millisecond};
  if (time < UtcTime{} || time >= sys_days{year{10000} / 1 / 1}) return std::nullopt;
  return time;
}

bool TimeReader::skip(char c) {
  if (rest.empty() || rest.front() != c) return false;
  rest.remove_prefix(1);
  return true;
}

void TimeReader::skip_blanks() {
  while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
}

std::size_t TimeReader::digits() const {
  return static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_digit) - rest.begin());
}

bool TimeReader::number(std::size_t width, int& out) {
  if (width == 0 || width > 4 || digits() < width) return false;
  out = 0;
  for (const char c : rest.substr(0, width)) out = out * 10 + (c - '0');
  rest.remove_prefix(width);
  return true;
}

bool read_fraction(TimeReader& in, TimeFields& f) {
  if (!in.skip('.') && !in.skip(',')) return true;
  const std::size_t digits = in.digits();
  if (digits == 0) return false;
  int unit = 100;
  for (const char c : in.rest.substr(0, digits)) {
    f.millisecond += (c - '0') * unit;
    unit /= 10;
  }
  in.rest.remove_prefix(digits);
  return true;
}

bool read_offset(TimeReader& in, TimeFields& f) {
  const int sign = in.skip('+') ? 1 : in.skip('-') ? -1 : 0;
  int hour = 0;
  int minute = 0;
  const std::size_t digits = in.digits();
  if (sign == 0 || digits > 4 || !in.number(digits == 4 ? 2 : digits == 3 ? 1 : digits, hour)) return false;
  if (digits > 2 && !in.number(2, minute)) return false;
  if (digits <= 2 && in.skip(':') && !in.number(2, minute)) return false;
  if (hour > 23 || minute > 59) return false;
  f.offset = sign * (hour * 60 + minute);
  return true;
}

bool read_clock(TimeReader& in, TimeFields& f) {
  if (!in.number(std::min<std::size_t>(in.digits(), 2), f.hour) || !in.skip(':')) return false;
  if (!in.number(std::min<std::size_t>(in.digits(), 2), f.minute)) return false;
  if (!in.skip(':')) return true;
  return in.number(std::min<std::size_t>(in.digits(), 2), f.second) && read_fraction(in, f);
}

std::optional<int> zone_of(std::string_view word) {
  if (word.size() == 1) return 60 * hours_of_letter(word[0]);
  const auto zone = std::find_if(zones.begin(), zones.end(), [&](const Name& z) { return z.name == word; });
  return zone == zones.end() ? std::nullopt : std::optional(zone->value);
}

}  // namespace barometer
