#include "connectors/platforms/feed_entities.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include <libxml/HTMLparser.h>

#include "connectors/platforms/feed_encoding.hpp"

namespace barometer {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::size_t longest_entity = 256;  // of a document type's own entities, bytes
constexpr std::size_t longest_reference = 32;
constexpr std::size_t most_entities = 1000;
constexpr std::size_t most_put_in = 1u << 20;

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '<': out += "&lt;"; return;
    case '>': out += "&gt;"; return;
    case '&': out += "&amp;"; return;
    case '"': out += "&quot;"; return;
    default: out += c;
  }
}

// Numbers 128 to 159 mean control characters to Unicode, and windows-1252's to whoever writes them.
UChar32 meant_character(UChar32 c) {
  const bool legal = c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xD800) || (c >= 0xE000 && c < 0xFFFE) ||
                     (c >= 0x10000 && c <= 0x10FFFF);
  return legal ? windows_character(c) : 0xFFFD;
}

void append_character(std::string& out, UChar32 c) {
  if (c < 0x80) return append_escaped(out, static_cast<char>(c));
  append_utf8(out, c);
}

// The character that "233" or "xE9" stand for.
std::optional<UChar32> number_of(std::string_view digits) {
  const bool hex = digits.starts_with('x') || digits.starts_with('X');
  if (hex) digits.remove_prefix(1);
  std::int32_t number = 0;
  const auto* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, number, hex ? 16 : 10);
  if (read.ptr != end || digits.empty()) return std::nullopt;
  return meant_character(number < 0 || read.ec != std::errc() ? 0xFFFD : number);
}

std::optional<std::string> plain_value(std::string_view value) {
  std::string out;
  while (!value.empty()) {
    const auto plain = std::min(value.find_first_of("&<%"), value.size());
    out += value.substr(0, plain);
    value.remove_prefix(plain);
    if (value.empty()) break;
    const auto end = value.find(';');
    const bool numbered = value.starts_with("&#") && end != std::string_view::npos;
    const auto number = numbered ? number_of(value.substr(2, end - 2)) : std::nullopt;
    if (!number) return std::nullopt;
    append_utf8(out, *number);
    value.remove_prefix(end + 1);
  }
  return out;
}

// HTML 4's, by name. The library reads its list from the beginning for each look-up.
const std::unordered_map<std::string_view, UChar32>& html_entities() {
  static const auto table = [] {
    constexpr unsigned highest = 9830;  // &diams;
    std::unordered_map<std::string_view, UChar32> names;
    for (unsigned c = 1; c <= highest; ++c) {
      const auto* entity = htmlEntityValueLookup(c);
      if (entity) names.emplace(entity->name, meant_character(static_cast<UChar32>(c)));
    }
    return names;
  }();
  return table;
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) append_escaped(out, c);
}

void FeedEntities::declare(std::string_view subset) {
  constexpr std::string_view opening = "<!ENTITY";
  for (auto from = subset.find(opening); from != std::string_view::npos; from = subset.find(opening, from + 1)) {
    if (own_.size() < most_entities) declare_one(subset.substr(from + opening.size(), 2 * longest_entity));
  }
}

void FeedEntities::declare_one(std::string_view rest) {
  const auto name_begin = std::min(rest.find_first_not_of(blanks), rest.size());
  const auto name_end = std::min(rest.find_first_of(" \t\r\n>", name_begin), rest.size());
  const auto open = std::min(rest.find_first_not_of(blanks, name_end), rest.size());
  if (open == rest.size() || (rest[open] != '"' && rest[open] != '\'')) return;
  const auto value_end = rest.substr(0, open + longest_entity).find(rest[open], open + 1);
  if (value_end == std::string_view::npos) return;
  auto value = plain_value(rest.substr(open + 1, value_end - open - 1));
  if (value) own_.emplace(rest.substr(name_begin, name_end - name_begin), std::move(*value));
}

void FeedEntities::append(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto plain = std::min(text.find_first_of("&>\"<"), text.size());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    if (text[0] == '&') {
      text.remove_prefix(append_reference(out, text));
    } else {
      append_escaped(out, text[0]);
      text.remove_prefix(1);
    }
  }
}

// How many bytes of the text a reference at its beginning takes up.
std::size_t FeedEntities::append_reference(std::string& out, std::string_view text) {
  const auto end = text.substr(0, longest_reference).find_first_of(";& <", 1);
  const bool ends = end != std::string_view::npos && end > 1 && text[end] == ';';
  if (ends && append_named(out, text.substr(1, end - 1))) return end + 1;
  out += "&amp;";
  return 1;
}

bool FeedEntities::append_named(std::string& out, std::string_view name) {
  if (name[0] == '#') {
    const auto number = number_of(name.substr(1));
    if (number) append_character(out, *number);
    return number.has_value();
  }
  if (const auto own = own_.find(name); own != own_.end()) {
    if ((put_in_ += own->second.size()) > most_put_in) return false;
    append_escaped(out, own->second);
    return true;
  }
  std::string lowered(name);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  for (const std::string_view xml : {"amp", "lt", "gt", "quot", "apos"}) {
    if (lowered != xml) continue;
    ((out += '&') += xml) += ';';
    return true;
  }
  const auto found = html_entities().find(name);
  if (found == html_entities().end()) return false;
  append_character(out, found->second);
  return true;
}

}  // namespace barometer
