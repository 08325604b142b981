#include <algorithm>

#include <simdjson.h>
#include <unicode/utf8.h>

#include "connectors/html_text.hpp"

namespace barometer {
namespace {

constexpr bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n') || byte == 0x7F;
}

std::string replaced(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + 16);
  const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
  const auto end = static_cast<std::int64_t>(bytes.size());
  for (std::int64_t at = 0; at < end;) {
    const auto from = at;
    UChar32 c = 0;
    U8_NEXT(begin, at, end, c);
    if (c < 0)
      out += "\xEF\xBF\xBD";
    else
      out.append(bytes, static_cast<std::size_t>(from), static_cast<std::size_t>(at - from));
  }
  return out;
}

}  // namespace

std::string valid_utf8(std::string_view bytes) {
  std::string out = simdjson::validate_utf8(bytes.data(), bytes.size()) ? std::string(bytes) : replaced(bytes);
  std::replace_if(out.begin(), out.end(), is_control, ' ');
  return out;
}

std::string_view cut_utf8(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return text.substr(0, most);
}

}  // namespace barometer
