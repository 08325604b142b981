#include "connectors/time.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace barometer {

namespace {

using namespace std::chrono;

constexpr std::size_t longest_time = 200;  // bytes; no honest time comes near, comments included

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// What was read, before it is known to be a time.
struct Fields {
  int year = -1;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int millisecond = 0;
  int offset = 0;  // minutes east of UTC
};

std::optional<UtcTime> time_of(const Fields& f) {
  const year_month_day date{year{f.year}, month{static_cast<unsigned>(f.month)}, day{static_cast<unsigned>(f.day)}};
  if (f.year < 1970 || f.year > 9999 || !date.ok()) return std::nullopt;
  const bool end_of_day = f.hour == 24 && f.minute == 0 && f.second == 0 && f.millisecond == 0;
  if ((f.hour > 23 && !end_of_day) || f.minute > 59 || f.second > 60) return std::nullopt;
  const UtcTime time = sys_days{date} + hours{f.hour} + minutes{f.minute - f.offset} + seconds{std::min(f.second, 59)} +
                       milliseconds{f.millisecond};
  if (time < UtcTime{} || time >= sys_days{year{10000} / 1 / 1}) return std::nullopt;
  return time;
}

// Reads from the front of a text. What does not fit is left where it is.
struct Reader {
  std::string_view rest;

  bool skip(char c) {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
  }
  void skip_blanks() {
    while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
  }
  std::size_t digits() const {
    return static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_digit) - rest.begin());
  }
  // Exactly so many digits, at most four.
  bool number(std::size_t width, int& out) {
    if (width == 0 || width > 4 || digits() < width) return false;
    out = 0;
    for (const char c : rest.substr(0, width)) out = out * 10 + (c - '0');
    rest.remove_prefix(width);
    return true;
  }
};

// ".123456789" or ",1": the first three digits count.
bool read_fraction(Reader& in, Fields& f) {
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

// "+01:00", "-0500", "+1", "-05".
bool read_offset(Reader& in, Fields& f) {
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

// "20:15:00.5", "8:15", "20:15". Hours of one digit are for RFC 822 only.
bool read_clock(Reader& in, Fields& f) {
  if (!in.number(std::min<std::size_t>(in.digits(), 2), f.hour) || !in.skip(':')) return false;
  if (!in.number(std::min<std::size_t>(in.digits(), 2), f.minute)) return false;
  if (!in.skip(':')) return true;
  return in.number(std::min<std::size_t>(in.digits(), 2), f.second) && read_fraction(in, f);
}

bool read_iso_date(Reader& in, Fields& f) {
  const std::size_t digits = in.digits();
  if (digits == 8 || digits == 12 || digits == 14) {  // basic format, perhaps without a T
    return in.number(4, f.year) && in.number(2, f.month) && in.number(2, f.day);
  }
  if (digits != 4 || !in.number(4, f.year)) return false;
  if (!in.skip('-')) return in.rest.empty();
  if (in.digits() != 2 || !in.number(2, f.month)) return false;
  if (!in.skip('-')) return in.rest.empty();
  return in.digits() == 2 && in.number(2, f.day);
}

bool read_iso_clock(Reader& in, Fields& f) {
  const std::size_t digits = in.digits();
  if (digits == 4 || digits == 6) {
    if (!in.number(2, f.hour) || !in.number(2, f.minute)) return false;
    return digits == 4 || (in.number(2, f.second) && read_fraction(in, f));
  }
  if (digits != 2) return false;
  if (in.rest.size() > 2 && in.rest[2] == ':') return read_clock(in, f);
  return in.number(2, f.hour);
}

bool read_iso_zone(Reader& in, Fields& f) {
  in.skip_blanks();
  if (in.rest.empty() || in.rest == "Z" || in.rest == "z" || in.rest == "UTC" || in.rest == "GMT") return true;
  return read_offset(in, f) && in.rest.empty();
}

struct Name {
  std::string_view name;
  int value;
};

constexpr std::array<std::string_view, 12> month_names{"january",   "february", "march",    "april",
                                                       "may",       "june",     "july",     "august",
                                                       "september", "october",  "november", "december"};
constexpr std::array<std::string_view, 7> day_names{"monday", "tuesday",  "wednesday", "thursday",
                                                    "friday", "saturday", "sunday"};
// Minutes east of UTC. BST is British and IST Irish: the daemon's readers are.
constexpr std::array zones{
    Name{"gmt", 0},    Name{"utc", 0},    Name{"ut", 0},     Name{"wet", 0},    Name{"bst", 60},    Name{"ist", 60},
    Name{"west", 60},  Name{"cet", 60},   Name{"met", 60},   Name{"cest", 120}, Name{"mest", 120},  Name{"eet", 120},
    Name{"eest", 180}, Name{"msk", 180},  Name{"est", -300}, Name{"edt", -240}, Name{"cst", -360},  Name{"cdt", -300},
    Name{"mst", -420}, Name{"mdt", -360}, Name{"pst", -480}, Name{"pdt", -420}, Name{"akst", -540}, Name{"akdt", -480},
    Name{"hst", -600}, Name{"jst", 540},  Name{"kst", 540},  Name{"awst", 480}, Name{"acst", 570},  Name{"aest", 600},
    Name{"aedt", 660}, Name{"nzst", 720}, Name{"nzdt", 780}};

// Index of the name that `word` (lower case) is, or cuts short to three letters or more; -1: none.
template <std::size_t N>
int index_of(const std::array<std::string_view, N>& names, std::string_view word) {
  if (word.size() < 3) return -1;
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i].starts_with(word)) return static_cast<int>(i);
  }
  return -1;
}

