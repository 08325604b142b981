#include "analysis/identifiers.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "analysis/eight_bytes.hpp"
#include "analysis/identifier_characters.hpp"
#include "analysis/identifier_shapes.hpp"

namespace barometer {

namespace {

struct Kind {
  const char* id;
  const char* mask;
};

// By IdentifierKind.
constexpr Kind kinds[] = {
    {"nhs_number", "[NHS number]"},
    {"phone", "[phone]"},
    {"email", "[email]"},
    {"postcode", "[postcode]"},
    {"date_of_birth", "[date of birth]"},
    {"hospital_number", "[hospital number]"},
    {"name", "[name]"},
};

// What one look at each byte tells: which finders could find anything. Most texts need none. May say too much, never too little.
struct Signs {
  std::size_t digits = 0;
  bool address = false;        // an @ after a letter, or a bracket before "at"
  bool capitals = false;       // a capitalised word after another, as in "Mrs Ann Lee"
  bool called = false;         // a word that begins like one that names follow
  bool born = false;           // … or dates of birth
  bool filed = false;          // … or hospital numbers
  bool short_letters = false;  // a digit after one or two letters, as a postcode begins

  bool email() const { return address; }
  bool name() const { return capitals && called; }
  bool date_of_birth() const { return born && digits >= 2; }
  bool number() const { return digits >= 9; }
  bool hospital_number() const { return filed && digits >= 5; }
  bool postcode() const { return short_letters && digits >= 2; }
  bool any() const { return email() || name() || date_of_birth() || number() || hospital_number() || postcode(); }
};

enum ByteClass : std::uint8_t { letter = 1, upper = 2, digit = 4, local = 8, bracket = 16, at_sign = 32 };

constexpr auto byte_classes = [] {
  std::array<std::uint8_t, 256> classes{};
  for (std::size_t byte = 0; byte < classes.size(); ++byte) {
    const char c = static_cast<char>(byte);
    if (is_plain_letter(c)) classes[byte] |= letter | local;
    if (is_plain_upper(c) || c == '\x01') classes[byte] |= upper;
    if (is_plain_digit(c)) classes[byte] |= digit | local;
    if (c == '@') classes[byte] |= at_sign;
    if (c == '(' || c == '[' || c == '{') classes[byte] |= bracket;
  }
  for (const char c : std::string_view("._%+-'")) classes[static_cast<unsigned char>(c)] |= local;
  return classes;
}();

std::uint8_t byte_class(char c) { return byte_classes[static_cast<unsigned char>(c)]; }

// How the cues of the finders in identifier_words.cpp begin, as far as that tells them from most words, and which sign that is.
struct Opening {
  std::string_view letters;
  bool called;
  bool born;
  bool filed;
};
constexpr auto openings = std::to_array<Opening>({
    {"mr", true, false, false},
    {"ms", true, false, false},
    {"mx", true, false, false},
    {"mis", true, false, false},
    {"nam", true, false, false},
    {"cal", true, false, false},
    {"pat", true, false, true},
    {"mrn", false, false, true},
    {"hos", false, false, true},
    {"uni", false, false, true},
    {"do", false, true, false},
    {"da", false, true, false},
    {"d.", false, true, false},
    {"d ", false, true, false},  // any blank, or the end
    {"bo", false, true, false},
    {"bi", false, true, false},
});
using Openings = std::uint16_t;  // one bit each
static_assert(openings.size() <= 16);

constexpr Openings openings_of(bool Opening::*sign) {
  unsigned bits = 0;
  for (std::size_t i = 0; i < openings.size(); ++i) bits |= openings[i].*sign ? 1U << i : 0U;
  return static_cast<Openings>(bits);
}

// By place in a word and byte: the openings that may have this byte there.
constexpr auto allowed = [] {
  std::array<std::array<Openings, 256>, 3> all{};
  for (std::size_t place = 0; place < all.size(); ++place)
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const char c = static_cast<char>(byte);
      const char small = is_plain_upper(c) ? static_cast<char>(c + 32) : byte <= ' ' ? ' ' : c;
      unsigned bits = 0;
      for (std::size_t i = 0; i < openings.size(); ++i) {
        const std::string_view letters = openings[i].letters;
        if (place >= letters.size() || letters[place] == small) bits |= 1U << i;
      }
      all[place][byte] = static_cast<Openings>(bits);
    }
  return all;
}();

// Of a word that begins there. Without a branch, since most words would take another one than the word before.
Openings opening_at(std::string_view text, std::size_t at) {
  const auto of = [&](std::size_t place) {
    const char c = at + place < text.size() ? text[at + place] : ' ';
    return allowed[place][static_cast<unsigned char>(c)];
  };
  return of(0) & of(1) & of(2);
}

// Where the letters at `at` end.
std::size_t letters_end(std::string_view text, std::size_t at) {
  using namespace eight_bytes;
  for (; text.size() - at >= size; at += size) {
    std::uint64_t bytes;
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
    const std::uint64_t low = bytes & ~highest;
    const std::uint64_t letters = (between(low | ones * 0x20, 'a', 'z') | between(low, '\x01', '\x01')) & ~bytes;
    const std::uint64_t other = ~letters & highest;
    if (other != 0) return at + static_cast<std::size_t>(std::countr_zero(other)) / 8;
  }
  while (at < text.size() && (byte_class(text[at]) & letter) != 0) ++at;
  return at;
}

// Of a text whose bytes are all plain, or of a PlainText's.
Signs signs_of(std::string_view text) {
  Signs signs;
  unsigned opened = 0;          // by any word
  std::size_t letters = 0;      // of the word that ends here
  bool capital = false;         // this word begins with one
  bool capital_before = false;  // so did the last
  for (std::size_t at = 0; at < text.size();) {
    const std::uint8_t kind = byte_class(text[at]);
    if ((kind & letter) != 0) {
      const std::size_t begin = at;
      capital_before = capital;
      capital = (kind & upper) != 0;
      signs.capitals = signs.capitals || (capital && capital_before);
      opened |= opening_at(text, at);
      at = letters_end(text, at);
      letters = at - begin;
      continue;
    }
    if ((kind & (digit | at_sign | bracket)) != 0) {
      if ((kind & digit) != 0) {
        ++signs.digits;
        signs.short_letters = signs.short_letters || letters == 1 || letters == 2;
      } else if ((kind & at_sign) != 0) {
        signs.address = signs.address || (at > 0 && (byte_class(text[at - 1]) & local) != 0);
      } else {
        signs.address = signs.address || (at + 1 < text.size() && (text[at + 1] | 32) == 'a');
      }
    }
    letters = 0;
    ++at;
  }
  signs.called = (opened & openings_of(&Opening::called)) != 0;
  signs.born = (opened & openings_of(&Opening::born)) != 0;
  signs.filed = (opened & openings_of(&Opening::filed)) != 0;
  return signs;
}

// Whether the text is what plain_text() would make of it, but for its blanks.
bool is_all_plain(std::string_view text) {
  // Numbers of one byte and no branch, so that sixteen letters are looked at together.
  std::uint8_t strange = 0;
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    const std::uint8_t control = byte < 0x20;
    const std::uint8_t blank = (byte == '\n') | (byte == '\t') | (byte == '\r');
    const std::uint8_t beyond = byte >= 0x80;
    strange = static_cast<std::uint8_t>(strange | beyond | (control & (blank ^ 1)));
  }
  return strange == 0;
}

