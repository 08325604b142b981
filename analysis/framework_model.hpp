#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/framework.hpp"
#include "analysis/linear_model.hpp"
#include "analysis/row_memory.hpp"
#include "connectors/result.hpp"

namespace barometer {

// Which labels of the framework a text carries: 32 linear models side by side over the n-grams that the model of sentiment has
// read already, so that one pass over the text serves both. Words of 1 to 3 and letters of 3 to 5, in a quarter of their slots;
// and how many tokens the text has, in eight classes.
struct FrameworkModel {
  static constexpr std::size_t slots = slot_count / 4;
  static constexpr std::size_t lengths = 8;
  static constexpr float length_value = 0.3F;
  using Scores = std::array<float, framework_size>;
  using Row = std::array<std::int8_t, framework_size>;

  std::string version = {};  // at most 15 bytes
  float scale = 0;           // what a weight of 1 stands for
  RowTable<Row> weights = {};
  std::array<Scores, lengths> by_length = {};  // with the bias
  Scores thresholds = {};                      // a label is carried when its score is above

  static constexpr std::uint32_t slot(const Feature& feature) { return feature.slot() / 4; }
  static std::size_t length_class(std::size_t tokens);
  // Each feature of a block counts this much.
  static float value(const Features& ngrams, Block block);

  // The model carried in the binary.
  static std::shared_ptr<const FrameworkModel> built_in();

  Scores score(const Features& ngrams, std::size_t tokens) const;
  // Of a patient's comment at least one: where none is above its threshold, the one that is nearest to it.
  // "unlabellable" stands alone.
  FrameworkSet labels(const Scores& scores, bool feedback) const;
};

// The file, all numbers little-endian:
//   model := "barofwk" version:u8=1 slots:u32 labels:u32 name:byte[16] scale:f32
//            by_length:f32[8 * labels] threshold:f32[labels] weight:i8[slots * labels] checksum:u64
// name is the model's version filled up with zeroes, checksum XXH3 (64 bits) of all before it.
std::string write_framework_model(const FrameworkModel& model);
// Refuses (ask_operator) what is cut short, altered or of another format, naming `name`.
Result<FrameworkModel> read_framework_model(std::string_view bytes, std::string_view name);

}  // namespace barometer
