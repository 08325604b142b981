#include "analysis/token_writer.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "analysis/everyday.hpp"
#include "analysis/unicode.hpp"

namespace barometer {
namespace {

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool is_shouted(std::string_view word) {
  return word.size() >= 3 && std::ranges::all_of(word, [](char c) { return c >= 'A' && c <= 'Z'; });
}

// Never cut within a code point.
std::string_view beginning(std::string_view word) {
  if (word.size() <= longest_word) return word;
  auto size = longest_word;
  while (size > 0 && (static_cast<unsigned char>(word[size]) & 0xC0) == 0x80) --size;
  return word.substr(0, size);
}

}  // namespace

std::uint64_t word_hash(std::string_view word) {
  const std::uint64_t hash = XXH3_64bits(word.data(), word.size());
  return hash != 0 ? hash : 1;
}

void TokenWriter::push_folded(TokenKind kind, std::size_t begin, std::size_t end, std::string_view word) {
  open(kind, begin, end);
  put_folded(word);
  if (used_ == start_) {
    --used_;  // nothing but invisible characters
    tokens_.pop_back();
    return;
  }
  last().shouted = kind == TokenKind::word && is_shouted(word);
  close();
}

void TokenWriter::put_folded(std::string_view word) {
  const auto plain = word.substr(0, longest_word);
  if (std::ranges::all_of(plain, is_ascii)) {
    for (const char c : plain) put_squeezed(lower(c));
    return;
  }
  ascii_ = false;
  folded_.clear();
  append_folded(folded_, beginning(word));
  for (std::size_t at = 0; at < folded_.size();) at = put_wide_squeezed(at);
}

void TokenWriter::put_squeezed(char c) {
  const auto so_far = written();
  const auto n = so_far.size();
  if (n >= 2 && so_far[n - 1] == c && so_far[n - 2] == c) return;
  put(c);
}

std::size_t TokenWriter::put_wide_squeezed(std::size_t at) {
  const auto point = code_point_at(folded_, at);
  if (point.bytes == 1) {
    put_squeezed(folded_[at]);
  } else if (point.value == U'\u2019') {
    put_squeezed('\'');
  } else {
    const auto letter_bytes = std::string_view(folded_).substr(at, point.bytes);
    const auto so_far = written();
    const auto twice = 2 * point.bytes;
    const bool third = so_far.size() >= twice && so_far.ends_with(letter_bytes) &&
                       so_far.substr(so_far.size() - twice, point.bytes) == letter_bytes;
    if (!third) put(letter_bytes);
  }
  return at + point.bytes;
}

void TokenWriter::finish() {
  constexpr std::string_view blanks = "                ";
  static_assert(blanks.size() > Tokens::readable_behind);
  put(blanks);
  const char* next_letter = letters_.data();
  const auto& everyday = everyday_numbers();
  for (auto& token : tokens_) {
    ++next_letter;  // the blank
    token.text = {next_letter, token.text.size()};
    token.hash = word_hash(token.text);
    token.everyday = everyday[token.hash];
    next_letter += token.text.size();
  }
}

}  // namespace barometer
