#include "analysis/text.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "analysis/eight_bytes.hpp"
#include "analysis/emoticon.hpp"
#include "analysis/negation.hpp"
#include "analysis/token_writer.hpp"
#include "analysis/unicode.hpp"

namespace barometer {
namespace {

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

// Eight bytes of a text (zeroes behind its end): most words are told and folded in one look.
class EightBytes {
 public:
  static constexpr std::size_t size = eight_bytes::size;

  explicit EightBytes(std::string_view rest) {
    if (rest.size() >= size)
      std::memcpy(&bytes_, rest.data(), size);
    else
      std::memcpy(&bytes_, rest.data(), rest.size());
    const std::uint64_t low = bytes_ & (ones * 0x7F);
    using eight_bytes::between;
    const std::uint64_t letters = between(low | ones * 0x20, 'a', 'z');  // of either case
    const std::uint64_t underscores = between(low, '_', '_');
    const std::uint64_t ascii = ~bytes_ & highest;
    capitals_ = between(low, 'A', 'Z') & ascii;
    plain_ = (letters | underscores | between(low, '0', '9')) & ascii;
  }

  // How many letters, digits and underscores it begins with.
  std::size_t plain() const {
    const std::uint64_t other = ~plain_ & highest;
    return other == 0 ? size : static_cast<std::size_t>(std::countr_zero(other)) / 8;
  }
  // Of the first `count` bytes.
  bool are_capitals(std::size_t count) const { return ((capitals_ ^ highest) & eight_bytes::first(count)) == 0; }
  // Whether there are three equal letters in a row among the first `count` and the two that were written before.
  bool has_run(std::size_t count, char last, char before) const {
    const std::uint64_t letters = small();
    const std::uint64_t one_before = letters << 8 | static_cast<unsigned char>(last);
    const std::uint64_t two_before = one_before << 8 | static_cast<unsigned char>(before);
    const std::uint64_t unlike = (letters ^ one_before) | (letters ^ two_before);
    const std::uint64_t differ = (((unlike & ones * 0x7F) + ones * 0x7F) | unlike) & highest;
    return (~differ & highest & eight_bytes::first(count)) != 0;
  }
  // All eight, with small letters.
  void write_small(char* to) const {
    const std::uint64_t letters = small();
    std::memcpy(to, &letters, size);
  }

 private:
  static constexpr std::uint64_t ones = eight_bytes::ones;
  static constexpr std::uint64_t highest = eight_bytes::highest;

  std::uint64_t small() const { return bytes_ | capitals_ >> 2; }

