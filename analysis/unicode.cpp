#include "analysis/unicode.hpp"

#include <stdexcept>

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace barometer {

CodePoint code_point_at(std::string_view text, std::size_t at) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data()) + at;
  if (*bytes < 0x80) return {*bytes, 1};
  // Four bytes are all that one code point can need: the length stays within what ICU's 32-bit indices hold.
  const auto length = static_cast<std::int32_t>(text.size() - at < 4 ? text.size() - at : 4);
  std::int32_t next = 0;
  UChar32 value = 0;
  U8_NEXT(bytes, next, length, value);
  if (value < 0) return {U'\uFFFD', 1};
  return {static_cast<char32_t>(value), static_cast<std::uint32_t>(next)};
}

bool is_white_space(char32_t value) { return u_isUWhiteSpace(static_cast<UChar32>(value)); }

bool is_word_character(char32_t value) {
  constexpr std::uint32_t kinds = U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK | U_GC_PC_MASK;
  return (U_GET_GC_MASK(static_cast<UChar32>(value)) & kinds) != 0 && !is_joiner(value);
}

bool is_emoji(char32_t value) {
  return (value >= 0x1F000 && value <= 0x1FAFF) || (value >= 0x2600 && value <= 0x27BF) ||
         (value >= 0x2B00 && value <= 0x2BFF) || (value >= 0x2190 && value <= 0x21FF);
}

bool is_skin_tone(char32_t value) { return value >= 0x1F3FB && value <= 0x1F3FF; }

bool is_joiner(char32_t value) {
  return value == 0x200C || value == 0x200D || value == 0xAD || (value >= 0xFE00 && value <= 0xFE0F);
}

namespace {

const icu::Normalizer2& folding() {
  static const icu::Normalizer2* const instance = [] {
    UErrorCode status = U_ZERO_ERROR;
    const auto* found = icu::Normalizer2::getNFKCCasefoldInstance(status);
    if (U_FAILURE(status)) throw std::runtime_error("ICU has no NFKC_Casefold data: reinstall libicu");
    return found;
  }();
  return *instance;
}

}  // namespace

void append_folded(std::string& out, std::string_view text) {
  icu::StringByteSink<std::string> sink(&out);
  UErrorCode status = U_ZERO_ERROR;
  folding().normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())), sink, nullptr,
                          status);
  if (U_FAILURE(status)) throw std::runtime_error("ICU could not fold a text");
}

}  // namespace barometer
