#pragma once

#include <cstdint>
#include <string_view>

namespace barometer {

// The punctuation that follows a word, as far as it parts thoughts.
enum class Pause : std::uint8_t { none, comma, stop };

// A word as the concern rules read it.
struct Word {
  std::string_view text = {};  // folded: lower case, apostrophes gone ("didnt"); '#' kept on a hashtag
  std::string_view stem = {};  // without a possessive s ("mums" of "mum's" -> "mum") or a '#'; else empty
  std::uint32_t begin = 0;     // bytes [begin, end) of the text that was read
  std::uint32_t end = 0;
  Pause after = Pause::none;
  std::uint64_t hash = 0;  // word_hash(text)
};

}  // namespace barometer
