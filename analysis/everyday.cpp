#include "analysis/everyday.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "analysis/language.hpp"
#include "analysis/lexicon.hpp"
#include "analysis/negation.hpp"
#include "analysis/word_table.hpp"

namespace barometer {
namespace {

struct Everyday {
  std::vector<EverydayWord> words{1};
  EverydayNumbers numbers = {};

  Everyday() {
    for (const std::string_view text : negators()) word(text).turn = Turn::negates;
    for (const std::string_view text : clause_words()) word(text).turn = Turn::parts_clauses;
    for (const Booster& booster : boosters()) word(booster.word).boost = booster.factor;
    for (std::size_t tongue = 0; tongue < tongues().size(); ++tongue) add(tongues()[tongue].words, tongue);
    numbers = EverydayNumbers(known_);
  }

 private:
  EverydayWord& word(std::string_view text) {
    std::uint16_t& number = number_of_[text];
    if (number == 0) {
      number = static_cast<std::uint16_t>(words.size());
      words.emplace_back();
      known_.push_back({word_hash(text), number});
    }
    return words[number];
  }

  void add(std::string_view list, std::size_t tongue) {
    while (!list.empty()) {
      const std::size_t space = std::min(list.find(' '), list.size());
      word(list.substr(0, space)).tongues[tongue] = 1;
      list.remove_prefix(std::min(space + 1, list.size()));
    }
  }

  WordTable<std::uint16_t> number_of_ = {};
  std::vector<EverydayNumbers::Word> known_ = {};
};

const Everyday& everyday() {
  static const Everyday all;
  return all;
}

}  // namespace

// Cuckoo hashing (Pagh and Rodler 2001): who comes to a place that is taken sends the one there to its other place.
EverydayNumbers::EverydayNumbers(std::span<const Word> words) {
  constexpr int most_moves = 500;
  std::vector<Word> nests(size);
  for (Word word : words) {
    std::size_t at = first(word.hash);
    for (int moves = 0; word.number != 0; ++moves) {
      if (moves == most_moves) throw std::length_error("too many everyday words");
      std::swap(word, nests[at]);
      at = at == first(word.hash) ? second(word.hash) : first(word.hash);
    }
  }
  for (std::size_t at = 0; at < size; ++at) places_[at] = {half_of(nests[at].hash), nests[at].number};
}

const std::vector<EverydayWord>& everyday_words() { return everyday().words; }

const EverydayNumbers& everyday_numbers() { return everyday().numbers; }

}  // namespace barometer