// Comments become blanks, and so do commas; capital letters small ones.
std::string without_comments(std::string_view text) {
  std::string out;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && depth > 0) {
      ++i;
    } else if (c == '(') {
      ++depth;
      out += ' ';
    } else if (c == ')' && depth > 0) {
      --depth;
    } else if (depth == 0) {
      out += c == ',' ? ' ' : lower(c);
    }
  }
  return out;
}

// Takes an RFC 822 time word by word, in whatever order they come: there are three standards for that alone.
class WordReader {
 public:
  std::optional<UtcTime> read(std::string_view text) {
    const std::string plain = without_comments(text);
    Reader in{plain};
    for (in.skip_blanks(); !in.rest.empty(); in.skip_blanks()) {
      if (!take(in)) return std::nullopt;
    }
    if (!has_day_ || !has_month_ || fields_.year < 0) return std::nullopt;
    return time_of(fields_);
  }

 private:
  bool take(Reader& in) {
    const char c = in.rest.front();
    if (is_digit(c)) return take_number(in);
    if (is_letter(c)) return take_word(in);
    if ((c == '+' || c == '-') && has_clock_) return read_offset(in, fields_);
    return c == '-' && in.skip('-');  // 21-Nov-26
  }

  bool take_number(Reader& in) {
    const std::size_t digits = in.digits();
    if (digits <= 2 && in.rest.size() > digits && in.rest[digits] == ':') {
      if (has_clock_) return false;
      return has_clock_ = read_clock(in, fields_);
    }
    if (digits <= 2 && !has_day_) {
      has_day_ = in.number(digits, fields_.day);
      for (const std::string_view ending : {"st", "nd", "rd", "th"}) {
        if (in.rest.starts_with(ending)) in.rest.remove_prefix(2);
      }
      return has_day_;
    }
    if (digits < 2 || digits > 4 || fields_.year >= 0 || !in.number(digits, fields_.year)) return false;
    if (digits == 2) fields_.year += fields_.year < 50 ? 2000 : 1900;  // RFC 2822 section 4.3
    if (digits == 3) fields_.year += 1900;
    return true;
  }

  bool take_word(Reader& in) {
    const auto end = std::find_if_not(in.rest.begin(), in.rest.end(), is_letter);
    const std::string_view word = in.rest.substr(0, static_cast<std::size_t>(end - in.rest.begin()));
    in.rest.remove_prefix(word.size());
    in.skip('.');  // "Sept." and "p.m."
    if (const int month = index_of(month_names, word); month >= 0 && !has_month_) {
      fields_.month = month + 1;
      return has_month_ = true;
    }
    if (index_of(day_names, word) >= 0) return true;
    if (!has_clock_) return !has_day_;  // a day's name in another language; it says nothing that we need
    if (word == "am" || word == "pm") return take_half(word == "pm");
    const auto zone = std::find_if(zones.begin(), zones.end(), [&](const Name& z) { return z.name == word; });
    fields_.offset = zone == zones.end() ? 0 : zone->value;
    return true;
  }

  bool take_half(bool after_noon) {
    if (fields_.hour < 1 || fields_.hour > 12) return after_noon && fields_.hour < 24;  // "20:15 pm" says it twice
    fields_.hour = fields_.hour % 12 + (after_noon ? 12 : 0);
    return true;
  }

  Fields fields_;
  bool has_day_ = false;
  bool has_month_ = false;
  bool has_clock_ = false;
};

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
  Reader in{trimmed(text)};
  Fields fields;
  if (!read_iso_date(in, fields)) return std::nullopt;
  if (!in.rest.empty()) {
    if (in.rest.front() == 'T' || in.rest.front() == 't') in.rest.remove_prefix(1);
    in.skip_blanks();
    const bool zone_alone = !in.rest.empty() && !is_digit(in.rest.front());  // 2026-11-21Z
    if (!zone_alone && !read_iso_clock(in, fields)) return std::nullopt;
    if (!read_iso_zone(in, fields)) return std::nullopt;
  }
  return time_of(fields);
}

std::optional<UtcTime> parse_rfc822(std::string_view text) {
  if (text.size() > longest_time) return std::nullopt;
  return WordReader{}.read(trimmed(text));
}

std::optional<UtcTime> parse_time(std::string_view text) {
  const auto iso = parse_iso(text);
  return iso ? iso : parse_rfc822(text);
}

}  // namespace barometer
