#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/labelled.hpp"
#include "analysis/linear_model.hpp"
#include "analysis/logistic.hpp"
#include "analysis/word_vectors.hpp"

namespace barometer {

struct TrainOptions {
  LogisticOptions posts = {.cost = 0.35, .even = true};
  LogisticOptions feedback = {.cost = 0.35};
  LogisticOptions telling_feedback = {.cost = 2};  // from posts
  float hint_deviation = 0.1F;                     // how much what other models say counts,
  float feedback_hint_deviation = 0.1F;            // and of feedback
  std::size_t comment_counts = 2;                  // how often each comment of our own counts
  std::size_t folds = 5;                           // for what is chosen on feedback that was not learnt from
  std::string version = "2026.4";                  // written into the model
};

struct TrainResult {
  LinearModel model = {};      // write_model() makes its file
  std::size_t texts = 0;       // it was learnt from
  int rounds = 0;              // over the posts
  double feedback_recall = 0;  // macro recall of the three classes on feedback out of fold, known to be feedback
  double level_recall = 0;     // the same of the five levels
};

// What a model of sentiment is made of. All but `rows` may be empty.
struct Lessons {
  std::vector<LabelledText> rows = {};      // posts, and feedback, which has weights of its own
  std::vector<LabelledText> comments = {};  // of our own invention, in the manner of feedback, which they teach
  std::vector<LabelledText> held_out = {};  // posts not among rows: probabilities are calibrated on them
  std::vector<LabelledText> moods = {};     // texts of another kind and what mood they are in: a hint
  WordVectors vectors = {};                 // a hint, too
  Lexicon lexicon = {};
};

// Learns, chooses on feedback out of fold what turns scores into classes and levels there, and quantises. The weights for
// feedback take what the model of posts says as a hint. Pure: the same lessons and options give the same bytes. A class without a post,
// or with feedback but not of each class, is a failure (ask_operator).
Result<TrainResult> train_sentiment(Lessons lessons, const TrainOptions& options);

}  // namespace barometer
