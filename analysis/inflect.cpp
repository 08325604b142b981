#include "analysis/inflect.hpp"

namespace barometer {

namespace {

bool is_vowel(char letter) { return std::string_view{"aeiou"}.find(letter) != std::string_view::npos; }

std::string with_s(std::string_view word) {
  for (const std::string_view ending : {"s", "x", "z", "ch", "sh"})
    if (word.ends_with(ending)) return std::string{word} + "es";
  if (word.size() > 1 && word.back() == 'y' && !is_vowel(word[word.size() - 2]))
    return std::string{word.substr(0, word.size() - 1)} + "ies";
  return std::string{word} + "s";
}

std::string with_ed(std::string_view word) {
  if (word.back() == 'e') return std::string{word} + "d";
  if (word.size() > 1 && word.back() == 'y' && !is_vowel(word[word.size() - 2]))
    return std::string{word.substr(0, word.size() - 1)} + "ied";
  return std::string{word} + "ed";
}

std::string with_ing(std::string_view word) {
  if (word.size() > 2 && word.back() == 'e' && word[word.size() - 2] != 'e')
    return std::string{word.substr(0, word.size() - 1)} + "ing";
  return std::string{word} + "ing";
}

}  // namespace

std::vector<std::string> inflections(std::string_view word, bool doubled) {
  if (word.empty()) return {};
  std::string stem{word};
  if (doubled) stem += word.back();
  return {std::string{word}, with_s(word), with_ed(stem), with_ing(stem)};
}

}  // namespace barometer
