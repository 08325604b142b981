#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/text.hpp"

namespace barometer {

// What a linear model sees of a text: its n-grams, hashed into slots of one table (Weinberger et al., "Feature Hashing
// for Large Scale Multitask Learning", 2009).

inline constexpr unsigned slot_bits = 18;
inline constexpr std::size_t slot_count = std::size_t{1} << slot_bits;

// One n-gram: its slot, and the tokens [token, token + span) that it covers. In eight bytes, since a text has hundreds of them.
class Feature {
 public:
  constexpr Feature() = default;
  constexpr Feature(std::uint32_t slot, std::uint32_t token, std::uint32_t span)
      : bits_{std::uint64_t{token} << 32 | std::uint64_t{span} << span_at | slot} {}

  constexpr std::uint32_t slot() const { return static_cast<std::uint32_t>(bits_ & ((1U << span_at) - 1)); }
  constexpr std::uint32_t token() const { return static_cast<std::uint32_t>(bits_ >> 32); }
  constexpr std::uint32_t span() const { return static_cast<std::uint32_t>(bits_ >> span_at & 0xFF); }

 private:
  static constexpr unsigned span_at = 24;
  static_assert(slot_bits <= span_at);
  std::uint64_t bits_ = std::uint64_t{1} << span_at;
};

enum class Block : std::uint8_t {
  words,    // 1- to 3-grams of tokens, the beginning and the end of the text included
  letters,  // 3- to 5-grams of bytes within a token, a blank on each side included; not of one that has just stood before
  negated,  // words and hashtags under negation
};
inline constexpr std::size_t block_count = 3;
inline constexpr std::size_t longest_words = 3;
// How much each block weighs: a feature's value is this over the square root of the number of features in its block.
inline constexpr std::array<float, block_count> block_weights = {1.5F, 1.5F, 0.5F};

// The features of one text: made once, then gathered by every model. Reusable: filling it again keeps its memory: that of its tokens'
// n-grams of words, and of 2^18 n-grams of letters, which are all that it makes. One thread at a time.
class Features {
 public:
  // `rows`: of a table that will be read next, one a slot. They are fetched while the n-grams are made, which hides most of the wait.
  using FourBytes = std::array<std::int8_t, 4>;
  void fill(const Tokens& tokens, const FourBytes* rows = nullptr);

  std::span<const Feature> block(Block which) const {
    const auto index = static_cast<std::size_t>(which);
    return {features_.data() + ends_[index], features_.data() + ends_[index + 1]};
  }
  // So many more features may be read behind a block; what they are is nobody's business.
  static constexpr std::size_t readable_behind = 7;
  // By token: where its n-grams of letters end, counted within their block.
  std::span<const std::uint32_t> letter_ends() const { return letter_ends_; }
  // Of each feature of that block; 0 when it is empty.
  float value(Block which) const { return values_[static_cast<std::size_t>(which)]; }

 private:
  void make_room(std::size_t more);
  void end_block(const FourBytes* rows);
  void add_words(const Tokens& tokens);
  void add_words_from(std::size_t first, std::size_t least);
  void add_letters(const Tokens& tokens);
  void add_negated(const Tokens& tokens);

  std::vector<Feature> features_ = std::vector<Feature>(readable_behind);  // those before count_
  std::size_t count_ = 0;
  std::size_t blocks_ = 0;                              // that are done
  std::array<std::size_t, block_count + 1> ends_ = {};  // of each block, after where the first begins
  std::array<float, block_count> values_ = {};
  std::vector<std::uint32_t> letter_ends_ = {};
  std::vector<std::uint64_t> hashes_ = {};  // of the tokens, with those of the beginning and the end
};

}  // namespace barometer
