#include "analysis/train.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/features.hpp"
#include "analysis/text.hpp"

namespace barometer {
namespace {

constexpr std::size_t classes = 3;
// Log-odds given to feedback: one post in a hundred is then taken for it, and seven of eight comments are (dev sets).
constexpr float feedback_leaning = 1;
constexpr float steps = 127;                // of a weight on either side of 0
constexpr std::size_t clipped_in = 10'000;  // one weight in so many is larger than the largest step

std::uint8_t column(Sentiment sentiment) { return static_cast<std::uint8_t>(sentiment); }

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

// The size that all but one of `clipped_in` weights stay below.
float common_size(std::span<const float> weights) {
  std::vector<float> sizes;
  sizes.reserve(weights.size());
  for (const auto weight : weights) sizes.push_back(std::abs(weight));
  const auto largest = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() - 1 - sizes.size() / clipped_in);
  std::nth_element(sizes.begin(), largest, sizes.end());
  return *largest;
}

std::int8_t in_steps(float weight, float scale) {
  return static_cast<std::int8_t>(std::clamp(std::round(weight / scale), -steps, steps));
}

void take_weights(LinearModel& model, const LogisticWeights& fitted) {
  const auto ngrams = std::span(fitted.weights).first(slot_count * classes);
  model.columns = classes;
  model.bias = fitted.bias;
  model.scale = std::max(common_size(ngrams) / steps, 1e-9F);
  model.weights.reserve(ngrams.size());
  for (const auto weight : ngrams) {
    model.weights.push_back(in_steps(weight, model.scale));
  }
  const auto rest = std::span(fitted.weights).subspan(ngrams.size());
  model.lexicon_weights.assign(rest.begin(), rest.begin() + lexicon_feature_count * classes);
  std::ranges::copy(rest.last(classes), model.feedback_shift.begin());
}

// Learns to tell patient feedback from posts; the model is left as it is when either is missing.
void learn_feedback(std::span<const LabelledText> rows, LinearModel& model, LogisticOptions options) {
  const auto feedback = std::ranges::count(rows, true, &LabelledText::feedback);
  if (feedback == 0 || feedback == std::ssize(rows)) return;
  Examples examples;
  for_each_text(rows, model, [&](const Reading& reading, const LabelledText& row) {
    examples.add_for_feedback(reading, row.feedback ? 1 : 0);
  });
  options.classes = 2;
  const auto fitted = fit_logistic(examples, options);
  std::vector<float> weights;
  for (std::size_t slot = 0; slot < LinearModel::feedback_slots; ++slot) {
    weights.push_back(fitted.weights[slot * LinearModel::most_columns + 1]);
  }
  model.feedback_bias = fitted.bias[1] + feedback_leaning;
  model.feedback_scale = std::max(common_size(weights) / steps, 1e-9F);
  for (const auto weight : weights) model.feedback_weights.push_back(in_steps(weight, model.feedback_scale));
}

struct Scored {
  LinearModel::Row scores = {};
  std::uint8_t label = 0;
};

// Mean surprise at the truth when scores are divided by `temperature`.
double surprise(const std::vector<Scored>& scored, double temperature) {
  double sum = 0;
  for (const auto& one : scored) {
    const double highest = *std::ranges::max_element(one.scores);
    double total = 0;
    for (const double score : one.scores) total += std::exp((score - highest) / temperature);
    sum += std::log(total) - (one.scores[one.label] - highest) / temperature;
  }
  return sum;
}

// Temperature scaling (Guo et al., "On Calibration of Modern Neural Networks", 2017), by golden section: surprise has one minimum.
float best_temperature(const std::vector<Scored>& scored) {
  constexpr double golden = 0.6180339887498949;
  double low = 0.05;
  double high = 20;
  while (high - low > 1e-4) {
    const double left = high - golden * (high - low);
    const double right = low + golden * (high - low);
    if (surprise(scored, left) < surprise(scored, right)) {
      high = right;
    } else {
      low = left;
    }
  }
  return static_cast<float>((low + high) / 2);
}

}  // namespace

Result<TrainResult> train_sentiment(std::span<const LabelledText> rows, std::span<const LabelledText> held_out,
                                    Lexicon lexicon, const TrainOptions& options) {
  for (const auto sentiment : {Sentiment::negative, Sentiment::neutral, Sentiment::positive}) {
    if (std::ranges::find(rows, sentiment, &LabelledText::label) != rows.end()) continue;
    return Failure{Remedy::ask_operator, "no text is labelled " + std::string(name_of(sentiment)) + "; add some", {}};
  }
  TrainResult result;
  result.texts = rows.size();
  result.model.version = options.version;
  result.model.lexicon = std::move(lexicon);
  Examples examples;
  for_each_text(rows, result.model, [&](Reading& reading, const LabelledText& row) {
    reading.feedback = row.feedback;
    examples.add(reading, column(row.label));
  });
  learn_feedback(rows, result.model, options.logistic);
  const auto fitted = fit_logistic(examples, options.logistic);
  result.rounds = fitted.rounds;
  take_weights(result.model, fitted);
  std::vector<Scored> scored;
  for_each_text(held_out, result.model, [&](const Reading& reading, const LabelledText& row) {
    scored.push_back({result.model.score(reading), column(row.label)});
  });
  if (!scored.empty()) result.model.temperature = best_temperature(scored);
  return result;
}

}  // namespace barometer
