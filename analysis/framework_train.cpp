#include "analysis/framework_train.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "analysis/dice.hpp"
#include "analysis/framework_evaluate.hpp"
#include "analysis/slot_rarity.hpp"
#include "analysis/squared_length.hpp"
#include "analysis/text.hpp"

namespace barometer {
namespace {

constexpr float steps = 127;  // of a weight on either side of 0
constexpr std::array blocks{Block::words, Block::letters};

using Scores = FrameworkModel::Scores;

// One text as the learner reads it.
struct Example {
  std::vector<std::uint32_t> slots = {};  // words, then letters
  std::size_t words = 0;                  // how many of them are of words
  std::array<float, blocks.size()> values = {};
  std::size_t length = 0;  // its class
  FrameworkSet labels = 0;
};

struct Weights {
  std::vector<Scores> ngrams = std::vector<Scores>(FrameworkModel::slots);
  std::array<Scores, FrameworkModel::lengths> lengths = {};
  Scores bias = {};
};

std::vector<Example> examples_of(std::span<const FrameworkText> texts) {
  std::vector<Example> examples;
  Features ngrams;
  Tokens tokens;
  for (const auto& text : texts) {
    tokenise(text.text, tokens);
    ngrams.fill(tokens);
    Example example;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      for (const Feature& feature : ngrams.block(blocks[b])) example.slots.push_back(FrameworkModel::slot(feature));
      example.values[b] = FrameworkModel::value(ngrams, blocks[b]);
      if (b == 0) example.words = example.slots.size();
    }
    example.length = FrameworkModel::length_class(tokens.size());
    example.labels = text.labels;
    examples.push_back(std::move(example));
  }
  return examples;
}

std::vector<float> rarities(const std::vector<Example>& examples) {
  SlotRarity rarity(FrameworkModel::slots);
  for (const auto& example : examples) rarity.add(example.slots);
  return rarity.weights();
}

// The descent on all labels at once: each example's slots are fetched once for all of them.
class Machines {
 public:
  Machines(const std::vector<Example>& examples, const std::vector<float>& rarity, const FrameworkTraining& options)
      : examples_(examples), rarity_(rarity), options_(options), softness_(static_cast<float>(1 / (2 * options.cost))) {
    for (const auto& example : examples) {
      std::vector<SparseValue> values;
      for_each(example, [&](std::uint32_t slot, float value) { values.emplace_back(slot, value); });
      squared_.push_back(1 + FrameworkModel::length_value * FrameworkModel::length_value +
                         static_cast<float>(squared_length(values)));
    }
  }

  Weights fit(std::vector<std::size_t> rows) const {
    Weights weights;
    std::vector<Scores> duals(examples_.size());
    Dice dice(options_.seed);
    for (int round = 0; round < options_.rounds; ++round) {
      for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[dice.below(i)]);
      float worst = 0;
      for (const auto row : rows) worst = std::max(worst, visit(row, duals[row], weights));
      if (worst < static_cast<float>(options_.tolerance)) break;
    }
    return weights;
  }

  Scores score(const Weights& weights, std::size_t row) const {
    const Example& example = examples_[row];
    Scores sums = weights.bias;
    add(sums, weights.lengths[example.length], FrameworkModel::length_value);
    for_each(example, [&](std::uint32_t slot, float value) { add(sums, weights.ngrams[slot], value); });
    return sums;
  }

 private:
  template <class Visit>
  void for_each(const Example& example, Visit visit) const {
    for (std::size_t i = 0; i < example.slots.size(); ++i) {
      const std::uint32_t slot = example.slots[i];
      visit(slot, example.values[i < example.words ? 0 : 1] * rarity_[slot]);
    }
  }

  static void add(Scores& to, const Scores& from, float times) {
    for (std::size_t label = 0; label < framework_size; ++label) to[label] += from[label] * times;
  }

  // One step for each label; how far the farthest dual variable moved.
  float visit(std::size_t row, Scores& duals, Weights& weights) const {
    const Example& example = examples_[row];
    const Scores scores = score(weights, row);
    const float curvature = squared_[row] + softness_;
    Scores moves = {};
    float farthest = 0;
    for (std::size_t label = 0; label < framework_size; ++label) {
      const float truth = (example.labels >> label & 1) != 0 ? 1.0F : -1.0F;
      const float gradient = truth * scores[label] - 1 + duals[label] * softness_;
      const float next = std::max(duals[label] - gradient / curvature, 0.0F);
      farthest = std::max(farthest, std::abs(next - duals[label]));
      moves[label] = (next - duals[label]) * truth;
      duals[label] = next;
    }
    if (farthest == 0) return 0;
    add(weights.bias, moves, 1);
    add(weights.lengths[example.length], moves, FrameworkModel::length_value);
    for_each(example, [&](std::uint32_t slot, float value) { add(weights.ngrams[slot], moves, value); });
    return farthest;
  }

  const std::vector<Example>& examples_;
  const std::vector<float>& rarity_;
  FrameworkTraining options_;
  float softness_;
  std::vector<float> squared_;
};

// Scores of each text by machines that have not learnt from it.
std::vector<Scores> out_of_fold(const Machines& machines, std::size_t texts, std::size_t folds) {
  std::vector<Scores> scores(texts);
  for (std::size_t fold = 0; fold < folds; ++fold) {
    std::vector<std::size_t> others;
    for (std::size_t row = 0; row < texts; ++row)
      if (row % folds != fold) others.push_back(row);
    const Weights weights = machines.fit(std::move(others));
    for (std::size_t row = fold; row < texts; row += folds) scores[row] = machines.score(weights, row);
  }
  return scores;
}

