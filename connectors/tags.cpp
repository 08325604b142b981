#include "connectors/tags.hpp"

#include <algorithm>
#include <cstdint>
#include <stdexcept>

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace barometer {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\n") - begin + 1);
}

std::string fold(std::string_view text) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
  std::string out;
  if (ascii) {
    out.assign(text);
    for (char& c : out) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
  }
  UErrorCode error = U_ZERO_ERROR;
  const auto* folding = icu::Normalizer2::getNFKCCasefoldInstance(error);
  if (U_FAILURE(error)) throw std::runtime_error("ICU has no NFKC_Casefold data: install libicu's data");
  icu::StringByteSink<std::string> sink(&out);
  folding->normalizeUTF8(0, {text.data(), static_cast<std::int32_t>(text.size())}, sink, nullptr, error);
  return U_SUCCESS(error) ? out : std::string(text);
}

bool is_tag_character(UChar32 c) {
  return c == '_' || u_hasBinaryProperty(c, UCHAR_ALPHABETIC) || (U_GET_GC_MASK(c) & (U_GC_M_MASK | U_GC_ND_MASK)) != 0;
}

}  // namespace

std::string fold_tag(std::string_view tag) {
  const auto folded = fold(tag);  // first, because it makes plain blanks and '#' of their many forms
  auto rest = trimmed(folded);
  while (rest.starts_with('#')) rest = trimmed(rest.substr(1));
  return std::string(rest);
}

void add_tag(std::vector<std::string>& tags, std::string_view tag) {
  if (tags.size() >= most_tags_of_post) return;
  auto folded = fold_tag(tag);
  if (!folded.empty() && std::find(tags.begin(), tags.end(), folded) == tags.end()) tags.push_back(std::move(folded));
}

void add_hashtags(std::vector<std::string>& tags, std::string_view text) {
  if (text.find('#') == std::string_view::npos && text.find("\xEF\xBC\x83") == std::string_view::npos) return;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto end = static_cast<std::int64_t>(text.size());
  UChar32 before = ' ';
  for (std::int64_t at = 0; at < end && tags.size() < most_tags_of_post;) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, end, c);
    const bool begins = (c == '#' || c == 0xFF03) && !is_tag_character(before) && before != '&' && before != '/';
    before = c;
    if (!begins) continue;
    const auto from = at;
    bool worded = false;
    while (at < end) {
      auto next = at;
      U8_NEXT(bytes, next, end, c);
      if (c < 0 || !is_tag_character(c)) break;
      worded = worded || !u_isdigit(c);
      before = c;
      at = next;
    }
    if (worded) add_tag(tags, text.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(at - from)));
  }
}

}  // namespace barometer
