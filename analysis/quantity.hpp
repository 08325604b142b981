#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "analysis/word.hpp"

namespace barometer {

// What a number in the text measures. A rule names them as slots: <number>, <hours>, …
enum class Slot : std::uint8_t {
  number,    // 3, three, a dozen, half a dozen, 19,000
  ordinal,   // third, 3rd
  duration,  // any of the units below, with a number before it: "40 minutes", "6hrs", "twenty-six days", "half an hour"
  minutes,
  hours,
  days,
  weeks,
  months,
  years,
  long_wait,       // four hours or more
  very_long_wait,  // twelve hours or more
  age,             // "80 year old", "aged 92"
  young,           // an age under eighteen
  old,             // an age of seventy or more
};
inline constexpr int slots = 14;

// The slot's name in a rules file.
const char* name_of(Slot slot);

// Whether a quantity could begin with this word: one that begins with a digit, or one of quantity_words().
bool may_begin_quantity(std::string_view word);
std::vector<std::string_view> quantity_words();
inline bool begins_with_digit(std::string_view word) { return !word.empty() && word[0] >= '0' && word[0] <= '9'; }

// A quantity that begins at words[at]; `length` words long, 0 if there is none there.
struct Quantity {
  int length = 0;
  std::uint16_t slots = 0;  // bit s is set: it is a Slot{s}
};
Quantity quantity_at(std::span<const Word> words, std::size_t at);

}  // namespace barometer
