#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "analysis/labelled.hpp"
#include "analysis/linear_model.hpp"
#include "analysis/logistic.hpp"
#include "analysis/word_vectors.hpp"

namespace barometer {

// What was learnt from other texts, as further columns for a learner: what models of something else say of the text (the mood of
// a comment, the sentiment of a tweet), and where its words lie among all words. All is linear in the n-grams and known words, so that
// afterwards it folds into the learner's own weights, and the model that comes of it costs no more to ask.
class ModelHints {
 public:
  // Learns the three classes of these texts from their n-grams; a moment for each ten thousand. None: nothing is added.
  void learn(std::span<const LabelledText> texts, const Lexicon& lexicon);

  void add(std::vector<float> taught);  // by fit_logistic: at least slot_count rows of ClassWeights::classes

  // The sum of the points of a text's words, each the more the fewer of these texts have it (inverse document frequency).
  void place(const WordVectors& vectors, const Lexicon& lexicon, std::span<const std::string_view> texts);

  // One number a column for this text, in `out`.
  void read(const Reading& reading, std::vector<float>& out) const;

  // Puts the weights of the columns, as fit_logistic found them after these changes, into those of the n-grams, of the words and
  // the bias.
  void fold(std::span<const Examples::Change> changes, LogisticWeights& fitted) const;

 private:
  void fold_model(std::size_t model, std::span<const Examples::Change> changes, LogisticWeights& fitted) const;
  void fold_points(std::span<const Examples::Change> changes, LogisticWeights& fitted) const;

  std::vector<std::vector<float>> models_ = {};  // slot_count rows of ClassWeights::classes
  std::vector<float> points_ = {};  // of each entry of the lexicon, WordVectors::dimensions; 0 where there is none
};

}  // namespace barometer
