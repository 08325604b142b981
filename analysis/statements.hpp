#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/text.hpp"
#include "analysis/word.hpp"

namespace barometer {

// A text cut into statements: what a person says between two full stops (or ! ? ; or line breaks), at most
// Statement::longest words at a time. Reusable; holds the letters that its words point to, so it is not copied.
class Statements {
 public:
  Statements() = default;
  Statements(const Statements&) = delete;
  Statements& operator=(const Statements&) = delete;

  // `tokens` are those of `text`; both outlive the words.
  void read(std::string_view text, const Tokens& tokens);

  std::size_t size() const { return ends_.size(); }
  std::span<const Word> operator[](std::size_t i) const;

 private:
  void add_word(const Token& token);
  void add_number(std::string_view written, const Token& token);
  void without_apostrophes(Word& word);
  void end_statement();

  std::vector<Word> words_ = {};
  std::vector<std::size_t> ends_ = {};  // of each statement: index past its last word
  std::string letters_ = {};            // words that had an apostrophe, without it
};

// How an entry of a word class must be written to meet Word::text: lower case, no apostrophes, signs apart ("a & e").
std::string folded_entry(std::string_view entry);

}  // namespace barometer
