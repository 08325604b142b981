#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/features.hpp"
#include "analysis/lexicon.hpp"
#include "connectors/result.hpp"

namespace barometer {

// What a model sees of one text. Reusable, by one thread at a time.
struct Reading {
  Features ngrams = {};
  LexiconReading lexicon = {};
  bool feedback = false;  // it reads like a patient's answer to a service that asked
};

// A linear model over hashed n-grams and the scores of a lexicon: for each column (class) a bias, a weight a slot in steps of
// `scale`, and a weight for each feature of the lexicon. Loaded once, then shared const.
struct LinearModel {
  static constexpr std::size_t most_columns = 3;
  static constexpr float lexicon_value = 0.15F;  // of each feature of the lexicon
  static constexpr std::size_t feedback_slots = slot_count >> 4;
  using Row = std::array<float, most_columns>;

  std::string version = {};  // "2026.1"; at most 15 bytes
  std::size_t columns = 0;   // 1 .. most_columns
  float scale = 0;           // what a weight of 1 stands for
  float temperature = 1;     // scores divided by this are calibrated log-odds
  Row bias = {};
  std::vector<std::int8_t> weights = {};  // slot_count rows of `columns`
  Lexicon lexicon = {};
  std::vector<float> lexicon_weights = {};  // lexicon_feature_count rows of `columns`

  // Patient feedback means other things by the same words ("Nothing" answers "what could we do better?"), so a text that reads
  // like it has every n-gram twice: for all texts, and in a second slot for feedback (Daumé, "Frustratingly Easy Domain
  // Adaptation", 2007). What reads like it, the 1- to 4-grams of words tell.
  float feedback_scale = 0;
  float feedback_bias = -1;                        // below 0 without weights: nothing is feedback
  std::vector<std::int8_t> feedback_weights = {};  // feedback_slots, or none
  Row feedback_shift = {};                         // added to the bias for feedback

  static std::uint32_t second_slot(std::uint32_t slot) { return slot ^ 0x2A5F3U; }
  static std::uint32_t feedback_slot(std::uint32_t slot) { return slot >> 4; }

  void read(const Tokens& tokens, Reading& out) const;
  // The score of each column. The n-grams' part is exact: whole numbers up to the last multiplication.
  Row score(const Reading& reading) const;
};

// The file, all numbers little-endian:
//   model := "baromod" version:u8=3 slot_bits:u32 columns:u32 words:u32 name:byte[16]
//            scale:f32 temperature:f32 feedback_scale:f32 feedback_bias:f32 bias:f32[columns] feedback_shift:f32[columns]
//            word[words] lexicon_weight:f32[columns * lexicon_feature_count]
//            feedback_weight:i8[2^slot_bits / 16] weight:i8[columns * 2^slot_bits] checksum:u64
//   word  := hash:u64 tenths:i8[lexicon_lists]
// name is the model's version filled up with zeroes, checksum XXH3 (64 bits) of all before it.
std::string write_model(const LinearModel& model);

// Refuses (ask_operator) what is cut short, altered or of another format, naming `name`.
Result<LinearModel> read_model(std::string_view bytes, std::string_view name);

}  // namespace barometer
