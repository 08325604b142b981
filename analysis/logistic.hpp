#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/features.hpp"
#include "analysis/linear_model.hpp"

namespace barometer {

// Texts as a learner reads them: slots only, block after block, then those of the lexicon (from slot_count on); and hints.
class Examples {
 public:
  static constexpr std::size_t blocks = block_count + 1;  // of n-grams, and the lexicon's
  static constexpr std::size_t slots = slot_count + lexicon_feature_count;

  // `hints`: what other models say of the text, as many columns for every example.
  void add(const Reading& reading, std::uint8_t label, std::span<const float> hints = {});
  // Only what tells patient feedback from posts: the n-grams of words, in the slots of the model's feedback_weights.
  void add_for_feedback(const Reading& reading, std::uint8_t label);
  std::size_t size() const { return labels_.size(); }
  std::uint8_t label(std::size_t row) const { return labels_[row]; }
  std::span<const float> hints(std::size_t row) const;
  // Brings each column of hints to mean 0 and to `deviation`; what it was times `factor` plus `shift` is what it is now.
  struct Change {
    float factor = 1;
    float shift = 0;
  };
  std::vector<Change> standardise_hints(float deviation);

  struct Part {
    std::span<const std::uint32_t> slots = {};
    float value = 0;  // of each
  };
  std::array<Part, blocks> parts(std::size_t row) const;
  double squared_length(std::size_t row) const;  // hints and the bias's 1 included

 private:
  void end_block(std::size_t block, float value);
  void end_row(std::uint8_t label);
  std::vector<std::uint32_t> slots_ = {};
  std::vector<std::array<std::size_t, blocks + 1>> bounds_ = {};
  std::vector<std::array<float, blocks>> values_ = {};
  std::vector<std::uint8_t> labels_ = {};
  std::vector<float> hints_ = {};  // row after row
  std::size_t hint_columns_ = 0;
  std::array<std::size_t, blocks + 1> open_bounds_ = {};
  std::array<float, blocks> open_values_ = {};
};

struct LogisticOptions {
  std::size_t classes = 3;
  double cost = 0.5;  // C: how much a wrong example weighs against the size of the weights
  bool even = false;
  double tolerance = 0.01;    // done when no example's gradient is larger
  int rounds = 60;            // at most, over all examples
  std::uint64_t seed = 2026;  // of the order in which examples are visited
};

struct LogisticWeights {
  std::vector<float> weights = {};  // Examples::slots rows of ClassWeights::classes
  ClassWeights::Row bias = {};
  std::vector<ClassWeights::Row> hints = {};  // of each column
  std::vector<ClassWeights::Row> words = {};  // of each entry of the lexicon, once hints are folded in; or none
  int rounds = 0;                             // that it took
};

// One-vs-rest logistic regression with L2 regularisation, the examples of each class weighted against its share. Dual coordinate
// descent: Yu, Huang and Lin, "Dual coordinate descent methods for logistic regression and maximum entropy models", Machine
// Learning 85 (2011), algorithm 5. One thread, fixed order: the same examples give the same weights.
LogisticWeights fit_logistic(const Examples& examples, const LogisticOptions& options);
// The same from these rows only.
LogisticWeights fit_logistic(const Examples& examples, const LogisticOptions& options, std::vector<std::size_t> rows);

ClassWeights::Row score(const LogisticWeights& fitted, const Examples& examples, std::size_t row);

}  // namespace barometer
