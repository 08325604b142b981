#pragma once

#include <string>
#include <string_view>

#include <unicode/umachine.h>

namespace barometer {

// A document's bytes as UTF-8 without byte-order mark. Which encoding they are in, first that fits wins: byte-order mark; charset of
// the Content-Type header (RFC 7303); XML declaration, also in UTF-16, UTF-32 and EBCDIC; UTF-8; windows-1252.
// An encoding that the bytes break is passed over, so is windows-1252 where the bytes are good UTF-8, and a declared ISO-8859-1 or US-ASCII is read as windows-1252, as browsers do.
// Mostly good UTF-8 stays UTF-8 whatever a broken byte or two may suggest; they become U+FFFD, as all that is left does.
std::string decoded_feed(std::string_view bytes, std::string_view content_type);

// What the writer of a text saw: UTF-8 that was taken for ISO-8859-1 and encoded twice is decoded once more, and the control
// characters 128 to 159 become windows-1252's.
std::string meant_text(std::string text);

// A number from 128 to 159 as windows-1252 has it, any other as it is.
UChar32 windows_character(UChar32 c);
// `c` is a character of Unicode.
void append_utf8(std::string& out, UChar32 c);

// charset=… of a Content-Type, without quotes; empty when there is none.
std::string charset_of(std::string_view content_type);

}  // namespace barometer
