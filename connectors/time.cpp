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

constexpr int leap_second = 60;

// A minute 61 and a 31st of June run over into what follows: whoever writes them counts on.
std::optional<UtcTime> time_of(const Fields& f) {
  if (f.year < 1970 || f.year > 9999 || f.month < 1 || f.month > 12 || f.day < 1 || f.day > 31) return std::nullopt;
  const sys_days first{year{f.year} / f.month / 1};
  const int second = f.second == leap_second ? leap_second - 1 : f.second;
  const UtcTime time = first + days{f.day - 1} + hours{f.hour} + minutes{f.minute - f.offset} + seconds{second} +
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

// Two digits of a year mean 1950 to 2049 (RFC 2822 section 4.3).
int full_year(int two_digits) { return two_digits + (two_digits < 50 ? 2000 : 1900); }

bool read_short_year(Reader& in, Fields& f) {
  if (!in.number(2, f.year)) return false;
  f.year = full_year(f.year);
  return true;
}

// The day of the year, 001 to 366.
bool read_ordinal(Reader& in, Fields& f) {
  int ordinal = 0;
  if (!in.number(3, ordinal) || ordinal < 1 || ordinal > 366 || f.year < 1) return false;
  const year_month_day date{sys_days{year{f.year} / 1 / 1} + days{ordinal - 1}};
  f.year = static_cast<int>(date.year());
  f.month = static_cast<int>(static_cast<unsigned>(date.month()));
  f.day = static_cast<int>(static_cast<unsigned>(date.day()));
  return true;
}

// "W05-2", "W052", "W05": week 1 is the one that holds 4 January, day 1 is Monday.
bool read_week(Reader& in, Fields& f) {
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
bool read_rest_of_date(Reader& in, Fields& f) {
  if (in.rest.starts_with('W')) return read_week(in, f);
  const std::size_t digits = in.digits();
  if (digits == 3) return read_ordinal(in, f);
  if (digits < 1 || digits > 2 || !in.number(digits, f.month)) return false;
  if (!in.skip('-')) return in.rest.empty();
  return in.digits() >= 1 && in.digits() <= 2 && in.number(in.digits(), f.day);
}

// Without any '-': 20261121, 2026325, 261121, 26325, and 202611212015 with its time behind it.
bool read_packed_date(Reader& in, Fields& f, std::size_t digits) {
  const bool short_year = digits == 5 || digits == 6;
  if (short_year ? !read_short_year(in, f) : !in.number(4, f.year)) return false;
  if (digits == 5 || digits == 7) return read_ordinal(in, f);
  return in.number(2, f.month) && in.number(2, f.day);
}

bool read_iso_date(Reader& in, Fields& f) {
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

bool read_iso_clock(Reader& in, Fields& f) {
  const std::size_t digits = in.digits();
  if (digits == 4 || digits == 6) {
    if (!in.number(2, f.hour) || !in.number(2, f.minute)) return false;
    return digits == 4 || (in.number(2, f.second) && read_fraction(in, f));
  }
  if (digits < 1 || digits > 2) return false;
  if (in.rest.size() > digits && in.rest[digits] == ':') return read_clock(in, f);
  return digits == 2 && in.number(2, f.hour);
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
    Name{"aedt", 660}, Name{"nzst", 720}, Name{"nzdt", 780}, Name{"at", -240},  Name{"et", -300},   Name{"ct", -360},
    Name{"mt", -420},  Name{"pt", -480}};

// RFC 822's letters: A to M (without J) are -1 to -12, N to Y are 1 to 12.
int hours_of_letter(char letter) {
  if (letter >= 'n' && letter <= 'y') return letter - 'n' + 1;
  if (letter >= 'a' && letter <= 'm' && letter != 'j') return letter < 'j' ? 'a' - letter - 1 : 'a' - letter;
  return 0;
}

// Minutes east of UTC; nothing for a name that nobody knows. `word` is in lower case.
std::optional<int> zone_of(std::string_view word) {
  if (word.size() == 1) return 60 * hours_of_letter(word[0]);
  const auto zone = std::find_if(zones.begin(), zones.end(), [&](const Name& z) { return z.name == word; });
  return zone == zones.end() ? std::nullopt : std::optional(zone->value);
}

bool read_iso_zone(Reader& in, Fields& f) {
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

// Months as Greek and Hungarian feeds write them, by how they begin.
constexpr std::array foreign_months{
    Name{"Ιαν", 1},        Name{"Φεβ", 2},      Name{"Μάρ", 3},       Name{"Μαρ", 3},      Name{"Απρ", 4},
    Name{"Μάι", 5},        Name{"Μαϊ", 5},      Name{"Μαι", 5},       Name{"Μάϊ", 5},      Name{"Ιούν", 6},
    Name{"Ιουν", 6},       Name{"Ιον", 6},      Name{"Ιούλ", 7},      Name{"Ιουλ", 7},     Name{"Ιολ", 7},
    Name{"Αύγ", 8},        Name{"Αυγ", 8},      Name{"Σεπ", 9},       Name{"Οκτ", 10},     Name{"Νοέ", 11},
    Name{"Νοε", 11},       Name{"Δεκ", 12},     Name{"január", 1},    Name{"február", 2},  Name{"március", 3},
    Name{"április", 4},    Name{"május", 5},    Name{"június", 6},    Name{"július", 7},   Name{"augusztus", 8},
    Name{"szeptember", 9}, Name{"október", 10}, Name{"november", 11}, Name{"december", 12}};

bool is_word_byte(char c) { return is_letter(c) || static_cast<unsigned char>(c) >= 0x80; }

// Words of other alphabets: months become `shown(month)`, all others (days of the week) go.
template <class Shown>
std::string translated(std::string_view text, Shown shown, bool& found) {
  std::string out;
  while (!text.empty()) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_word_byte);
    const auto word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    if (word.empty()) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    text.remove_prefix(word.size());
    const auto month = std::find_if(foreign_months.begin(), foreign_months.end(),
                                    [&](const Name& m) { return word.starts_with(m.name); });
    const bool foreign =
        std::any_of(word.begin(), word.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    const bool named = month != foreign_months.end() && (foreign || word.size() == month->name.size());
    found = found || named;
    if (named)
      out += shown(month->value);
    else if (!foreign)
      out += word;
  }
  return out;
}

// "2004-július-13T9:15-05:00" is ISO 8601 but for its month.
std::optional<UtcTime> parse_hungarian(std::string_view text) {
  bool found = false;
  const auto number = [](int month) { return (month < 10 ? "0" : "") + std::to_string(month); };
  const auto iso = translated(text, number, found);
  return found ? parse_iso(iso) : std::nullopt;
}

// "2004년 05월 28일 01:31:15" and "2004-05-25 오후 11:23:17", on Korea's clock.
std::optional<UtcTime> parse_korean(std::string_view text) {
  const bool afternoon = text.find("오후") != text.npos;
  const bool half = afternoon || text.find("오전") != text.npos;
  if (!half && text.find("년") == text.npos) return std::nullopt;
  Fields f;
  f.offset = 9 * 60;
  std::array<int*, 6> slots{&f.year, &f.month, &f.day, &f.hour, &f.minute, &f.second};
  auto slot = slots.begin();
  for (Reader in{text}; !in.rest.empty() && slot != slots.end();) {
    const std::size_t digits = in.digits();
    if (digits == 0)
      in.rest.remove_prefix(1);
    else if (digits > 4 || !in.number(digits, **slot++))
      return std::nullopt;
  }
  if (slot < slots.begin() + 3 || f.hour > 99 || f.minute > 99 || f.second > 99) return std::nullopt;
  if (half && f.hour <= 12) f.hour = f.hour % 12 + (afternoon ? 12 : 0);
  return time_of(f);
}

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
    if ((c == '/' || c == '_') && has_clock_) return in.skip(c);  // Etc/GMT, America/New_York
    return c == '-' && in.skip('-');                              // 21-Nov-26
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
    if (digits == 2) fields_.year = full_year(fields_.year);
    if (digits == 3) fields_.year += 1900;
    return !in.rest.starts_with('/') || has_day_ || take_slashes(in);
  }

  // 2006/09/15
  bool take_slashes(Reader& in) {
    has_month_ = in.skip('/') && in.digits() <= 2 && in.number(in.digits(), fields_.month);
    has_day_ = has_month_ && in.skip('/') && in.digits() <= 2 && in.number(in.digits(), fields_.day);
    return has_day_;
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
    fields_.offset = zone_of(word).value_or(0);
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
    const bool clock = !in.rest.empty() && is_digit(in.rest.front());  // none: 2026-11-21Z, 2026-11-21T
    if (clock && !read_iso_clock(in, fields)) return std::nullopt;
    if (!read_iso_zone(in, fields)) return std::nullopt;
  }
  return time_of(fields);
}

std::optional<UtcTime> parse_rfc822(std::string_view text) {
  if (text.size() > longest_time) return std::nullopt;
  const auto english = [](int month) { return std::string(month_names[static_cast<std::size_t>(month - 1)]); };
  bool found = false;
  return WordReader{}.read(trimmed(translated(text, english, found)));
}

std::optional<UtcTime> parse_time(std::string_view text) {
  if (text.size() > longest_time) return std::nullopt;
  if (const auto iso = parse_iso(text)) return iso;
  if (const auto korean = parse_korean(text)) return korean;
  if (const auto hungarian = parse_hungarian(text)) return hungarian;
  return parse_rfc822(text);
}

}  // namespace barometer
