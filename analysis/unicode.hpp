#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace barometer {

// What a tokeniser asks of Unicode. Tables are ICU's; pure, any thread.

struct CodePoint {
  char32_t value = 0;
  std::uint32_t bytes = 0;  // 1 .. 4
};

// The code point whose first byte is text[at], at < text.size(). A byte that is no UTF-8 reads as U+FFFD, one byte long.
CodePoint code_point_at(std::string_view text, std::size_t at);

bool is_white_space(char32_t value);
bool is_word_character(char32_t value);  // a letter, mark, digit or connector such as '_'
bool is_emoji(char32_t value);           // a pictograph, symbol or arrow that people use as one
bool is_skin_tone(char32_t value);
bool is_joiner(char32_t value);  // zero-width joiners, variation selectors, soft hyphen: seen by nobody

// Appends text in NFKC_Casefold: compatibility forms, case and invisible characters gone (UAX #15, Unicode 15).
void append_folded(std::string& out, std::string_view text);

}  // namespace barometer
