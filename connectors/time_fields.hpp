#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "connectors/result.hpp"

namespace barometer {

// What the readers of times (time*.cpp, platforms/feed_time.cpp) share: a text is read from its front into fields.

inline constexpr std::size_t longest_time = 200;  // bytes; no honest time comes near, comments included

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

// What was read, before it is known to be a time.
struct TimeFields {
  int year = -1;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int millisecond = 0;
  int offset = 0;  // minutes east of UTC
};

// A minute 61 and a 31st of June run over into what follows: whoever writes them counts on. Nothing for a month 13, a day 32, a
// time outside what time.hpp promises.
std::optional<UtcTime> time_of(const TimeFields& fields);

// Reads from the front of a text. What does not fit is left where it is.
struct TimeReader {
  std::string_view rest;

  bool skip(char c);
  void skip_blanks();
  // How many digits come next.
  std::size_t digits() const;
  // Exactly so many digits, at most four.
  bool number(std::size_t width, int& out);
};

// ".123456789" or ",1": the first three digits count. True also where there is none.
bool read_fraction(TimeReader& in, TimeFields& f);
// "20:15:00.5", "8:15", "20:15".
bool read_clock(TimeReader& in, TimeFields& f);
// "+01:00", "-0500", "+1", "-05".
bool read_offset(TimeReader& in, TimeFields& f);
// Minutes east of UTC; nothing for a name that nobody knows. `word` is in lower case.
std::optional<int> zone_of(std::string_view word);
// Two digits of a year mean 1950 to 2049 (RFC 2822 section 4.3).
constexpr int full_year(int two_digits) { return two_digits + (two_digits < 50 ? 2000 : 1900); }

// Without white space around it.
std::string_view trimmed_time(std::string_view text);

}  // namespace barometer
