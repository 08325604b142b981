#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace barometer {

// A text brought down to one plain byte for each visible character, for looking at shapes rather than at words:
// any digit is '0' to '9', any dash '-', any blank or line break ' ', invisible characters are gone, other
// characters beyond ASCII are '\x01' (a letter) or '\x02'.
struct PlainText {
  std::string bytes = {};
  std::vector<std::uint32_t> origin = {};  // where each byte's character begins in the text; one more: the text's size
  std::string lower = {};                  // bytes in lower case
};

PlainText plain_text(std::string_view text);

}  // namespace barometer
