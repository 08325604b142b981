#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/features.hpp"
#include "analysis/lexicon.hpp"
#include "analysis/row_memory.hpp"
#include "connectors/result.hpp"

namespace barometer {

// What the n-grams of one text and its known words say by a table of weights: in whole numbers, gathered in one pass.
struct NgramSums {
  static constexpr std::size_t columns = 4;
  static constexpr std::int32_t shares =
      6;  // a word n-gram's weight in parts: so many that 1, 2 or 3 tokens share it evenly

  using Sums = std::array<std::int32_t, columns>;
  std::array<Sums, block_count> blocks = {};
  Sums words = {};  // those that the lexicon knows
  // By block and token: positive less negative. An n-gram of several tokens is shared out among them, that of words in parts.
  std::array<std::vector<std::int32_t>, block_count> by_token = {};
  // Of one block, in the making: positive less negative of all features before each.
  std::vector<std::int32_t> running = {};
};

// What a model sees of one text. Reusable, by one thread at a time.
struct Reading {
  Features ngrams = {};
  LexiconReading lexicon = {};
  NgramSums said = {};
  bool feedback = false;  // it reads like a patient's answer to a service that asked
};

// Three linear functions of a text, one a class: a bias, a weight for each slot of its n-grams in steps of `scale`, one for each word
// that the lexicon knows in steps of `word_scale`, and one for each feature of the lexicon.
struct ClassWeights {
  static constexpr std::size_t classes = 3;
  static constexpr float lexicon_value = 0.15F;  // of each feature of the lexicon
  using Row = std::array<float, classes>;
  using Bytes = std::array<std::int8_t, NgramSums::columns>;

  float scale = 0;  // what a weight of 1 stands for
  float word_scale = 0;
  float temperature = 1;  // scores divided by this are calibrated log-odds
  Row bias = {};
  // slot_count rows of three classes; the fourth column is free for another model of the same n-grams, and in no file.
  RowTable<Bytes> ngrams = {};
  RowTable<Bytes> words = {};     // one for each entry of the lexicon, or none
  std::vector<Row> lexicon = {};  // lexicon_feature_count

  // Of each known word of a text: as much as of an n-gram of words.
  static float word_value(const Reading& reading) { return reading.ngrams.value(Block::words); }
  // Fills reading.said from reading.ngrams and reading.lexicon, those of a text of so many tokens.
  void gather(std::size_t tokens, Reading& reading) const;
  // Of a gathered reading. The n-grams' part is exact: whole numbers up to the last multiplication.
  Row score(const Reading& reading) const;
  // Puts another model's weights, one a slot and one a known word or none, into the fourth column: its sums are then gathered with
  // these, as the last of each.
  void carry(std::span<const std::int8_t> fourth, std::span<const std::int8_t> fourth_of_words);
};

// The model of sentiment. Patients' answers mean other things by the same words ("Nothing" answers "what could we do better?")
// and have weights of their own; what reads like such an answer, the 1- to 3-grams of words tell. Loaded once, then shared const.
struct LinearModel {
  static constexpr std::size_t feedback_slots = slot_count >> 2;

  std::string version = {};  // "2026.1"; at most 15 bytes
  Lexicon lexicon = {};
  ClassWeights posts = {};
  ClassWeights feedback = {};

  // A text is feedback when its n-grams of words, in steps of `feedback_scale`, outweigh `feedback_bias`.
  float feedback_scale = 0;
  float feedback_bias = -1;                     // below 0 without weights: nothing is feedback
  RowTable<std::int8_t> feedback_weights = {};  // feedback_slots, or none

  // From which probability on a positive text is very positive (level 1) and a negative one very negative (level 5).
  float very_positive = 1;
  float very_negative = 1;

  static std::uint32_t feedback_slot(std::uint32_t slot) { return slot >> 2; }

  // Both of its tables carry() them. Throws std::runtime_error if `words` are not of its own lexicon, told by the fingerprint of theirs.
  void carry(std::span<const std::int8_t> ngrams, std::span<const std::int8_t> words, std::uint64_t fingerprint);
  // All but out.said: what is gathered, the weights that apply decide.
  void read(const Tokens& tokens, Reading& out) const;
  const ClassWeights& weights(const Reading& reading) const { return reading.feedback ? feedback : posts; }
};

// The file, all numbers little-endian:
//   model   := "baromod" version:u8=5 slot_bits:u32 words:u32 name:byte[16] word[words]
//              feedback_scale:f32 feedback_bias:f32 very_positive:f32 very_negative:f32 feedback_weight:i8[2^slot_bits / 4]
//              weights weights checksum:u64                                        of posts, of feedback
//   word    := hash:u64 tenths:i8[lexicon_lists]
//   weights := scale:f32 temperature:f32 bias:f32[3] lexicon:f32[3 * lexicon_feature_count] ngram:i8[3 * 2^slot_bits]
//              word_scale:f32 word:i8[3 * words]
// name is the model's version filled up with zeroes, checksum XXH3 (64 bits) of all before it.
std::string write_model(const LinearModel& model);

// Refuses (ask_operator) what is cut short, altered or of another format, naming `name`.
Result<LinearModel> read_model(std::string_view bytes, std::string_view name);

}  // namespace barometer
