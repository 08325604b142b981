#include "analysis/text.hpp"

#include <algorithm>
#include <array>
#include <string>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "analysis/emoticon.hpp"
#include "analysis/everyday.hpp"
#include "analysis/negation.hpp"
#include "analysis/unicode.hpp"

namespace barometer {
namespace {

// A word longer than this is normalised from its first bytes only: folding and n-grams stay bounded.
constexpr std::size_t longest_word = 256;

enum CharacterClass : std::uint8_t { other = 0, blank = 1, letter = 2, digit = 4, face = 8 };

constexpr auto ascii_classes = [] {
  std::array<std::uint8_t, 256> classes{};
  for (const char c : std::string_view(" \t\r\n\f\v")) classes[static_cast<unsigned char>(c)] = blank;
  for (int c = 0; c < 0x20; ++c) classes[static_cast<std::size_t>(c)] = blank;
  classes[0x7F] = blank;
  for (int c = 'a'; c <= 'z'; ++c) classes[static_cast<std::size_t>(c)] = letter;
  for (int c = 'A'; c <= 'Z'; ++c) classes[static_cast<std::size_t>(c)] = letter;
  for (int c = '0'; c <= '9'; ++c) classes[static_cast<std::size_t>(c)] = digit;
  classes['_'] = letter;
  for (const char c : std::string_view("<>:;=()[]^-xXD")) classes[static_cast<unsigned char>(c)] |= face;
  return classes;
}();

// The lower-case form of what plain words are made of; 0 for all else.
constexpr auto plain_letters = [] {
  std::array<char, 256> letters{};
  for (std::size_t c = 0; c < 256; ++c) {
    if ((ascii_classes[c] & (letter | digit)) == 0) continue;
    letters[c] = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  }
  return letters;
}();

std::uint8_t class_of(char c) { return ascii_classes[static_cast<unsigned char>(c)]; }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool is_digit(char c) { return (class_of(c) & digit) != 0; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

std::uint64_t word_hash(std::string_view word) {
  const std::uint64_t hash = XXH3_64bits(word.data(), word.size());
  return hash != 0 ? hash : 1;
}

// Reads one text from left to right; each reader of a kind returns where its token ends, or `start` when it is not that kind.
class Tokeniser {
 public:
  Tokeniser(std::string_view text, Tokens& out)
      : text_(text), tokens_(out.tokens_), letters_(out.letters_), ascii_(out.ascii_) {
    tokens_.clear();
    ascii_ = true;
  }

  void run() {
    for (std::size_t at = 0; at < text_.size();) at = next(at);
    point_into_letters();
    mark_negations(tokens_);
  }

 private:
  bool has(std::size_t at) const { return at < text_.size(); }
  char at_or_nul(std::size_t at) const { return has(at) ? text_[at] : '\0'; }
  bool after_blank(std::size_t at) const { return at == 0 || class_of(text_[at - 1]) == blank; }

  // Bytes of the word character at `at`; 0 when there is none.
  std::size_t word_bytes(std::size_t at) const {
    if (!has(at)) return 0;
    if (is_ascii(text_[at])) return (class_of(text_[at]) & (letter | digit)) != 0 ? 1 : 0;
    const auto point = code_point_at(text_, at);
    return is_word_character(point.value) ? point.bytes : 0;
  }

  // Bytes of an apostrophe, straight or curly; 0 when there is none.
  std::size_t apostrophe_bytes(std::size_t at) const {
    const char c = at_or_nul(at);
    if (c == '\'') return 1;
    constexpr std::string_view curly = "\u2019";
    return c == curly[0] && text_.substr(at, curly.size()) == curly ? curly.size() : 0;
  }

  std::size_t next(std::size_t at) {
    const char c = text_[at];
    if (!is_ascii(c)) return next_wide(at);
    const auto kind = class_of(c);
    if (kind == blank) return at + 1;
    if ((kind & face) != 0) {
      if (const auto end = read_emoticon(at); end != at) return end;
    }
    if ((kind & letter) != 0) {
      if ((c | 32) == 'h' || (c | 32) == 'w') {
        if (const auto end = read_url(at); end != at) return end;
      }
      return read_word(at);
    }
    if ((kind & digit) != 0) {
      const auto end = read_number(at, at);
      return end != at ? end : read_word(at);
    }
    return next_sign(at);
  }

  std::size_t next_sign(std::size_t at) {
    const char c = text_[at];
    std::size_t end = at;
    if (c == '@') end = read_mention(at);
    if (c == '#') end = read_hashtag(at, 1);
    if (c == '$' || ((c == '+' || c == '-') && after_blank(at))) end = read_number(at, at + 1);
    return end != at ? end : read_punctuation(at, 1);
  }

  std::size_t next_wide(std::size_t at) {
    const auto point = code_point_at(text_, at);
    if (point.value == U'\uFFFD' || is_joiner(point.value) || is_white_space(point.value)) return at + point.bytes;
    if (is_emoji(point.value)) return read_emoji(at);
    if (is_word_character(point.value)) return read_word(at);
    std::size_t end = at;
    if (point.value == U'\uFF03') end = read_hashtag(at, point.bytes);  // full-width #
    if (point.value == U'£' || point.value == U'€') end = read_number(at, at + point.bytes);
    return end != at ? end : read_punctuation(at, point.bytes);
  }

  // Bytes of an apostrophe with a plain letter after it; 0 when there is none.
  std::size_t inner_apostrophe_bytes(std::size_t at) const {
    const auto bytes = apostrophe_bytes(at);
    return bytes != 0 && has(at + bytes) && (class_of(text_[at + bytes]) & (letter | digit)) != 0 ? bytes : 0;
  }

  // Most words are plain letters, perhaps with an apostrophe, and folded while they are read. `at` where this one is not; then
  // nothing was written.
  std::size_t read_plain_word(std::size_t at) {
    make_room(longest_word + 2);
    char* const folded = letters_.data() + used_ + 1;  // after the blank that open() writes
    char* next = folded;
    char last = '\0';
    char before = '\0';
    bool capitals = true;
    const auto write = [&](char c) {
      if (c == last && c == before) return;
      *next++ = c;
      before = last;
      last = c;
    };
    std::size_t end = at;
    for (;;) {
      const std::size_t limit = std::min(text_.size(), at + longest_word);
      for (; end < limit; ++end) {
        const char small = plain_letters[static_cast<unsigned char>(text_[end])];
        if (small == '\0') break;
        capitals = capitals && small != text_[end];
        write(small);
      }
      if (end == at + longest_word) return at;
      const auto apostrophe = inner_apostrophe_bytes(end);
      if (apostrophe == 0) break;
      end += apostrophe;
      if (end - at >= longest_word) return at;
      capitals = false;
      write('\'');
    }
    if (has(end) && (!is_ascii(text_[end]) || text_[end] == '*')) return at;
    if (at_or_nul(end) == '\'' && has(end + 1) && !is_ascii(text_[end + 1])) return at;
    open(TokenKind::word, at, end);
    used_ += static_cast<std::size_t>(next - folded);
    tokens_.back().shouted = capitals && end - at >= 3;
    close();
    return end;
  }

  std::size_t read_word(std::size_t at) {
    if (const auto plain_end = read_plain_word(at); plain_end != at) return plain_end;
    std::size_t end = at;
    for (;;) {
      if (const auto bytes = word_bytes(end)) {
        end += bytes;
      } else if (has(end) && !is_ascii(text_[end]) && is_joiner(code_point_at(text_, end).value)) {
        end += code_point_at(text_, end).bytes;
      } else if (const auto apostrophe = apostrophe_bytes(end); apostrophe != 0 && word_bytes(end + apostrophe) != 0) {
        end += apostrophe;
      } else if (at_or_nul(end) == '*' && end > at && !is_blanked_emphasis(end)) {
        ++end;
      } else {
        break;
      }
    }
    push_folded(TokenKind::word, at, end, at);
    return end;
  }

  // "*word*" is emphasis, "f**k" and "f***" are one word with letters blanked out.
  bool is_blanked_emphasis(std::size_t at) const { return at_or_nul(at + 1) != '*' && word_bytes(at + 1) == 0; }

  std::size_t read_hashtag(std::size_t at, std::size_t sign) {
    std::size_t end = at + sign;
    while (const auto bytes = word_bytes(end)) end += bytes;
    if (end == at + sign) return at;
    open(TokenKind::hashtag, at, end);
    put('#');
    append_folded_letters(at + sign, end);
    close();
    return end;
  }

  // @name, @name@host.example, @name.host.example
  std::size_t read_mention(std::size_t at) {
    std::size_t end = at + 1;
    bool host = false;
    while (has(end)) {
      if ((class_of(text_[end]) & (letter | digit)) != 0) {
        ++end;
      } else if ((text_[end] == '.' || text_[end] == '-' || (text_[end] == '@' && !host)) && end > at + 1 &&
                 (class_of(at_or_nul(end + 1)) & (letter | digit)) != 0 && is_ascii(text_[end + 1])) {
        host = host || text_[end] == '@';
        ++end;
      } else {
        break;
      }
    }
    if (end == at + 1) return at;
    push(TokenKind::mention, at, end, "@user");
    return end;
  }

  std::size_t read_url(std::size_t at) {
    const auto rest = text_.substr(at, 8);
    const auto starts = [&](std::string_view prefix) {
      return std::ranges::equal(rest.substr(0, prefix.size()), prefix, {}, lower);
    };
    if (!starts("http://") && !starts("https://") && !starts("www.")) return at;
    std::size_t end = at;
    while (has(end) && class_of(text_[end]) != blank && text_[end] != '<' && text_[end] != '>') ++end;
    while (std::string_view(".,;:!?)]}\"'").find(text_[end - 1]) != std::string_view::npos) --end;
    push(TokenKind::url, at, end, "<url>");
    return end;
  }

  // Digits from `first` on, with inner separators, and an ordinal, clock or per cent sign.
  std::size_t read_number(std::size_t at, std::size_t first) {
    std::size_t end = digits_end(first);
    if (end == first) return at;
    std::size_t before_group = at;  // where the number ends should its last group turn out to be a word
    while (std::string_view(".,:/-").find(at_or_nul(end)) != std::string_view::npos && digits_end(end + 1) > end + 1) {
      before_group = end;
      end = digits_end(end + 1);
    }
    if (at_or_nul(end) == '%') {
      push(TokenKind::number, at, end + 1, "<pct>");
      return end + 1;
    }
    end += suffix_bytes(end);
    if (word_bytes(end) != 0) {  // "2nite" is a word; in "1,2nite" the number is 1
      if (before_group == at) return at;
      end = before_group;
    }
    push(TokenKind::number, at, end, "<num>");
    return end;
  }

  std::size_t digits_end(std::size_t at) const {
    while (has(at) && is_digit(text_[at])) ++at;
    return at;
  }

  std::size_t suffix_bytes(std::size_t at) const {
    const char first = lower(at_or_nul(at));
    const char second = lower(at_or_nul(at + 1));
    for (const auto suffix : {"st", "nd", "rd", "th", "am", "pm"}) {
      if (first == suffix[0] && second == suffix[1]) return 2;
    }
    return first == 'k' || first == 'm' ? 1 : 0;
  }

  std::size_t read_emoticon(std::size_t at) {
    const auto found = emoticon_at(text_.substr(at), after_blank(at));
    if (found.bytes == 0) return at;
    push(TokenKind::emoticon, at, at + found.bytes, found.text());
    return at + found.bytes;
  }

  // One pictograph with what is joined to it; two letters of a flag are one.
  std::size_t read_emoji(std::size_t at) {
    open(TokenKind::emoji, at, at);
    const auto first = code_point_at(text_, at);
    std::size_t end = at;
    append(end, first.bytes);
    const auto is_flag_letter = [](char32_t value) { return value >= 0x1F1E6 && value <= 0x1F1FF; };
    if (is_flag_letter(first.value) && has(end)) {
      if (const auto second = code_point_at(text_, end); is_flag_letter(second.value)) append(end, second.bytes);
    }
    for (bool joined = false; has(end) && end - at < longest_word;) {
      const auto point = code_point_at(text_, end);
      if (is_skin_tone(point.value) || is_joiner(point.value)) {
        joined = point.value == 0x200D;
        end += point.bytes;
      } else if (joined && is_emoji(point.value)) {
        append(end, point.bytes);
        joined = false;
      } else {
        break;
      }
    }
    tokens_.back().end = static_cast<std::uint32_t>(end);
    close();
    return end;
  }

  std::size_t read_punctuation(std::size_t at, std::size_t bytes) {
    const char c = text_[at];
    if (c == '!' || c == '?') return read_exclamation(at);
    const auto sign = text_.substr(at, bytes);
    std::size_t end = at + bytes;
    while (has(end) && text_[end] == c && text_.substr(end, bytes) == sign) end += bytes;
    if (sign == "\u2026" || (c == '.' && end - at > 1)) {
      push(TokenKind::punctuation, at, end, "...");
    } else if (is_ascii(c)) {
      push(TokenKind::punctuation, at, end, sign);
    } else {
      push_folded(TokenKind::punctuation, at, end, at);
    }
    return end;
  }

  std::size_t read_exclamation(std::size_t at) {
    std::size_t end = at;
    bool calls = false;
    bool asks = false;
    for (; at_or_nul(end) == '!' || at_or_nul(end) == '?'; ++end) (text_[end] == '!' ? calls : asks) = true;
    const auto run = calls && asks ? "?!" : calls ? "!!" : "??";
    push(TokenKind::punctuation, at, end, end - at == 1 ? text_.substr(at, 1) : run);
    return end;
  }

  void make_room(std::size_t more) {
    if (used_ + more > letters_.size()) letters_.resize(2 * (used_ + more));
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

  // What the open token has so far.
  std::string_view written() const { return {letters_.data() + start_, used_ - start_}; }

  void open(TokenKind kind, std::size_t begin, std::size_t end) {
    put(' ');
    start_ = used_;
    tokens_.push_back({{}, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), kind});
  }

  // The view is over no bytes yet, only a length: letters_ may still move.
  void close() { tokens_.back().text = std::string_view(letters_.data(), used_ - start_); }

  void append(std::size_t& at, std::size_t bytes) {
    put(text_.substr(at, bytes));
    at += bytes;
  }

  void push(TokenKind kind, std::size_t begin, std::size_t end, std::string_view normalised) {
    open(kind, begin, end);
    put(normalised);
    close();
  }

  void push_folded(TokenKind kind, std::size_t begin, std::size_t end, std::size_t from) {
    open(kind, begin, end);
    append_folded_letters(from, end);
    if (used_ == start_) {
      --used_;  // nothing but invisible characters
      tokens_.pop_back();
      return;
    }
    tokens_.back().shouted = kind == TokenKind::word && is_shouted(text_.substr(begin, end - begin));
    close();
  }

  static bool is_shouted(std::string_view word) {
    return word.size() >= 3 && std::ranges::all_of(word, [](char c) { return c >= 'A' && c <= 'Z'; });
  }

  void append_folded_letters(std::size_t from, std::size_t end) {
    auto word = text_.substr(from, std::min(end - from, longest_word));
    if (std::ranges::all_of(word, is_ascii)) {
      for (const char c : word) append_squeezed(lower(c));
      return;
    }
    ascii_ = false;
    while (word.size() > 0 && from + word.size() < end &&
           (static_cast<unsigned char>(text_[from + word.size()]) & 0xC0) == 0x80) {
      word.remove_suffix(1);  // never cut within a code point
    }
    folded_.clear();
    append_folded(folded_, word);
    for (std::size_t at = 0; at < folded_.size();) at = append_wide_squeezed(at);
  }

  void append_squeezed(char c) {
    const auto so_far = written();
    const auto n = so_far.size();
    if (n >= 2 && so_far[n - 1] == c && so_far[n - 2] == c) return;
    put(c);
  }

  std::size_t append_wide_squeezed(std::size_t at) {
    const auto point = code_point_at(folded_, at);
    if (point.bytes == 1) {
      append_squeezed(folded_[at]);
    } else if (point.value == U'\u2019') {
      append_squeezed('\'');
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

  void point_into_letters() {
    put(std::string_view("        ", 1 + Tokens::readable_behind));
    const char* next_letter = letters_.data();
    const auto& everyday = everyday_numbers();
    for (auto& token : tokens_) {
      ++next_letter;  // the blank
      token.text = {next_letter, token.text.size()};
      token.hash = word_hash(token.text);
      const std::uint16_t* const number = everyday.find(token.hash);
      token.everyday = number != nullptr ? *number : 0;
      next_letter += token.text.size();
    }
  }

  std::string_view text_;
  std::vector<Token>& tokens_;
  std::vector<char>& letters_;
  bool& ascii_;
  std::size_t used_ = 0;     // of letters_
  std::size_t start_ = 0;    // where the open token's letters begin
  std::string folded_ = {};  // ICU's answer for one word
};

void tokenise(std::string_view text, Tokens& out) { Tokeniser(text, out).run(); }

Tokens tokenise(std::string_view text) {
  Tokens tokens;
  tokenise(text, tokens);
  return tokens;
}

}  // namespace barometer
