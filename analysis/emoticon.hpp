#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace barometer {

// An emoticon such as ":-)" as it stands at the start of a text.
struct Emoticon {
  std::size_t bytes = 0;          // 0: there is none
  std::array<char, 4> letters{};  // without nose, mouth once
  std::size_t length = 0;
  std::string_view text() const { return {letters.data(), length}; }
};

// `after_blank`: the text before ends with white space or is empty; only then can a face be mirrored ("(:") or be made of letters ("xD").
// An emoticon ends where the text does, or before white space or one of . , ! ?
Emoticon emoticon_at(std::string_view text, bool after_blank);

}  // namespace barometer
