#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/assessment.hpp"
#include "analysis/linear_model.hpp"
#include "analysis/text.hpp"
#include "connectors/result.hpp"

namespace barometer {

// How a text reads.
struct Feeling {
  Sentiment sentiment = Sentiment::neutral;  // the most probable
  double score = 0;                          // -1 .. 1: probability of positive less that of negative
  double confidence = 0;                     // 0 .. 1: calibrated probability of `sentiment`
  int level = 3;                             // 1 very positive .. 5 very negative; measured on patients' comments only
};

// Sentiment by a linear model over n-grams and scored words. Pure and const: shared by any number of threads, each with its own
// Tokens and Reading.
//   tokenise(text, tokens);  feeling = model.feeling(tokens, reading);  cues = model.why(tokens, reading);
class SentimentModel {
 public:
  // The model carried in the binary. It gathers for AbuseModel::built_in() too, whose sums are the last of reading.said.blocks and of
  // reading.said.words.
  static std::shared_ptr<const SentimentModel> built_in();
  // From the bytes of a model file; `name` is for the message of a failure.
  static Result<SentimentModel> load(std::string_view bytes, std::string_view name);

  explicit SentimentModel(LinearModel model) : model_(std::move(model)) {}

  // Fills `reading` with what the model sees of these tokens, as feeling() does.
  void read(const Tokens& tokens, Reading& reading) const { model_.read(tokens, reading); }
  Feeling feeling(const Tokens& tokens, Reading& reading) const;
  // Of a reading that feeling() filled from the same tokens.
  // The words that spoke loudest for one side, at most `most`, the strongest first: each n-gram's weight is shared out among the
  // tokens it covers; words much weaker than the strongest are left out, and neighbours that speak for the same side are one cue. The weight is in calibrated log-odds of positive
  // against negative.
  std::vector<Cue> why(const Tokens& tokens, const Reading& reading, std::size_t most = 5) const;

  const std::string& version() const { return model_.version; }
  const Lexicon& lexicon() const { return model_.lexicon; }

 private:
  LinearModel model_;
};

}  // namespace barometer
