#include "daemon/mail_encoding.hpp"

#include <algorithm>
#include <array>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace barometer {
namespace {

constexpr std::size_t header_line = 76;  // RFC 5322 asks for 78, RFC 2047 for 76 where a word is encoded
constexpr std::size_t body_line = 76;
constexpr std::size_t longest_value =
    600;  // code points; a word of this length still fits RFC 5322's hard limit of 998
constexpr std::size_t longest_address = 254;  // RFC 5321, section 4.5.3.1
constexpr std::array hex{'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};

bool printable(char c) { return c >= 0x20 && c <= 0x7e; }
bool alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

void append_hex(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out += '=';
  out += hex[byte >> 4];
  out += hex[byte & 15];
}

bool unfit_for_a_line(UChar32 c) {
  return u_iscntrl(c) || u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL) || u_isUWhiteSpace(c);
}

// Bytes of the UTF-8 character that begins with `lead`.
std::size_t length_of(char lead) { return static_cast<std::size_t>(U8_COUNT_TRAIL_BYTES_UNSAFE(lead)) + 1; }

// Encoded words of at most 75 characters, none of which cuts a character in two (RFC 2047, section 5).
std::string encoded_words(std::string_view text, std::size_t used) {
  constexpr std::string_view open = "=?utf-8?Q?", close = "?=";
  std::string out;
  std::string word;
  const auto finish = [&] {
    out.append(open).append(word).append(close);
    word.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto character = text.substr(at, length_of(text[at]));
    std::string piece;
    for (const char c : character)
      if (c == ' ')
        piece += '_';
      else if (alphanumeric(c))
        piece += c;
      else
        append_hex(piece, c);
    if (used + open.size() + word.size() + piece.size() + close.size() > header_line) {
      finish();
      out += "\r\n ";
      used = 1;
    }
    word += piece;
    at += character.size();
  }
  finish();
  return out;
}

std::string folded(std::string_view text, std::size_t used) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(' ', at), text.size());
    const auto word = text.substr(at, end - at);
    if (at != 0) {
      const bool fits = used + 1 + word.size() <= header_line;
      out += fits ? " " : "\r\n ";
      used = fits ? used + 1 : 1;
    }
    out += word;
    used += word.size();
    at = end + 1;
  }
  return out;
}

bool plain(std::string_view text) { return std::ranges::all_of(text, printable) && text.find("=?") == text.npos; }

}  // namespace

std::optional<std::string> mail_address(std::string_view text) {
  if (const auto open = text.rfind('<'); open != text.npos && text.back() == '>')
    text = text.substr(open + 1, text.size() - open - 2);
  constexpr std::string_view misread = " <>()[]\\,;:\"";
  const auto at = text.find('@');
  if (at == text.npos || at == 0 || at + 1 == text.size() || text.size() > longest_address) return std::nullopt;
  if (text.find('@', at + 1) != text.npos || text.find_first_of(misread) != text.npos || text.find("=?") != text.npos)
    return std::nullopt;
  if (!std::ranges::all_of(text, printable)) return std::nullopt;
  return std::string{text};
}

std::string mail_header(std::string_view name, std::string_view value) {
  std::string out{name};
  out += ": ";
  const auto line = one_line(value, longest_value);
  out += plain(line) ? folded(line, out.size()) : encoded_words(line, out.size());
  return out += "\r\n";
}

std::string quoted_printable(std::string_view text) {
  std::string out;
  std::size_t used = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\n') {
      out += "\r\n";
      used = 0;
      continue;
    }
    // A blank at the end of a line may be lost on the way, so it is written as a number.
    const bool last = at + 1 == text.size() || text[at + 1] == '\n';
    const bool literal = printable(text[at]) && text[at] != '=' && !(text[at] == ' ' && last);
    const std::size_t width = literal ? 1 : 3;
    if (used + width > body_line - 1) {
      out += "=\r\n";
      used = 0;
    }
    if (literal)
      out += text[at];
    else
      append_hex(out, text[at]);
    used += width;
  }
  return out;
}

std::string one_line(std::string_view text, std::size_t most) {
  std::string out;
  std::size_t count = 0;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  for (std::size_t at = 0, size = text.size(); at < size;) {
    UChar32 c;
    U8_NEXT_OR_FFFD(bytes, at, size, c);
    const bool blank = unfit_for_a_line(c);
    if (blank && (out.empty() || out.back() == ' ')) continue;
    if (++count > most) return out += "\u2026";
    std::array<char, U8_MAX_LENGTH> character{};
    std::size_t length = 0;
    U8_APPEND_UNSAFE(character, length, blank ? ' ' : c);
    out.append(character.data(), length);
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string html_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  return out;
}

}  // namespace barometer
