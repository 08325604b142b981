#pragma once

#include <string_view>

namespace barometer {

// Classes of the bytes of a PlainText.
constexpr bool is_plain_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_plain_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_plain_letter(char c) { return (c >= 'a' && c <= 'z') || is_plain_upper(c) || c == '\x01'; }

// Whether `word` stands at lower[at] with no letter or digit on either side.
inline bool has_word_at(std::string_view lower, std::size_t at, std::string_view word) {
  if (lower.substr(at, word.size()) != word) return false;
  const auto joins = [](char c) { return is_plain_letter(c) || is_plain_digit(c); };
  if (at > 0 && joins(lower[at - 1])) return false;
  return at + word.size() >= lower.size() || !joins(lower[at + word.size()]);
}

}  // namespace barometer
