#include "storage/phrases.hpp"

#include <algorithm>

namespace barometer {

namespace {

std::string_view written(std::string_view text, const Token& token) {
  return text.substr(token.begin, token.end - token.begin);
}

bool alike(std::string_view text, const Token& said, std::string_view phrase, const Token& wanted) {
  if (wanted.kind == TokenKind::word && said.kind == TokenKind::hashtag) return said.text.substr(1) == wanted.text;
  if (said.kind != wanted.kind || said.kind == TokenKind::mention) return false;
  if (said.kind == TokenKind::number || said.kind == TokenKind::url)
    return written(text, said) == written(phrase, wanted);
  return said.text == wanted.text;
}

bool says_something(std::string_view phrase) {
  const auto tokens = tokenise(phrase);
  return std::any_of(tokens.begin(), tokens.end(), [](const Token& token) {
    return token.kind != TokenKind::punctuation && token.kind != TokenKind::mention;
  });
}

}  // namespace

std::vector<std::string> phrases_of(std::string_view query) {
  constexpr std::string_view blanks = " \t\r\n";
  std::vector<std::string> phrases;
  const auto take = [&](std::string_view phrase) {
    if (says_something(phrase)) phrases.emplace_back(phrase);
  };
  bool quoted = false;
  while (!query.empty()) {
    const auto end = std::min(query.find('"'), query.size());
    auto part = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (quoted) take(part);
    while (!quoted && !part.empty()) {
      const auto length = std::min(part.find_first_of(blanks), part.size());
      take(part.substr(0, length));
      part.remove_prefix(std::min(length + 1, part.size()));
    }
    quoted = !quoted;
  }
  return phrases;
}

bool says(std::string_view text, const Tokens& said, std::string_view phrase, const Tokens& wanted) {
  const auto found = std::search(said.begin(), said.end(), wanted.begin(), wanted.end(),
                                 [&](const Token& one, const Token& other) { return alike(text, one, phrase, other); });
  return found != said.end() || wanted.empty();
}

bool says_all(const Post& post, const std::vector<std::string>& phrases) {
  if (phrases.empty()) return true;
  const auto title = tokenise(post.title.value_or(""));
  const auto text = tokenise(post.text);
  return std::all_of(phrases.begin(), phrases.end(), [&](const std::string& phrase) {
    const auto wanted = tokenise(phrase);
    return says(post.text, text, phrase, wanted) || says(post.title.value_or(""), title, phrase, wanted);
  });
}

}  // namespace barometer
