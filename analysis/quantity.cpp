#include "analysis/quantity.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "analysis/word_table.hpp"

namespace barometer {

namespace {

struct Named {
  std::string_view word;
  double value;
};

constexpr Named numerals[] = {
    {"a", 1},          {"an", 1},        {"one", 1},       {"two", 2},       {"three", 3},    {"four", 4},
    {"five", 5},       {"six", 6},       {"seven", 7},     {"eight", 8},     {"nine", 9},     {"ten", 10},
    {"eleven", 11},    {"twelve", 12},   {"thirteen", 13}, {"fourteen", 14}, {"fifteen", 15}, {"sixteen", 16},
    {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19}, {"twenty", 20},   {"thirty", 30},  {"forty", 40},
    {"fourty", 40},    {"fifty", 50},    {"sixty", 60},    {"seventy", 70},  {"eighty", 80},  {"ninety", 90},
    {"hundred", 100},  {"dozen", 12},    {"couple", 2},    {"several", 5},   {"few", 3},      {"half", 0.5},
    {"quarter", 0.25}, {"umpteen", 15},
};

constexpr std::string_view ordinals[] = {
    "first",  "second", "third", "fourth",   "fifth",   "sixth",     "seventh",
    "eighth", "ninth",  "tenth", "eleventh", "twelfth", "umpteenth", "nth",
};

struct Unit {
  std::string_view word;
  Slot slot;
  double hours;
};

constexpr Unit units[] = {
    {"min", Slot::minutes, 1 / 60.0},
    {"mins", Slot::minutes, 1 / 60.0},
    {"minute", Slot::minutes, 1 / 60.0},
    {"minutes", Slot::minutes, 1 / 60.0},
    {"minuets", Slot::minutes, 1 / 60.0},
    {"h", Slot::hours, 1},
    {"hr", Slot::hours, 1},
    {"hrs", Slot::hours, 1},
    {"hour", Slot::hours, 1},
    {"hours", Slot::hours, 1},
    {"hourz", Slot::hours, 1},
    {"day", Slot::days, 24},
    {"days", Slot::days, 24},
    {"night", Slot::days, 24},
    {"nights", Slot::days, 24},
    {"week", Slot::weeks, 168},
    {"weeks", Slot::weeks, 168},
    {"wk", Slot::weeks, 168},
    {"wks", Slot::weeks, 168},
    {"fortnight", Slot::weeks, 336},
    {"weekend", Slot::days, 48},
    {"weekends", Slot::days, 48},
    {"month", Slot::months, 720},
    {"months", Slot::months, 720},
    {"mth", Slot::months, 720},
    {"mths", Slot::months, 720},
    {"year", Slot::years, 8760},
    {"years", Slot::years, 8760},
    {"yr", Slot::years, 8760},
    {"yrs", Slot::years, 8760},
};

constexpr std::uint16_t bit(Slot slot) { return static_cast<std::uint16_t>(1u << static_cast<unsigned>(slot)); }

std::optional<double> numeral(std::string_view word) {
  static const auto table = [] {
    WordTable<double> all;
    for (const Named& row : numerals) all[row.word] = row.value;
    return all;
  }();
  const double* value = table.find(word_hash(word));
  return value != nullptr ? std::optional{*value} : std::nullopt;
}

const Unit* unit(std::string_view word) {
  static const auto table = [] {
    WordTable<const Unit*> all;
    for (const Unit& row : units) all[row.word] = &row;
    return all;
  }();
  const Unit* const* row = table.find(word_hash(word));
  return row != nullptr ? *row : nullptr;
}

struct Digits {
  double value = 0;
  std::string_view rest = {};  // what is glued to the number: "hrs" of "6hrs"
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "19", "19,000", "6.5", "6hrs", "12-hour"; at most nine digits count, so nothing overflows.
std::optional<Digits> digits(std::string_view word) {
  if (word.empty() || !is_digit(word[0])) return std::nullopt;
  Digits found;
  std::size_t i = 0;
  int count = 0;
  double scale = 0;
  for (; i < word.size(); ++i) {
    if (word[i] == ',') continue;
    if (word[i] == '.' && scale == 0) {
      scale = 1;
      continue;
    }
    if (!is_digit(word[i])) break;
    if (++count > 9) return std::nullopt;
    found.value = found.value * 10 + (word[i] - '0');
    scale *= 10;
  }
  if (scale > 1) found.value /= scale;
  found.rest = word.substr(i);
  if (found.rest.starts_with('-')) found.rest.remove_prefix(1);
  return found;
}

Quantity measured(double value, const Unit& measure, int length) {
  Quantity q{length, static_cast<std::uint16_t>(bit(Slot::duration) | bit(measure.slot))};
  const double hours = value * measure.hours;
  // "the third year" and "two years" say nothing of a wait in hours, but "two days" does.
  if (hours >= 4) q.slots |= bit(Slot::long_wait);
  if (hours >= 12) q.slots |= bit(Slot::very_long_wait);
  return q;
}

bool is_old_suffix(std::span<const Word> words, std::size_t at) { return at < words.size() && words[at].text == "old"; }

constexpr double oldest = 120;

// "aged 82", "he's 82"
constexpr std::string_view age_words[] = {"aged", "hes", "shes", "turned"};
bool says_age(std::string_view word) {
  return std::find(std::begin(age_words), std::end(age_words), word) != std::end(age_words);
}

Quantity aged(double value, int length) {
  Quantity q{length, bit(Slot::age)};
  if (value < 18) q.slots |= bit(Slot::young);
  if (value >= 70) q.slots |= bit(Slot::old);
  return q;
}

// "80-year-old", "80yo", "80yr" glued in one word.
std::optional<Quantity> glued_age(double value, std::string_view rest) {
  for (const std::string_view suffix : {"yo", "y/o", "year-old", "years-old", "yr-old", "yearold"})
    if (rest == suffix) return aged(value, 1);
  return std::nullopt;
}

Quantity after_number(std::span<const Word> words, std::size_t at, double value, int taken) {
  std::size_t next = at + static_cast<std::size_t>(taken);
  if (next < words.size() && (words[next].text == "of" || words[next].text == "whole" || words[next].text == "solid" ||
                              words[next].text == "long" || words[next].text == "bloody" || words[next].text == "full"))
    ++next;
  if (next < words.size() && value < 1 && (words[next].text == "an" || words[next].text == "a")) ++next;
  if (next < words.size())
    if (const Unit* measure = unit(words[next].text)) {
      const int length = static_cast<int>(next - at) + 1;
      if (next + 1 < words.size() && words[next + 1].text == "ago") return Quantity{length + 1, bit(Slot::number)};
      if (measure->slot == Slot::years && is_old_suffix(words, next + 1)) return aged(value, length + 1);
      return measured(value, *measure, length);
    }
  return Quantity{taken, bit(Slot::number)};
}

bool is_ordinal(std::string_view word, const std::optional<Digits>& number) {
  if (number && (number->rest == "st" || number->rest == "nd" || number->rest == "rd" || number->rest == "th"))
    return true;
  return std::find(std::begin(ordinals), std::end(ordinals), word) != std::end(ordinals);
}

}  // namespace

const char* name_of(Slot slot) {
  constexpr const char* names[slots] = {"number", "ordinal", "duration",  "minutes",        "hours", "days",  "weeks",
                                        "months", "years",   "long_wait", "very_long_wait", "age",   "young", "old"};
  return names[static_cast<std::size_t>(slot)];
}

bool may_begin_quantity(std::string_view word) {
  return begins_with_digit(word) || says_age(word) || numeral(word) || is_ordinal(word, std::nullopt);
}

std::vector<std::string_view> quantity_words() {
  std::vector<std::string_view> words{std::begin(ordinals), std::end(ordinals)};
  words.insert(words.end(), std::begin(age_words), std::end(age_words));
  for (const Named& row : numerals) words.push_back(row.word);
  return words;
}

Quantity quantity_at(std::span<const Word> words, std::size_t at) {
  const std::string_view word = words[at].text;
  if (says_age(word) && at + 1 < words.size())
    if (const auto number = digits(words[at + 1].text); number && number->rest.empty() && number->value <= oldest &&
                                                        !(at + 2 < words.size() && unit(words[at + 2].text)))
      return aged(number->value, 2);
  const auto number = digits(word);
  if (is_ordinal(word, number)) return Quantity{1, bit(Slot::ordinal)};
  if (number) {
    if (number->rest.empty()) return after_number(words, at, number->value, 1);
    if (const auto age = glued_age(number->value, number->rest)) return *age;
    if (const Unit* measure = unit(number->rest)) {
      if (measure->slot == Slot::years && is_old_suffix(words, at + 1)) return aged(number->value, 2);
      return measured(number->value, *measure, 1);
    }
    return {};
  }
  auto value = numeral(word);
  if (!value) return {};
  int taken = 1;
  // "twenty six", "a dozen", "half a dozen", "a hundred": one more numeral, never beyond.
  if (at + 1 < words.size())
    if (const auto more = numeral(words[at + 1].text);
        more && words[at + 1].text != "a" && words[at + 1].text != "an") {
      value = *value >= 20 && *more < 10 ? *value + *more : *value * *more;
      taken = 2;
    }
  Quantity q = after_number(words, at, *value, taken);
  // "a nurse" is no number.
  if (q.slots == bit(Slot::number) && taken == 1 && (word == "a" || word == "an")) return {};
  return q;
}

}  // namespace barometer
