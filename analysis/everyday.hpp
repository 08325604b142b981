#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "analysis/word_table.hpp"

namespace barometer {

// What a word does to the words after it.
enum class Turn : std::uint8_t { none, negates, parts_clauses };

// What several parts of analysis know of an everyday word. Each token is looked up once, while it is made, and carries the number of
// its row; the rows lie close together.
struct EverydayWord {
  static constexpr std::size_t most_tongues = 16;  // counting them is a few vector instructions
  std::array<std::uint8_t, most_tongues> tongues =
      {};  // by place in tongues(): 1 where it is one of the commonest words
  Turn turn = Turn::none;
  float boost = 1;  // how much louder it makes the scored word after it
};

// By number; the first is for all words of which nothing is known. Made at the first call, then shared const.
const std::vector<EverydayWord>& everyday_words();
// The number of a word, by its hash; the same.
const WordTable<std::uint16_t>& everyday_numbers();

}  // namespace barometer
