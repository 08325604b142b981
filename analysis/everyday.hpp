#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

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

// The numbers of the everyday words, by their hash. Each lies in one of two places, and both are looked at: every token is asked, and which
// of them are everyday words nobody can foresee, so that a search would end with a surprise at each.
class EverydayNumbers {
 public:
  struct Word {
    std::uint64_t hash = 0;
    std::uint16_t number = 0;
  };
  EverydayNumbers() = default;
  // Each word once. Throws std::length_error when they are too many to give each a place of its own, as from some hundreds on they may be.
  explicit EverydayNumbers(std::span<const Word> words);

  // 0 where the word is none.
  std::uint16_t operator[](std::uint64_t hash) const {
    const Place& one = places_[first(hash)];
    const Place& other = places_[second(hash)];
    const std::uint32_t half = half_of(hash);
    // By products, since a compiler makes branches of choices.
    return static_cast<std::uint16_t>(one.number * (one.half == half) | other.number * (other.half == half));
  }

 private:
  struct Place {
    std::uint32_t half = 0;  // of the hash, the upper one
    std::uint16_t number = 0;
  };
  static constexpr std::size_t size = 2048;
  static std::size_t first(std::uint64_t hash) { return hash % size; }
  static std::size_t second(std::uint64_t hash) { return hash / size % size; }
  static std::uint32_t half_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

  std::array<Place, size> places_ = {};
};

// By number; the first is for all words of which nothing is known. Made at the first call, then shared const.
const std::vector<EverydayWord>& everyday_words();
const EverydayNumbers& everyday_numbers();  // made so, too

}  // namespace barometer