  std::uint64_t bytes_ = 0;
  std::uint64_t plain_ = 0;     // the highest bit of each byte that is one
  std::uint64_t capitals_ = 0;  // likewise
};

std::uint8_t class_of(char c) { return ascii_classes[static_cast<unsigned char>(c)]; }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool is_digit(char c) { return (class_of(c) & digit) != 0; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

// Reads one text from left to right; each reader of a kind returns where its token ends, or `start` when it is not that kind.
class Tokeniser {
 public:
  Tokeniser(std::string_view text, Tokens& out)
      : text_(text), all_(out.tokens_), out_(out.tokens_, out.letters_, out.ascii_) {}

  void run() {
    for (std::size_t at = 0; at < text_.size();) at = next(at);
    out_.finish();
    mark_negations(all_);
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

  // Most words are plain letters, perhaps with an apostrophe, and folded while they are read. `at` where this one is not, or where it
  // has to be squeezed; then nothing was written.
  std::size_t read_plain_word(std::size_t at) {
    char* const folded = out_.place_of_next(longest_word + EightBytes::size);
    char* next = folded;
    bool capitals = true;
    std::size_t end = at;
    for (;;) {
      const EightBytes bytes(text_.substr(end));
      const std::size_t count = bytes.plain();
      const char last = next > folded ? next[-1] : '\0';
      const char before = next > folded + 1 ? next[-2] : '\0';
      if (bytes.has_run(count, last, before)) return at;
      capitals = capitals && bytes.are_capitals(count);
      bytes.write_small(next);
      next += count;
      end += count;
      if (end - at >= longest_word) return at;
      if (count == EightBytes::size) continue;
      const auto apostrophe = inner_apostrophe_bytes(end);
      if (apostrophe == 0) break;
      end += apostrophe;
      if (end - at >= longest_word) return at;
      capitals = false;
      *next++ = '\'';
    }
    if (has(end) && (!is_ascii(text_[end]) || text_[end] == '*')) return at;
    if (at_or_nul(end) == '\'' && has(end + 1) && !is_ascii(text_[end + 1])) return at;
    out_.push_written(TokenKind::word, at, end, static_cast<std::size_t>(next - folded));
    out_.last().shouted = capitals && end - at >= 3;
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
    out_.push_folded(TokenKind::word, at, end, text_.substr(at, end - at));
    return end;
  }

  // "*word*" is emphasis, "f**k" and "f***" are one word with letters blanked out.
  bool is_blanked_emphasis(std::size_t at) const { return at_or_nul(at + 1) != '*' && word_bytes(at + 1) == 0; }

  std::size_t read_hashtag(std::size_t at, std::size_t sign) {
    std::size_t end = at + sign;
    while (const auto bytes = word_bytes(end)) end += bytes;
    if (end == at + sign) return at;
    out_.open(TokenKind::hashtag, at, end);
    out_.put('#');
    out_.put_folded(text_.substr(at + sign, end - at - sign));
    out_.close();
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
    out_.push(TokenKind::mention, at, end, "@user");
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
    out_.push(TokenKind::url, at, end, "<url>");
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
      out_.push(TokenKind::number, at, end + 1, "<pct>");
      return end + 1;
    }
    end += suffix_bytes(end);
    if (word_bytes(end) != 0) {  // "2nite" is a word; in "1,2nite" the number is 1
      if (before_group == at) return at;
      end = before_group;
    }
    out_.push(TokenKind::number, at, end, "<num>");
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
    out_.push(TokenKind::emoticon, at, at + found.bytes, found.text());
    return at + found.bytes;
  }

  // One pictograph with what is joined to it; two letters of a flag are one.
  std::size_t read_emoji(std::size_t at) {
    out_.open(TokenKind::emoji, at, at);
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
    out_.last().end = static_cast<std::uint32_t>(end);
    out_.close();
    return end;
  }

  void append(std::size_t& at, std::size_t bytes) {
    out_.put(text_.substr(at, bytes));
    at += bytes;
  }

  std::size_t read_punctuation(std::size_t at, std::size_t bytes) {
    const char c = text_[at];
    if (c == '!' || c == '?') return read_exclamation(at);
    const auto sign = text_.substr(at, bytes);
    std::size_t end = at + bytes;
    while (has(end) && text_[end] == c && text_.substr(end, bytes) == sign) end += bytes;
    if (sign == "\u2026" || (c == '.' && end - at > 1)) {
      out_.push(TokenKind::punctuation, at, end, "...");
    } else if (is_ascii(c)) {
      out_.push(TokenKind::punctuation, at, end, c);
    } else {
      out_.push_folded(TokenKind::punctuation, at, end, text_.substr(at, end - at));
    }
    return end;
  }

  std::size_t read_exclamation(std::size_t at) {
    std::size_t end = at;
    bool calls = false;
    bool asks = false;
    for (; at_or_nul(end) == '!' || at_or_nul(end) == '?'; ++end) (text_[end] == '!' ? calls : asks) = true;
    if (end - at == 1) {
      out_.push(TokenKind::punctuation, at, end, text_[at]);
    } else {
      out_.push(TokenKind::punctuation, at, end, std::string_view(calls && asks ? "?!" : calls ? "!!" : "??"));
    }
    return end;
  }

  std::string_view text_;
  std::vector<Token>& all_;
  TokenWriter out_;
};

void tokenise(std::string_view text, Tokens& out) { Tokeniser(text, out).run(); }

Tokens tokenise(std::string_view text) {
  Tokens tokens;
  tokenise(text, tokens);
  return tokens;
}

}  // namespace barometer
