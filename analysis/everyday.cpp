#include "analysis/everyday.hpp"

#include <string_view>

#include "analysis/language.hpp"
#include "analysis/lexicon.hpp"
#include "analysis/negation.hpp"

namespace barometer {
namespace {

struct Everyday {
  WordTable<std::uint16_t> numbers = {};
  std::vector<EverydayWord> words{1};

  EverydayWord& word(std::string_view text) {
    std::uint16_t& number = numbers[text];
    if (number == 0) {
      number = static_cast<std::uint16_t>(words.size());
      words.emplace_back();
    }
    return words[number];
  }

  Everyday() {
    for (const std::string_view text : negators()) word(text).turn = Turn::negates;
    for (const std::string_view text : clause_words()) word(text).turn = Turn::parts_clauses;
    for (const Booster& booster : boosters()) word(booster.word).boost = booster.factor;
    for (std::size_t tongue = 0; tongue < tongues().size(); ++tongue) add(tongues()[tongue].words, tongue);
  }

  void add(std::string_view list, std::size_t tongue) {
    while (!list.empty()) {
      const std::size_t space = std::min(list.find(' '), list.size());
      word(list.substr(0, space)).tongues[tongue] = 1;
      list.remove_prefix(std::min(space + 1, list.size()));
    }
  }
};

const Everyday& everyday() {
  static const Everyday all;
  return all;
}

}  // namespace

const std::vector<EverydayWord>& everyday_words() { return everyday().words; }

const WordTable<std::uint16_t>& everyday_numbers() { return everyday().numbers; }

}  // namespace barometer