// Blanks out web addresses, whose numbers are no person's.
void forget_web_addresses(PlainText& plain) {
  for (const std::string_view opening : {"http://", "https://", "www."})
    for (std::size_t at = plain.lower.find(opening); at != std::string::npos; at = plain.lower.find(opening, at)) {
      while (at < plain.bytes.size() && plain.bytes[at] != ' ') {
        plain.bytes[at] = '\x02';
        plain.lower[at++] = '\x02';
      }
    }
}

}  // namespace

Masked mask_identifiers(std::string_view text) {
  Masked masked;
  Signs signs;
  PlainText plain;
  if (is_all_plain(text)) {
    signs = signs_of(text);
  } else {
    plain = plain_text(text);
    signs = signs_of(plain.bytes);
  }
  if (!signs.any()) {
    masked.text = text;
    return masked;
  }
  if (plain.origin.empty()) plain = plain_text(text);
  forget_web_addresses(plain);
  // In order of precedence: where two overlap, the earlier finder is believed.
  std::vector<IdentifierSpan> found;
  if (signs.email()) find_emails(plain, found);
  if (signs.date_of_birth()) find_dates_of_birth(plain, found);
  if (signs.number()) find_numbers(plain, found);
  if (signs.hospital_number()) find_hospital_numbers(plain, found);
  if (signs.postcode()) find_postcodes(plain, found);
  if (signs.name()) find_names(plain, found);
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.begin < b.begin; });
  std::size_t copied = 0;  // of the text
  std::size_t past = 0;    // of the plain text
  for (const IdentifierSpan& span : found) {
    if (span.begin < past) continue;
    const Kind& kind = kinds[static_cast<std::size_t>(span.kind)];
    masked.text += text.substr(copied, plain.origin[span.begin] - copied);
    masked.text += kind.mask;
    // A title and its text stay two lines, even where a number runs over both.
    const std::string_view hidden =
        text.substr(plain.origin[span.begin], plain.origin[span.end] - plain.origin[span.begin]);
    masked.text.append(static_cast<std::size_t>(std::count(hidden.begin(), hidden.end(), '\n')), '\n');
    if (std::find(masked.kinds.begin(), masked.kinds.end(), kind.id) == masked.kinds.end())
      masked.kinds.emplace_back(kind.id);
    copied = plain.origin[span.end];
    past = span.end;
  }
  masked.text += text.substr(copied);
  return masked;
}

}  // namespace barometer
