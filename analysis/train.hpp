#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "analysis/labelled.hpp"
#include "analysis/linear_model.hpp"
#include "analysis/logistic.hpp"

namespace barometer {

struct TrainOptions {
  LogisticOptions logistic = {};
  std::string version = "2026.1";  // written into the model
};

struct TrainResult {
  LinearModel model = {};  // write_model() makes its file
  std::size_t texts = 0;   // it was learnt from
  int rounds = 0;          // over the texts
};

// Learns the sentiment of `rows`, quantises, and calibrates on `held_out` (texts not among rows; when empty, not calibrated).
// The lexicon may be empty. Pure: the same rows, lexicon and options give the same bytes. A class without a text is a failure (ask_operator).
Result<TrainResult> train_sentiment(std::span<const LabelledText> rows, std::span<const LabelledText> held_out,
                                    Lexicon lexicon, const TrainOptions& options);

}  // namespace barometer
