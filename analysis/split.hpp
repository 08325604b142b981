#pragma once

#include <string_view>
#include <vector>

namespace barometer {

// What stands between the marks, empty parts too: always one more than there are marks. Parts are views into the text.
inline std::vector<std::string_view> split(std::string_view text, char mark) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(mark);
    parts.push_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace barometer
