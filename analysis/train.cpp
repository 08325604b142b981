#include "analysis/train.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "analysis/calibrate.hpp"
#include "analysis/features.hpp"
#include "analysis/hints.hpp"
#include "analysis/quantise.hpp"
#include "analysis/text.hpp"

namespace barometer {
namespace {

using Row = ClassWeights::Row;

// Calls visit(reading, row) for each text.
template <class Visit>
void for_each_text(std::span<const LabelledText> rows, const LinearModel& model, Visit visit) {
  Tokens tokens;
  Reading reading;
  for (const auto& row : rows) {
    tokenise(row.text, tokens);
    model.read(tokens, reading);
    visit(reading, row);
  }
}

// The model of one kind of text, in the making.
class Pupil {
 public:
  Pupil(std::span<const LabelledText> rows, const LinearModel& model, const ModelHints& hints, float deviation)
      : hints_(hints) {
    std::vector<float> said;
    for_each_text(rows, model, [&](const Reading& reading, const LabelledText& row) {
      hints.read(reading, said);
      examples_.add(reading, static_cast<std::uint8_t>(row.label), said);
      labels_.push_back({row.label, row.level});
    });
    changes_ = examples_.standardise_hints(deviation);
  }

  LogisticWeights learn(const LogisticOptions& options) const {
    auto fitted = fit_logistic(examples_, options);
    hints_.fold(changes_, fitted);
    return fitted;
  }

  // The scores of each text by weights that have not learnt from it.
  // Only the first `measured` texts are scored; the others teach every time.
  std::vector<Scored> out_of_fold(const LogisticOptions& options, std::size_t folds, std::size_t measured) const {
    std::vector<Scored> scored;
    for (std::size_t row = 0; row < measured; ++row) scored.push_back({{}, labels_[row].label, labels_[row].level});
    for (std::size_t fold = 0; fold < folds; ++fold) {
      std::vector<std::size_t> others;
      for (std::size_t row = 0; row < labels_.size(); ++row)
        if (row >= measured || row % folds != fold) others.push_back(row);
      const auto fitted = fit_logistic(examples_, options, others);
      for (std::size_t row = fold; row < measured; row += folds) scored[row].scores = score(fitted, examples_, row);
    }
    return scored;
  }

