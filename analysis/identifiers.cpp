#include "analysis/identifiers.hpp"

#include <algorithm>

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

// What one look at each byte tells: which finders could find anything. Most texts need none.
struct Signs {
  bool digits = false;
  bool address = false;
  bool names = false;  // a capitalised word after another, as in "Mrs Ann Lee"
};

Signs signs_of(std::string_view text) {
  Signs signs;
  bool in_word = false;
  bool capital = false;         // this word begins with one
  bool capital_before = false;  // so did the last
  for (const char c : text) {
    if (is_plain_digit(c)) signs.digits = true;
    if (static_cast<unsigned char>(c) >= 0x80) return {true, true, true};
    if (c == '@' || c == '[' || c == '(' || c == '{') signs.address = true;
    if (is_plain_letter(c)) {
      if (!in_word) {
        capital_before = capital;
        capital = is_plain_upper(c);
        signs.names = signs.names || (capital && capital_before);
      }
      in_word = true;
    } else {
      in_word = false;
    }
  }
  return signs;
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
  const Signs signs = signs_of(text);
  if (!signs.digits && !signs.address && !signs.names) {
    masked.text = text;
    return masked;
  }
  PlainText plain = plain_text(text);
  forget_web_addresses(plain);
  // In order of precedence: where two overlap, the earlier finder is believed.
  std::vector<IdentifierSpan> found;
  if (signs.address) find_emails(plain, found);
  if (signs.digits) {
    find_dates_of_birth(plain, found);
    find_numbers(plain, found);
    find_hospital_numbers(plain, found);
    find_postcodes(plain, found);
  }
  if (signs.names) find_names(plain, found);
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
