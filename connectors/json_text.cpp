#include "connectors/json_text.hpp"

#include <simdjson.h>

#include "connectors/html_text.hpp"

namespace barometer {
namespace {

void append_escape(std::string& out, char c) {
  constexpr std::string_view hex = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default:
      out += "\\u00";
      out += hex[static_cast<unsigned char>(c) >> 4];
      out += hex[static_cast<unsigned char>(c) & 15];
  }
}

constexpr bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

void append_escaped(std::string& out, std::string_view text) {
  out += '"';
  std::size_t from = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!needs_escape(text[at])) continue;
    out.append(text, from, at - from);
    append_escape(out, text[at]);
    from = at + 1;
  }
  out.append(text, from, text.size() - from);
  out += '"';
}

// ASCII without anything to escape, as nearly all that is written: told in one short look.
bool is_plain(std::string_view text) {
  for (const char c : text)
    if (needs_escape(c) || static_cast<unsigned char>(c) >= 0x80) return false;
  return true;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::size_t short_text = 64;
  if (text.size() <= short_text && is_plain(text)) {
    out += '"';
    out += text;
    out += '"';
    return;
  }
  if (simdjson::validate_utf8(text.data(), text.size()))
    append_escaped(out, text);
  else
    append_escaped(out, valid_utf8(text));
}

}  // namespace barometer
