#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace barometer {

// The text a reader would see: mark-up, scripts and styles gone, entities decoded, block elements and <br> as line breaks,
// runs of other white space as one blank, alt texts kept. Any bytes in, valid UTF-8 out; hostile nesting is only slow in proportion.
//
// Links come out as what stands between <a> and </a>, in full: where Mastodon hides the beginning and end of an address
// (<span class="invisible">), both are kept, so that the address stays whole; #<span>tag</span> is #tag, @<span>user</span> @user.
// <… class="quote-inline"> is dropped: it repeats the address of the quoted post for programs that know no quotes.
// What lies beyond `longest_html` bytes, `most_tags` tags or a depth of about `most_depth` is not read, nor what would make the
// parser's tree much larger than its text.
std::string html_to_text(std::string_view html);

inline constexpr std::size_t longest_html = 256 * 1024;
inline constexpr std::size_t most_tags = 10'000;
inline constexpr std::size_t most_depth = 256;

// Bytes that are not UTF-8 become U+FFFD; control characters other than tab and line feed become blanks.
std::string valid_utf8(std::string_view bytes);

// The longest beginning of valid UTF-8 that has at most `most` bytes and ends between two characters.
std::string_view cut_utf8(std::string_view text, std::size_t most);

}  // namespace barometer
