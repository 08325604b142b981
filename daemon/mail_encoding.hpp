#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace barometer {

// How text travels in mail. Everything below takes any bytes.

// The bare address of "ward@trust.example" or "Ward <ward@trust.example>"; empty when a mail server could misread it
// (no @, blanks, brackets, quotes, control or non-ASCII characters, more than 254 bytes).
std::optional<std::string> mail_address(std::string_view text);

// One header, folded where it has blanks, with its CRLF; ASCII. Whatever `value` holds, it makes no second header and no line of
// more than 998; what is not plain ASCII is encoded (RFC 2047).
std::string mail_header(std::string_view name, std::string_view value);

// RFC 2045 section 6.7: ASCII in lines of at most 76, line feeds as CRLF.
std::string quoted_printable(std::string_view text);

// Text that may hold anything as one line of valid UTF-8 of at most `most` code points: control characters, line ends and those
// that turn the direction of writing become blanks, runs of blanks become one.
std::string one_line(std::string_view text, std::size_t most = 200);

// Text with the characters that mean something in HTML escaped, for elements and quoted attributes.
std::string html_escaped(std::string_view text);

}  // namespace barometer
