#include "analysis/identifiers.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

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

enum ByteClass : std::uint8_t { letter = 1, upper = 2, digit = 4, local = 8, bracket = 16, wide = 32, at_sign = 64 };

constexpr auto byte_classes = [] {
  std::array<std::uint8_t, 256> classes{};
  for (std::size_t byte = 0; byte < classes.size(); ++byte) {
    const char c = static_cast<char>(byte);
    if (is_plain_letter(c)) classes[byte] |= letter | local;
    if (is_plain_upper(c) || c == '\x01') classes[byte] |= upper;
    if (is_plain_digit(c)) classes[byte] |= digit | local;
    if (c == '@') classes[byte] |= at_sign;
    if (c == '(' || c == '[' || c == '{') classes[byte] |= bracket;
    if (byte >= 0x80 || (byte < 0x20 && c != '\n' && c != '\t' && c != '\r')) classes[byte] |= wide;
  }
  for (const char c : std::string_view("._%+-'")) classes[static_cast<unsigned char>(c)] |= local;
  return classes;
}();

std::uint8_t byte_class(char c) { return byte_classes[static_cast<unsigned char>(c)]; }

bool is_blank(std::string_view text, std::size_t at) { return at < text.size() && text[at] >= 0 && text[at] <= ' '; }

// The letters of the cues of the finders in identifier_words.cpp, as far as they tell them from most words.
void note_cue(std::string_view text, std::size_t at, Signs& signs) {
  const auto letter_at = [&](std::size_t i) { return i < text.size() ? static_cast<char>(text[i] | 32) : ' '; };
  const char second = letter_at(at + 1);
  const char third = letter_at(at + 2);
  switch (letter_at(at)) {
    case 'm':
      if (second == 'r' || second == 's' || second == 'x' || (second == 'i' && third == 's')) signs.called = true;
      if (second == 'r' && third == 'n') signs.filed = true;
      break;
    case 'n':
      if (second == 'a' && third == 'm') signs.called = true;
      break;
    case 'c':
      if (second == 'a' && third == 'l') signs.called = true;
      break;
    case 'p':
      if (second == 'a' && third == 't') signs.called = signs.filed = true;
      break;
    case 'h':
      if (second == 'o' && third == 's') signs.filed = true;
      break;
    case 'u':
      if (second == 'n' && third == 'i') signs.filed = true;
      break;
    case 'd':
      if (second == 'o' || second == 'a' || second == '.' || is_blank(text, at + 1)) signs.born = true;
      break;
    case 'b':
      if (second == 'o' || second == 'i') signs.born = true;
      break;
    default: break;
  }
}

// Of a text whose bytes are all plain, or of a PlainText's.
Signs signs_of(std::string_view text) {
  Signs signs;
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
      note_cue(text, at, signs);
      const char* next = text.data() + at;
      const char* const end = text.data() + text.size();
      while (next != end && (byte_class(*next) & letter) != 0) ++next;
      at = static_cast<std::size_t>(next - text.data());
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
  return signs;
}

bool is_all_plain(std::string_view text) {
  std::uint8_t all = 0;
  for (const char c : text) all |= byte_class(c);
  return (all & wide) == 0;
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
