// NHS and telephone numbers: groups of digits with little between them.

#include <algorithm>
#include <array>
#include <optional>

#include "analysis/identifier_characters.hpp"
#include "analysis/identifier_shapes.hpp"

namespace barometer {

namespace {

struct Group {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t digits() const { return end - begin; }
};

constexpr std::size_t widest_break = 3;  // characters between the groups of one number: " - ", ") "
constexpr std::size_t most_digits = 15;  // of an international telephone number (ITU-T E.164)

bool may_stand_between(char c) { return std::string_view{" -.()/"}.find(c) != std::string_view::npos; }

// Runs of groups that could be one number.
std::vector<std::vector<Group>> chains(std::string_view text) {
  std::vector<std::vector<Group>> all;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_plain_digit(text[at])) {
      ++at;
      continue;
    }
    Group group{at, at};
    while (group.end < text.size() && is_plain_digit(text[group.end])) ++group.end;
    at = group.end;
    const bool joined = !all.empty() && group.begin - all.back().back().end <= widest_break &&
                        std::all_of(text.begin() + static_cast<std::ptrdiff_t>(all.back().back().end),
                                    text.begin() + static_cast<std::ptrdiff_t>(group.begin), may_stand_between);
    if (joined)
      all.back().push_back(group);
    else
      all.push_back({group});
  }
  return all;
}

std::string digits_of(std::string_view text, const std::vector<Group>& chain, std::size_t from, std::size_t to) {
  std::string digits;
  for (std::size_t i = from; i < to; ++i) digits += text.substr(chain[i].begin, chain[i].digits());
  return digits;
}

bool ends_in_word(std::string_view lower, std::size_t at, std::string_view word) {
  return at >= word.size() && lower.substr(at - word.size(), word.size()) == word;
}

// "AB123…" is a reference of its own sort, unless the letters say "NHS" or "no".
bool glued_to_letters(const PlainText& plain, std::size_t begin, std::size_t end) {
  if (end < plain.bytes.size() && is_plain_letter(plain.bytes[end])) return true;
  if (begin == 0 || !is_plain_letter(plain.bytes[begin - 1])) return false;
  return !ends_in_word(plain.lower, begin, "nhs") && !ends_in_word(plain.lower, begin, "no") &&
         !ends_in_word(plain.lower, begin, "number") && !ends_in_word(plain.lower, begin, "tel") &&
         !ends_in_word(plain.lower, begin, "mob");
}

// Where a +, and a bracket, before the digits begin.
std::size_t with_sign(std::string_view text, std::size_t begin) {
  if (begin > 0 && text[begin - 1] == '(') --begin;
  if (begin > 0 && text[begin - 1] == '+') --begin;
  return begin;
}

// Numbers of a service, which name no person: 0800, 0300, 0845 …, and a geographic one that is called so.
bool is_service(std::string_view national) {
  for (const std::string_view prefix : {"03", "080", "084", "087", "09", "050", "055", "056"})
    if (national.starts_with(prefix)) return true;
  return false;
}

bool called_a_service(std::string_view lower, std::size_t begin) {
  constexpr std::size_t reach = 40;
  const std::string_view before = lower.substr(begin > reach ? begin - reach : 0, std::min(begin, reach));
  if (before.find(" my ") != std::string_view::npos || before.find(" me ") != std::string_view::npos) return false;
  for (const std::string_view word :
       {"switchboard", "helpline", "hotline", "advice line", "main number", "enquiries", "freephone", "booking line",
        "appointments line", "appointment line", "samaritans", "support line", "press office", "information line",
        "crisis line", "textphone", "listening line"})
    if (before.find(word) != std::string_view::npos) return true;
  return false;
}

// The number as dialled at home, "07700900123", if it is one of the United Kingdom's; empty otherwise.
std::string national_form(std::string digits, bool international) {
  if (digits.starts_with("0044")) digits = digits.substr(2), international = true;
  if (international && digits.starts_with("44")) {
    digits = digits.substr(2);
    if (!digits.starts_with('0')) digits.insert(0, "0");
  }
  const bool right_size = digits.size() == 11 || (digits.size() == 10 && digits.starts_with("01"));
  if (!digits.starts_with('0') || !right_size) return {};
  return std::string_view{"1235789"}.find(digits[1]) == std::string_view::npos ? std::string{} : digits;
}

bool is_phone(const PlainText& plain, std::string_view digits, std::size_t begin) {
  const bool international = begin > 0 && (plain.bytes[begin - 1] == '+' || with_sign(plain.bytes, begin) + 1 < begin);
  const std::string national = national_form(std::string{digits}, international);
  if (!national.empty()) return !is_service(national) && !called_a_service(plain.lower, begin);
  return international && !digits.starts_with("44") && digits.size() >= 9 && digits.size() <= most_digits;
}

bool shaped_334(const std::vector<Group>& chain, std::size_t from, std::size_t to) {
  if (to - from == 1) return true;
  return to - from == 3 && chain[from].digits() == 3 && chain[from + 1].digits() == 3;
}

// The number that begins with chain[from], and the group past its end.
std::optional<std::pair<IdentifierSpan, std::size_t>> number_at(const PlainText& plain, const std::vector<Group>& chain,
                                                                std::size_t from) {
  std::size_t count = 0;
  for (std::size_t to = from; to < chain.size() && count <= most_digits;) {
    count += chain[to++].digits();
    if (count < 9 || count > most_digits) continue;
    const std::size_t begin = chain[from].begin;
    const std::size_t end = chain[to - 1].end;
    if (glued_to_letters(plain, begin, end)) continue;
    const std::string digits = digits_of(plain.bytes, chain, from, to);
    const bool whole = from == 0 && to == chain.size();
    if (count == 10 && (whole || shaped_334(chain, from, to)) && is_nhs_number(digits))
      return std::pair{IdentifierSpan{begin, end, IdentifierKind::nhs_number}, to};
    if (is_phone(plain, digits, begin))
      return std::pair{IdentifierSpan{with_sign(plain.bytes, begin), end, IdentifierKind::phone}, to};
  }
  return std::nullopt;
}

}  // namespace

bool is_nhs_number(std::string_view ten_digits) {
  int sum = 0;
  for (int i = 0; i < 9; ++i) sum += (10 - i) * (ten_digits[static_cast<std::size_t>(i)] - '0');
  const int check = 11 - sum % 11;
  return (check == 11 ? 0 : check) == ten_digits[9] - '0';
}

void find_numbers(const PlainText& plain, std::vector<IdentifierSpan>& found) {
  for (const std::vector<Group>& chain : chains(plain.bytes))
    for (std::size_t from = 0; from < chain.size();) {
      const auto number = number_at(plain, chain, from);
      if (number) found.push_back(number->first);
      from = number ? number->second : from + 1;
    }
}

}  // namespace barometer