 private:
  struct Label {
    Sentiment label = Sentiment::neutral;
    int level = 0;
  };
  const ModelHints& hints_;
  Examples examples_ = {};
  std::vector<Label> labels_ = {};
  std::vector<Examples::Change> changes_ = {};
};

// Rows of floats as rows of bytes; what a step stands for is the result.
float quantise(std::span<const Row> rows, RowTable<ClassWeights::Bytes>& out) {
  std::vector<float> all;
  for (const Row& row : rows) all.insert(all.end(), row.begin(), row.end());
  if (all.empty()) return 0;
  const float step = step_for(all);
  Rows<ClassWeights::Bytes> bytes(rows.size());
  for (std::size_t i = 0; i < all.size(); ++i)
    bytes[i / ClassWeights::classes][i % ClassWeights::classes] = in_steps(all[i], step);
  out = std::move(bytes);
  return step;
}

ClassWeights quantised(const LogisticWeights& fitted) {
  constexpr std::size_t classes = ClassWeights::classes;
  const auto ngrams = std::span(fitted.weights).first(slot_count * classes);
  ClassWeights weights;
  weights.bias = fitted.bias;
  weights.scale = step_for(ngrams);
  Rows<ClassWeights::Bytes> bytes(slot_count);
  for (std::size_t i = 0; i < ngrams.size(); ++i) bytes[i / classes][i % classes] = in_steps(ngrams[i], weights.scale);
  weights.ngrams = std::move(bytes);
  weights.lexicon.resize(lexicon_feature_count);
  for (std::size_t i = 0; i < lexicon_feature_count * classes; ++i)
    weights.lexicon[i / classes][i % classes] = fitted.weights[ngrams.size() + i];
  weights.word_scale = quantise(fitted.words, weights.words);
  return weights;
}

// Learns to tell patient feedback from posts.
void learn_feedback(std::span<const LabelledText> rows, LinearModel& model, LogisticOptions options) {
  Examples examples;
  for_each_text(rows, model, [&](const Reading& reading, const LabelledText& row) {
    examples.add_for_feedback(reading, row.feedback ? 1 : 0);
  });
  options.classes = 2;
  const auto fitted = fit_logistic(examples, options);
  std::vector<float> weights;
  for (std::size_t slot = 0; slot < LinearModel::feedback_slots; ++slot) {
    weights.push_back(fitted.weights[slot * ClassWeights::classes + 1]);
  }
  model.feedback_bias = fitted.bias[1];
  model.feedback_scale = step_for(weights);
  Rows<std::int8_t> steps;
  for (const auto weight : weights) steps.push_back(in_steps(weight, model.feedback_scale));
  model.feedback_weights = std::move(steps);
}

std::vector<Scored> scores_of(std::span<const LabelledText> rows, const LinearModel& model) {
  std::vector<Scored> scored;
  Tokens tokens;
  Reading reading;
  for (const auto& row : rows) {
    tokenise(row.text, tokens);
    model.read(tokens, reading);
    model.posts.gather(tokens.size(), reading);
    scored.push_back({model.posts.score(reading), row.label, row.level});
  }
  return scored;
}

// Feedback, then our own comments, several times over.
std::vector<LabelledText> joined(std::span<const LabelledText> feedback, std::span<const LabelledText> comments,
                                 std::size_t times) {
  std::vector<LabelledText> all(feedback.begin(), feedback.end());
  for (std::size_t i = 0; i < times; ++i) all.insert(all.end(), comments.begin(), comments.end());
  return all;
}

Result<void> has_each_class(std::span<const LabelledText> rows, std::string_view kind) {
  for (const auto sentiment : {Sentiment::negative, Sentiment::neutral, Sentiment::positive}) {
    if (std::ranges::find(rows, sentiment, &LabelledText::label) != rows.end()) continue;
    return Failure{Remedy::ask_operator,
                   "no " + std::string(kind) + " is labelled " + std::string(name_of(sentiment)) + "; add some",
                   {}};
  }
  return {};
}

}  // namespace

Result<TrainResult> train_sentiment(Lessons lessons, const TrainOptions& options) {
  const auto all = std::span(lessons.rows);
  const auto middle = std::stable_partition(lessons.rows.begin(), lessons.rows.end(),
                                            [](const LabelledText& row) { return !row.feedback; });
  const auto posts = all.first(static_cast<std::size_t>(middle - lessons.rows.begin()));
  const auto feedback = all.subspan(posts.size());
  if (const auto fit = has_each_class(posts, "post"); !fit) return fit.error();
  TrainResult result{.texts = all.size()};
  LinearModel& model = result.model;
  model.version = options.version;
  model.lexicon = with_words(lessons.lexicon, lessons.vectors.words);
  ModelHints hints;
  hints.learn(lessons.moods, model.lexicon);
  std::vector<std::string_view> texts;
  for (const LabelledText& post : posts) texts.push_back(post.text);
  hints.place(lessons.vectors, model.lexicon, texts);
  const auto fitted = Pupil(posts, model, hints, options.hint_deviation).learn(options.posts);
  result.rounds = fitted.rounds;
  model.posts = quantised(fitted);
  if (const auto scored = scores_of(lessons.held_out, model); !scored.empty())
    model.posts.temperature = best_temperature(scored);
  if (feedback.empty()) {
    model.feedback = model.posts;
    return result;
  }
  if (const auto fit = has_each_class(feedback, "piece of feedback"); !fit) return fit.error();
  hints.add(fitted.weights);
  const Pupil pupil(joined(feedback, lessons.comments, options.comment_counts), model, hints,
                    options.feedback_hint_deviation);
  model.feedback = quantised(pupil.learn(options.feedback));
  auto scored = pupil.out_of_fold(options.feedback, options.folds, feedback.size());
  const float shift = best_neutral_shift(scored);
  for (auto& one : scored) one.scores[static_cast<std::size_t>(Sentiment::neutral)] += shift;
  model.feedback.bias[static_cast<std::size_t>(Sentiment::neutral)] += shift;
  model.feedback.temperature = best_temperature(scored);
  const auto bounds = best_levels(scored, model.feedback.temperature);
  model.very_positive = bounds.first;
  model.very_negative = bounds.second;
  result.feedback_recall = class_recall(scored);
  result.level_recall = level_recall(scored, model.feedback.temperature, bounds);
  learn_feedback(all, model, options.telling_feedback);
  return result;
}

}  // namespace barometer