class Thresholds {
  static constexpr std::size_t few = 5;  // texts of a label: with fewer a threshold of its own would be chance

 public:
  Thresholds(const std::vector<Scores>& scores, std::span<const FrameworkText> texts) : scores_(scores) {
    for (const auto& text : texts) {
      verdicts_.push_back({text.labels, 0});
      for (std::size_t label = 0; label < framework_size; ++label) carried_[label] += text.labels >> label & 1;
    }
  }

  Scores choose() {
    FrameworkModel model;
    double best = -1;
    float best_common = 0;
    for (float common = -1; common < 0.3F; common += 0.02F) {
      model.thresholds.fill(common);
      if (const double micro = measure(model).micro_f1; micro > best) {
        best = micro;
        best_common = common;
      }
    }
    model.thresholds.fill(best_common);
    best = both(model);
    for (int pass = 0; pass < 3; ++pass)
      for (std::size_t label = 0; label < framework_size; ++label)
        if (carried_[label] >= few) best = improve(model, model.thresholds[label], best);
    return model.thresholds;
  }

 private:
  double improve(const FrameworkModel& model, float& threshold, double best) {
    float keep = threshold;
    for (float tried = -1.1F; tried < 0.4F; tried += 0.05F) {
      threshold = tried;
      const double now = both(model);
      if (now <= best + 1e-9) continue;
      best = now;
      keep = tried;
    }
    threshold = keep;
    return best;
  }

  struct F1 {
    double micro_f1 = 0;
    double macro_f1 = 0;
  };
  F1 measure(const FrameworkModel& model) {
    for (std::size_t row = 0; row < scores_.size(); ++row) verdicts_[row].said = model.labels(scores_[row], true);
    const FrameworkCounts counts = count_framework(verdicts_);
    return {micro_f1(counts), macro_f1(counts)};
  }
  double both(const FrameworkModel& model) {
    const F1 f1 = measure(model);
    return f1.micro_f1 + f1.macro_f1;
  }

  const std::vector<Scores>& scores_;
  std::vector<FrameworkVerdict> verdicts_;
  std::array<std::size_t, framework_size> carried_ = {};  // by how many texts each label is
};

void quantise(FrameworkModel& model, const Weights& weights, const std::vector<float>& rarity) {
  float largest = 1e-9F;
  for (std::size_t slot = 0; slot < FrameworkModel::slots; ++slot)
    for (const float weight : weights.ngrams[slot]) largest = std::max(largest, std::abs(weight * rarity[slot]));
  model.scale = largest / steps;
  Rows<FrameworkModel::Row> bytes(FrameworkModel::slots);
  for (std::size_t slot = 0; slot < FrameworkModel::slots; ++slot)
    for (std::size_t label = 0; label < framework_size; ++label)
      bytes[slot][label] =
          static_cast<std::int8_t>(std::round(weights.ngrams[slot][label] * rarity[slot] / model.scale));
  model.weights = std::move(bytes);
  for (std::size_t length = 0; length < FrameworkModel::lengths; ++length)
    for (std::size_t label = 0; label < framework_size; ++label)
      model.by_length[length][label] =
          weights.bias[label] + weights.lengths[length][label] * FrameworkModel::length_value;
}

Failure wrong(std::string_view file_name, std::size_t line, const std::string& what) {
  return {Remedy::ask_operator, std::string(file_name) + ":" + std::to_string(line) + ": " + what};
}

}  // namespace

Result<std::vector<FrameworkText>> parse_framework_tsv(std::string_view bytes, std::string_view file_name) {
  std::vector<FrameworkText> texts;
  for (std::size_t line = 1; !bytes.empty(); ++line) {
    const auto length = bytes.find('\n');
    auto row = bytes.substr(0, length);
    bytes.remove_prefix(length == bytes.npos ? bytes.size() : length + 1);
    if (row.ends_with('\r')) row.remove_suffix(1);
    if (row.empty()) continue;
    const auto tab = row.find('\t');
    if (tab == row.npos) return wrong(file_name, line, "no tab: expected labels, a tab and a text");
    FrameworkText text{.text = std::string(row.substr(row.rfind('\t') + 1))};
    for (std::string_view rest = row.substr(0, tab);;) {
      const auto comma = rest.find(',');
      const auto number = framework_number(rest.substr(0, comma));
      if (!number)
        return wrong(file_name, line, "\"" + std::string(rest.substr(0, comma)) + "\" is no label of the framework");
      text.labels |= FrameworkSet{1} << *number;
      if (comma == rest.npos) break;
      rest.remove_prefix(comma + 1);
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

FrameworkModel train_framework(std::span<const FrameworkText> texts, const FrameworkTraining& options) {
  const std::vector<Example> examples = examples_of(texts);
  const std::vector<float> rarity = rarities(examples);
  const Machines machines(examples, rarity, options);
  FrameworkModel model;
  model.version = options.version;
  const auto scores = out_of_fold(machines, texts.size(), options.folds);
  model.thresholds = Thresholds(scores, texts).choose();
  std::vector<std::size_t> all(texts.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  quantise(model, machines.fit(std::move(all)), rarity);
  return model;
}

}  // namespace barometer
