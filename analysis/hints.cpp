#include "analysis/hints.hpp"

namespace barometer {

namespace {

constexpr std::size_t columns = ClassWeights::classes;
constexpr LogisticOptions quick{.cost = 0.25, .tolerance = 0.05, .rounds = 12};  // a hint need not be exact

}  // namespace

void Hints::learn(std::span<const LabelledText> texts, const Lexicon& lexicon) {
  if (texts.empty()) return;
  Examples examples;
  Tokens tokens;
  Reading reading;
  for (const auto& row : texts) {
    tokenise(row.text, tokens);
    reading.ngrams.fill(tokens);
    read_lexicon(tokens, lexicon, reading.lexicon);
    examples.add(reading, static_cast<std::uint8_t>(row.label));
  }
  add(fit_logistic(examples, quick).weights);
}

void Hints::add(std::vector<float> taught) {
  taught.resize(slot_count * columns);
  models_.push_back(std::move(taught));
}

void Hints::read(const Features& ngrams, std::vector<float>& out) const {
  out.assign(models_.size() * columns, 0);
  for (std::size_t b = 0; b < block_count; ++b) {
    const auto which = static_cast<Block>(b);
    const float value = ngrams.value(which);
    for (const auto& feature : ngrams.block(which)) {
      for (std::size_t m = 0; m < models_.size(); ++m) {
        for (std::size_t c = 0; c < columns; ++c)
          out[m * columns + c] += value * models_[m][feature.slot() * columns + c];
      }
    }
  }
}

void Hints::fold(std::span<const Examples::Change> changes, LogisticWeights& fitted) const {
  for (std::size_t column = 0; column < changes.size(); ++column) {
    const auto& weights = fitted.hints[column];
    const auto& model = models_[column / columns];
    for (std::size_t c = 0; c < columns; ++c) fitted.bias[c] += weights[c] * changes[column].shift;
    for (std::size_t slot = 0; slot < slot_count; ++slot) {
      const float says = model[slot * columns + column % columns] * changes[column].factor;
      for (std::size_t c = 0; c < columns; ++c) fitted.weights[slot * columns + c] += weights[c] * says;
    }
  }
}

}  // namespace barometer
