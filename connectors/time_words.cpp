#include <algorithm>
#include <array>
#include <string>

#include "connectors/time.hpp"
#include "connectors/time_fields.hpp"

namespace barometer {

namespace {

constexpr std::array<std::string_view, 12> month_names{"january",   "february", "march",    "april",
                                                       "may",       "june",     "july",     "august",
                                                       "september", "october",  "november", "december"};
constexpr std::array<std::string_view, 7> day_names{"monday", "tuesday",  "wednesday", "thursday",
                                                    "friday", "saturday", "sunday"};
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
    TimeReader in{plain};
    for (in.skip_blanks(); !in.rest.empty(); in.skip_blanks()) {
      if (!take(in)) return std::nullopt;
    }
    if (!has_day_ || !has_month_ || fields_.year < 0) return std::nullopt;
    return time_of(fields_);
  }

 private:
  bool take(TimeReader& in) {
    const char c = in.rest.front();
    if (is_digit(c)) return take_number(in);
    if (is_letter(c)) return take_word(in);
    if ((c == '+' || c == '-') && has_clock_) return read_offset(in, fields_);
    if ((c == '/' || c == '_') && has_clock_) return in.skip(c);  // Etc/GMT, America/New_York
    return c == '-' && in.skip('-');                              // 21-Nov-26
  }

  bool take_number(TimeReader& in) {
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
    if (digits < 1 || digits > 4 || fields_.year >= 0 || !in.number(digits, fields_.year)) return false;
    if (digits <= 2) fields_.year = full_year(fields_.year);
    if (digits == 3) fields_.year += 1900;
    return !in.rest.starts_with('/') || has_day_ || take_slashes(in);
  }

  // 2006/09/15
  bool take_slashes(TimeReader& in) {
    has_month_ = in.skip('/') && in.digits() <= 2 && in.number(in.digits(), fields_.month);
    has_day_ = has_month_ && in.skip('/') && in.digits() <= 2 && in.number(in.digits(), fields_.day);
    return has_day_;
  }

  bool take_word(TimeReader& in) {
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

  TimeFields fields_;
  bool has_day_ = false;
  bool has_month_ = false;
  bool has_clock_ = false;
};

}  // namespace

std::optional<UtcTime> parse_rfc822(std::string_view text) {
  if (text.size() > longest_time) return std::nullopt;
  return WordReader{}.read(trimmed_time(text));
}

}  // namespace barometer
