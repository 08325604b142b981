#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "analysis/labelled.hpp"
#include "analysis/linear_model.hpp"
#include "analysis/logistic.hpp"

namespace barometer {

// What models that were taught something else say of a text, as further columns for a learner: the mood of a comment, the
// sentiment of a tweet. They are linear in the same n-grams, so that afterwards they fold into the learner's own weights, and the
// model that comes of it costs no more to ask.
class Hints {
 public:
  // Learns the three classes of these texts from their n-grams; a moment for each ten thousand. None: nothing is added.
  void learn(std::span<const LabelledText> texts, const Lexicon& lexicon);

  void add(std::vector<float> taught);  // by fit_logistic: at least slot_count rows of ClassWeights::classes

  // One number a column for this text, in `out`.
  void read(const Features& ngrams, std::vector<float>& out) const;

  // Puts the weights of the columns, as fit_logistic found them after these changes, into those of the n-grams and the bias.
  void fold(std::span<const Examples::Change> changes, LogisticWeights& fitted) const;

 private:
  std::vector<std::vector<float>> models_ = {};  // slot_count rows of ClassWeights::classes
};

}  // namespace barometer
