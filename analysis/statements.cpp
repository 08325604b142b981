#include "analysis/statements.hpp"

#include <algorithm>

#include "analysis/pattern.hpp"

namespace barometer {

namespace {

bool has_line_break(std::string_view text, std::size_t from, std::size_t to) {
  return text.substr(from, to - from).find('\n') != std::string_view::npos;
}

// What a sign does to the thought before it. A dash between blanks parts, one inside a word does not.
Pause pause_of(std::string_view sign, bool after_blank) {
  if (sign.empty()) return Pause::none;
  switch (sign[0]) {
    case '.':
    case '!':
    case '?':
    case ';': return Pause::stop;
    case ',':
    case ':':
    case '(':
    case ')':
    case '/':
    case '|': return Pause::comma;
    case '-': return after_blank ? Pause::comma : Pause::none;
    default: return sign == "–" || sign == "—" ? Pause::comma : Pause::none;
  }
}

bool parts_thoughts(std::string_view word) {
  if (word.size() < 3 || std::string_view{"bhaty"}.find(word[0]) == std::string_view::npos) return false;
  return word == "but" || word == "however" || word == "although" || word == "though" || word == "yet";
}

}  // namespace

void Statements::end_statement() {
  if (words_.size() > (ends_.empty() ? 0 : ends_.back())) ends_.push_back(words_.size());
}

void Statements::add_word(std::string_view text, const Token& token) {
  Word& word = words_.emplace_back();
  word.begin = token.begin;
  word.end = token.end;
  word.text = text;
  if (text.starts_with('#')) word.stem = text.substr(1);
  if (text.find('\'') != std::string_view::npos) {
    const std::size_t start = letters_.size();
    for (const char c : text)
      if (c != '\'') letters_ += c;
    word.text = std::string_view{letters_}.substr(start);
    if (text.ends_with("'s"))
      word.stem = word.text.substr(0, word.text.size() - 1);
    else if (text.ends_with("'d") || text.ends_with("'m"))
      word.stem = word.text.substr(0, word.text.size() - 1);
    else if (text.ends_with("'ve") || text.ends_with("'re") || text.ends_with("'ll"))
      word.stem = word.text.substr(0, word.text.size() - 2);
  }
}

void Statements::read(std::string_view text, const Tokens& tokens) {
  words_.clear();
  ends_.clear();
  letters_.clear();
  // Never moves while words point into it: each token's form is at most a few hundred bytes.
  std::size_t room = 0;
  for (const Token& token : tokens) room += token.text.size();
  letters_.reserve(room);
  std::size_t last_end = 0;
  for (const Token& token : tokens) {
    const bool after_blank = token.begin > last_end;
    if (after_blank && has_line_break(text, last_end, token.begin)) end_statement();
    last_end = token.end;
    if (token.kind == TokenKind::punctuation && token.text != "&") {
      const Pause pause = pause_of(token.text, after_blank);
      if (!words_.empty()) words_.back().after = std::max(words_.back().after, pause);
      if (pause == Pause::stop) end_statement();
      continue;
    }
    if (token.kind == TokenKind::emoticon) continue;
    const std::size_t begun = ends_.empty() ? 0 : ends_.back();
    if (words_.size() - begun == Statement::longest) end_statement();
    if (parts_thoughts(token.text) && words_.size() > begun)
      words_.back().after = std::max(words_.back().after, Pause::comma);
    const bool number = token.kind == TokenKind::number;
    add_word(number ? text.substr(token.begin, std::min<std::size_t>(token.end - token.begin, 32)) : token.text, token);
    if (words_.back().text.data() == token.text.data()) words_.back().hash = token.hash;
  }
  end_statement();
}

std::span<const Word> Statements::operator[](std::size_t i) const {
  const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
  return std::span{words_}.subspan(begin, ends_[i] - begin);
}

std::string folded_entry(std::string_view entry) {
  const Tokens tokens = tokenise(entry);
  std::string folded;
  for (const Token& token : tokens) {
    if (token.kind == TokenKind::punctuation && token.text != "&") continue;
    if (!folded.empty()) folded += ' ';
    const bool number = token.kind == TokenKind::number;
    for (const char c : number ? entry.substr(token.begin, token.end - token.begin) : token.text)
      if (c != '\'') folded += c;
  }
  return folded;
}

}  // namespace barometer
