#include "analysis/plain_text.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace barometer {

namespace {

char plain(UChar32 c) {
  if (const int value = u_charDigitValue(c); value >= 0) return static_cast<char>('0' + value);
  if (c == 0xFF20) return '@';
  if (c == 0xFF0B) return '+';
  if (c == 0xFF0E || c == 0x2024) return '.';
  if (c == 0x2212 || u_charType(c) == U_DASH_PUNCTUATION) return '-';
  if (u_isUWhiteSpace(c)) return ' ';
  return u_isalpha(c) ? '\x01' : '\x02';
}

bool invisible(UChar32 c) {
  return u_charType(c) == U_FORMAT_CHAR || c == 0x20E3 || (c >= 0xFE00 && c <= 0xFE0F) ||
         u_charType(c) == U_NON_SPACING_MARK;
}

char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

PlainText plain_text(std::string_view text) {
  PlainText out;
  out.bytes.reserve(text.size());
  out.origin.reserve(text.size() + 1);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t at = 0; at < size;) {
    const std::int32_t begin = at;
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    if (c >= 0x80 && invisible(c)) continue;
    char byte = '\x02';
    if (c >= 0 && c < 0x80) byte = c < 0x20 ? ' ' : static_cast<char>(c);
    if (c >= 0x80) byte = plain(c);
    out.bytes += byte;
    out.origin.push_back(static_cast<std::uint32_t>(begin));
  }
  out.origin.push_back(static_cast<std::uint32_t>(size));
  out.lower = out.bytes;
  for (char& byte : out.lower) byte = lowered(byte);
  return out;
}

}  // namespace barometer
