#include "analysis/statements.hpp"

#include <algorithm>
#include <cstring>

#include "analysis/eight_bytes.hpp"
#include "analysis/everyday.hpp"
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

// Asked of every word; nearly all have sixteen letters or fewer, which are looked at together.
bool has_apostrophe(std::string_view word) {
  using namespace eight_bytes;
  constexpr std::size_t at_once = 2 * size;
  static_assert(Tokens::readable_behind + 1 >= at_once);
  if (word.size() > at_once) return word.find('\'') != std::string_view::npos;
  const std::size_t second = word.size() - std::min(word.size(), size);
  const auto apostrophes = [&](std::size_t from, std::size_t count) {
    std::uint64_t letters;
    std::memcpy(&letters, word.data() + from, sizeof letters);
    return between(letters & ~highest, '\'', '\'') & ~letters & first(count);
  };
  return (apostrophes(0, word.size() - second) | apostrophes(size, second)) != 0;
}

// "but", "however", "although", "though" and "yet", told by what is looked up of every token anyway.
bool parts_thoughts(const Token& token, const std::vector<EverydayWord>& everyday) {
  static const std::uint64_t yet = word_hash("yet");
  return (everyday[token.everyday].turn == Turn::parts_clauses) | (token.hash == yet);
}

}  // namespace

void Statements::end_statement() {
  if (words_.size() > (ends_.empty() ? 0 : ends_.back())) ends_.push_back(words_.size());
}

void Statements::add_word(const Token& token) {
  words_.push_back({.text = token.text, .begin = token.begin, .end = token.end, .hash = token.hash});
  if (token.text.starts_with('#')) words_.back().stem = token.text.substr(1);
  if (has_apostrophe(token.text)) without_apostrophes(words_.back());
}

void Statements::add_number(std::string_view written, const Token& token) {
  words_.push_back({.text = written, .begin = token.begin, .end = token.end, .hash = word_hash(written)});
}

void Statements::without_apostrophes(Word& word) {
  const std::string_view text = word.text;
  const std::size_t start = letters_.size();
  for (const char c : text)
    if (c != '\'') letters_ += c;
  word.text = std::string_view{letters_}.substr(start);
  word.hash = word_hash(word.text);
  if (text.ends_with("'s") || text.ends_with("'d") || text.ends_with("'m"))
    word.stem = word.text.substr(0, word.text.size() - 1);
  else if (text.ends_with("'ve") || text.ends_with("'re") || text.ends_with("'ll"))
    word.stem = word.text.substr(0, word.text.size() - 2);
}

void Statements::read(std::string_view text, const Tokens& tokens) {
  words_.clear();
  words_.reserve(tokens.size());
  ends_.clear();
  letters_.clear();
  // Never moves while words point into it: each token's form is at most a few hundred bytes.
  std::size_t room = 0;
  for (const Token& token : tokens) room += token.text.size();
  letters_.reserve(room);
  const bool several_lines = has_line_break(text, 0, text.size());
  const std::vector<EverydayWord>& everyday = everyday_words();
  std::size_t last_end = 0;
  for (const Token& token : tokens) {
    const bool after_blank = token.begin > last_end;
    if (several_lines) [[unlikely]] {
      if (after_blank && has_line_break(text, last_end, token.begin)) end_statement();
    }
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
    if (parts_thoughts(token, everyday) && words_.size() > begun)
      words_.back().after = std::max(words_.back().after, Pause::comma);
    constexpr std::size_t longest_number = 32;
    if (token.kind == TokenKind::number)
      add_number(text.substr(token.begin, std::min<std::size_t>(token.end - token.begin, longest_number)), token);
    else
      add_word(token);
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
