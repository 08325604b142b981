#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/text.hpp"

namespace barometer {

// A word longer than this is normalised from its first bytes only: folding and n-grams stay bounded.
inline constexpr std::size_t longest_word = 256;

// Writes the tokens of one text with their normalised letters, from left to right:
//   open(kind, begin, end);  put(…);  close();     or push(), which does all three;     and finish() behind the last.
class TokenWriter {
 public:
  // The memory of a Tokens; `ascii` is said to be so until a letter beyond ASCII is folded.
  TokenWriter(std::vector<Token>& tokens, std::vector<char>& letters, bool& ascii)
      : tokens_(tokens), letters_(letters), ascii_(ascii) {
    tokens_.clear();
    ascii_ = true;
  }

  void open(TokenKind kind, std::size_t begin, std::size_t end) {
    put(' ');
    start_ = used_;
    tokens_.push_back({{}, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), kind});
  }
  void put(char c) {
    make_room(1);
    letters_[used_++] = c;
  }
  void put(std::string_view some) {
    make_room(some.size());
    std::copy(some.begin(), some.end(), letters_.begin() + static_cast<std::ptrdiff_t>(used_));
    used_ += some.size();
  }
  // `word` as it is folded and squeezed; only as much of it as fits.
  void put_folded(std::string_view word);
  // The view is over no bytes yet, only a length: letters_ may still move.
  void close() { last().text = std::string_view(letters_.data(), used_ - start_); }
  Token& last() { return tokens_.back(); }

  void push(TokenKind kind, std::size_t begin, std::size_t end, std::string_view normalised) {
    open(kind, begin, end);
    put(normalised);
    close();
  }
  // The same of a sign of one letter, or of what a kind of token is always written as: copied without a look at how much it is.
  void push(TokenKind kind, std::size_t begin, std::size_t end, char sign) {
    open(kind, begin, end);
    put(sign);
    close();
  }
  template <std::size_t size>
  void push(TokenKind kind, std::size_t begin, std::size_t end, const char (&always)[size]) {
    open(kind, begin, end);
    make_room(size);
    std::memcpy(letters_.data() + used_, always, size - 1);
    used_ += size - 1;
    close();
  }
  // `word` lies at [begin, end) of the text. No token if it is made of invisible characters only.
  void push_folded(TokenKind kind, std::size_t begin, std::size_t end, std::string_view word);

  // Where the letters of the next token would be written, with room for so many; then push_written() says how many there are.
  char* place_of_next(std::size_t room) {
    make_room(room + 1);
    return letters_.data() + used_ + 1;  // after the blank that open() writes
  }
  void push_written(TokenKind kind, std::size_t begin, std::size_t end, std::size_t letters) {
    open(kind, begin, end);
    used_ += letters;
    close();
  }

  // Points all tokens into their letters, and says what is known of each.
  void finish();

 private:
  // What the open token has so far.
  std::string_view written() const { return {letters_.data() + start_, used_ - start_}; }
  void make_room(std::size_t more) {
    if (used_ + more > letters_.size()) letters_.resize(2 * (used_ + more));
  }
  void put_squeezed(char c);
  std::size_t put_wide_squeezed(std::size_t at);

  std::vector<Token>& tokens_;
  std::vector<char>& letters_;
  bool& ascii_;
  std::size_t used_ = 0;     // of letters_
  std::size_t start_ = 0;    // where the open token's letters begin
  std::string folded_ = {};  // ICU's answer for one word
};

}  // namespace barometer
