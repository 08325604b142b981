#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace barometer {

enum class TokenKind : std::uint8_t { word, hashtag, mention, url, number, emoji, emoticon, punctuation };

// One unit of a text. `text` is its normalised form:
//   word         folded (NFKC_Casefold), apostrophes straight, three or more equal letters squeezed to two: "sooo" is "soo"
//   hashtag      '#' and the folded tag                          mention      "@user", whoever it names
//   url          "<url>"                                         number       "<num>", or "<pct>" with a % sign
//   emoji        skin tones and variation selectors dropped      emoticon     without nose, mouth once: ":-)))" is ":)"
//   punctuation  one character, a run of it once; "!!" "??" "?!" for runs of ! and ?; "..." for two or more dots
// What a number said, or whom a mention named, is in the bytes [begin, end) of the original text.
struct Token {
  std::string_view text = {};  // in the Tokens that holds it; at most a few hundred bytes, however long the original
  std::uint32_t begin = 0;     // bytes [begin, end) of the original text
  std::uint32_t end = 0;
  TokenKind kind = TokenKind::word;
  bool negated = false;        // within five tokens after "not", "never", "without" …, in the same clause
  bool shouted = false;        // a word of three or more ASCII letters, all of them capitals
  std::uint16_t everyday = 0;  // the number of its EverydayWord; 0: none
  std::uint64_t hash = 0;      // word_hash(text): taken once, asked by every table of words
};

// The tokens of one text, in order. Reusable: filling it again keeps its memory. Not copyable, since tokens point into it.
class Tokens {
 public:
  Tokens() = default;
  Tokens(Tokens&&) = default;
  Tokens& operator=(Tokens&&) = default;

  std::span<const Token> all() const { return tokens_; }
  auto begin() const { return tokens_.begin(); }
  auto end() const { return tokens_.end(); }
  std::size_t size() const { return tokens_.size(); }
  bool empty() const { return tokens_.empty(); }
  // Before and behind each token's text stands a blank, and behind the last that many more bytes: whoever reads a text in
  // larger pieces may.
  static constexpr std::size_t readable_behind = 15;

  bool ascii() const { return ascii_; }  // no token's letters were beyond ASCII
  const Token& operator[](std::size_t i) const { return tokens_[i]; }

 private:
  friend class Tokeniser;
  std::vector<Token> tokens_ = {};
  std::vector<char> letters_ = {};  // begins with all normalised forms, a blank before each
  bool ascii_ = true;
};

// Splits any bytes into tokens; bytes that are not UTF-8 separate like blanks. Linear in text.size(), which must be below 2^32.
// The kinds follow the tokens of the reference recipe for SemEval-2017 tweets, with byte ranges and Unicode made exact.
void tokenise(std::string_view text, Tokens& out);
Tokens tokenise(std::string_view text);

// XXH3 (64 bits) of a normalised word; never 0.
std::uint64_t word_hash(std::string_view word);

}  // namespace barometer
