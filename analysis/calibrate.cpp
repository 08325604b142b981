#include "analysis/calibrate.hpp"

#include <algorithm>
#include <cmath>

namespace barometer {

namespace {

constexpr auto neutral = static_cast<std::size_t>(Sentiment::neutral);
constexpr float shift_step = 0.1F;
constexpr float largest_shift = 3;
constexpr double near_best = 0.015;  // of macro recall: a standard error of it on some hundred neutral texts
constexpr float level_step = 0.02F;

std::size_t best_class(const ClassWeights::Row& scores) {
  return static_cast<std::size_t>(std::ranges::max_element(scores) - scores.begin());
}

// Mean recall of the classes 0 .. count - 1 that occur; said(one) and truth(one) are such classes.
template <class Truth, class Said>
double macro_recall(const std::vector<Scored>& scored, std::size_t count, Truth truth, Said said) {
  std::vector<double> all(count);
  std::vector<double> hit(count);
  for (const auto& one : scored) {
    all[truth(one)] += 1;
    hit[truth(one)] += truth(one) == said(one) ? 1 : 0;
  }
  double sum = 0;
  double present = 0;
  for (std::size_t c = 0; c < count; ++c) {
    if (all[c] == 0) continue;
    sum += hit[c] / all[c];
    present += 1;
  }
  return present == 0 ? 0 : sum / present;
}

// Mean surprise at the truth when scores are divided by `temperature`.
double surprise(const std::vector<Scored>& scored, double temperature) {
  double sum = 0;
  for (const auto& one : scored) {
    const double highest = *std::ranges::max_element(one.scores);
    double total = 0;
    for (const double score : one.scores) total += std::exp((score - highest) / temperature);
    sum += std::log(total) - (one.scores[static_cast<std::size_t>(one.label)] - highest) / temperature;
  }
  return sum;
}

}  // namespace

std::array<double, ClassWeights::classes> probabilities(const ClassWeights::Row& scores, float temperature) {
  std::array<double, ClassWeights::classes> p = {};
  const double highest = *std::ranges::max_element(scores);
  double sum = 0;
  for (std::size_t c = 0; c < p.size(); ++c) sum += p[c] = std::exp((scores[c] - highest) / temperature);
  for (auto& x : p) x /= sum;
  return p;
}

int level_of(Sentiment said, double probability, float very_positive, float very_negative) {
  if (said == Sentiment::positive) return probability >= very_positive ? 1 : 2;
  if (said == Sentiment::negative) return probability >= very_negative ? 5 : 4;
  return 3;
}

// By golden section: surprise has one minimum.
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

double class_recall(const std::vector<Scored>& scored) {
  return macro_recall(
      scored, ClassWeights::classes, [](const Scored& one) { return static_cast<std::size_t>(one.label); },
      [](const Scored& one) { return best_class(one.scores); });
}

double level_recall(const std::vector<Scored>& scored, float temperature, std::pair<float, float> bounds) {
  constexpr std::size_t levels = 6;  // with 0, which does not occur
  const auto said = [&](const Scored& one) {
    const auto c = best_class(one.scores);
    const double p = probabilities(one.scores, temperature)[c];
    return static_cast<std::size_t>(level_of(static_cast<Sentiment>(c), p, bounds.first, bounds.second));
  };
  return macro_recall(
      scored, levels, [](const Scored& one) { return static_cast<std::size_t>(one.level); }, said);
}

float best_neutral_shift(const std::vector<Scored>& scored) {
  std::vector<double> recalls;
  for (float shift = 0; shift <= largest_shift; shift += shift_step) {
    auto shifted = scored;
    for (auto& one : shifted) one.scores[neutral] += shift;
    recalls.push_back(class_recall(shifted));
  }
  const double best = *std::ranges::max_element(recalls);
  const auto first = std::ranges::find_if(recalls, [&](double recall) { return recall >= best - near_best; });
  return static_cast<float>(first - recalls.begin()) * shift_step;
}

std::pair<float, float> best_levels(const std::vector<Scored>& scored, float temperature) {
  std::pair<float, float> best = {1.0F, 1.0F};
  double best_recall = -1;
  for (float positive = 0.34F; positive < 1; positive += level_step) {
    for (float negative = 0.34F; negative < 1; negative += level_step) {
      const double recall = level_recall(scored, temperature, {positive, negative});
      if (recall <= best_recall) continue;
      best_recall = recall;
      best = {positive, negative};
    }
  }
  return best;
}

}  // namespace barometer
