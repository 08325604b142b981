#pragma once

#include <string>
#include <string_view>

namespace barometer {

// The text a reader would see: mark-up, scripts and styles gone, entities decoded, block elements and <br> as line breaks,
// runs of other white space as one blank, alt texts kept. Any bytes in, valid UTF-8 out; hostile nesting is only slow in proportion.
std::string html_to_text(std::string_view html);

// Bytes that are not UTF-8 become U+FFFD; control characters other than tab and line feed become blanks.
std::string valid_utf8(std::string_view bytes);

}  // namespace barometer
