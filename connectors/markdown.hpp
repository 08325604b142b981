#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace barometer {

// The text a reader would see of CommonMark (Reddit, Lemmy, Care Opinion): emphasis, heading and list marks gone, entities decoded,
// links as their text, pictures as their descriptions, code as it stands. Blocks and hard breaks end a line, other white space
// between words is one blank. HTML in it is read as html_to_text reads it. Any bytes in, valid UTF-8 out.
// What lies beyond `longest_markdown` bytes is not read: platforms allow no longer posts, and what is nested hostilely stays cheap.
std::string markdown_to_text(std::string_view markdown);

inline constexpr std::size_t longest_markdown = 64 * 1024;

}  // namespace barometer
