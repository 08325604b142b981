#include "daemon/tag_term.hpp"

#include <algorithm>

#include "analysis/unicode.hpp"

namespace barometer {
namespace {

std::string folded(std::string_view text) {
  std::string out;
  append_folded(out, text);
  return out;
}

std::string without_sign(std::string_view written, char sign) {
  auto out = folded(written);  // first: it makes # and @ of their full-width forms
  if (out.starts_with(sign)) out.erase(0, 1);
  return out;
}

}  // namespace

TagKind kind_told(std::string_view written) {
  const auto text = folded(written.substr(0, 4));  // one character at least
  if (text.starts_with('#')) return TagKind::hashtag;
  return text.starts_with('@') ? TagKind::account : TagKind::phrase;
}

TagTerm tag_term(std::string_view written, std::optional<TagKind> kind) {
  TagTerm term{.kind = kind.value_or(kind_told(written))};
  if (term.kind == TagKind::hashtag) term.key = without_sign(written, '#');
  if (term.kind == TagKind::account) term.key = without_sign(written, '@');
  if (term.kind != TagKind::phrase) return term;
  for (const Token& token : tokenise(written)) {
    const auto word = phrase_word(token, written);
    if (word && !word->empty()) term.words.emplace_back(*word);
  }
  return term;
}

bool implies(const TagTerm& one, const TagTerm& other) {
  if (other.kind != TagKind::phrase) return one == other;
  // A hashtag is read as the word that it is, too.
  const auto words = one.kind == TagKind::hashtag ? std::vector<std::string>{one.key} : one.words;
  return !other.words.empty() &&
         std::search(words.begin(), words.end(), other.words.begin(), other.words.end()) != words.end();
}

std::optional<std::string_view> phrase_word(const Token& token, std::string_view text) {
  switch (token.kind) {
    case TokenKind::word: return token.text;
    case TokenKind::hashtag: return token.text.substr(1);
    case TokenKind::number: return text.substr(token.begin, token.end - token.begin);
    case TokenKind::mention:
    case TokenKind::url: return std::string_view();
    default: return std::nullopt;
  }
}

}  // namespace barometer
