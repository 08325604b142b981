#include "analysis/hints.hpp"

#include <algorithm>
#include <cmath>

namespace barometer {

namespace {

constexpr std::size_t columns = ClassWeights::classes;
constexpr std::size_t dimensions = WordVectors::dimensions;
constexpr LogisticOptions quick{.cost = 0.25, .tolerance = 0.05, .rounds = 12};  // a hint need not be exact

// In how many of the texts each entry of the lexicon occurs.
std::vector<std::size_t> texts_with(const Lexicon& lexicon, std::span<const std::string_view> texts) {
  std::vector<std::size_t> counts(lexicon.entries().size());
  Tokens tokens;
  LexiconReading reading;
  for (const std::string_view text : texts) {
    tokenise(text, tokens);
    read_lexicon(tokens, lexicon, reading);
    std::ranges::sort(reading.known, {}, &KnownWord::entry);
    for (std::size_t i = 0; i < reading.known.size(); ++i)
      if (i == 0 || reading.known[i].entry != reading.known[i - 1].entry) ++counts[reading.known[i].entry];
  }
  return counts;
}

}  // namespace

void ModelHints::learn(std::span<const LabelledText> texts, const Lexicon& lexicon) {
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

void ModelHints::add(std::vector<float> taught) {
  taught.resize(slot_count * columns);
  models_.push_back(std::move(taught));
}

void ModelHints::place(const WordVectors& vectors, const Lexicon& lexicon, std::span<const std::string_view> texts) {
  if (vectors.words.empty()) return;
  const auto counts = texts_with(lexicon, texts);
  points_.assign(lexicon.entries().size() * dimensions, 0);
  for (std::size_t word = 0; word < vectors.words.size(); ++word) {
    const LexiconEntry* const entry = lexicon.find(vectors.words[word]);
    if (entry == nullptr) continue;
    const auto index = static_cast<std::size_t>(entry - lexicon.entries().data());
    const double rarity = std::log(static_cast<double>(texts.size() + 1) / static_cast<double>(counts[index] + 1));
    for (std::size_t k = 0; k < dimensions; ++k)
      points_[index * dimensions + k] = static_cast<float>(rarity) * vectors.points[word * dimensions + k];
  }
}

void ModelHints::read(const Reading& reading, std::vector<float>& out) const {
  out.assign(models_.size() * columns + (points_.empty() ? 0 : dimensions), 0);
  for (std::size_t b = 0; b < block_count; ++b) {
    const auto which = static_cast<Block>(b);
    const float value = reading.ngrams.value(which);
    for (const auto& feature : reading.ngrams.block(which)) {
      for (std::size_t m = 0; m < models_.size(); ++m) {
        for (std::size_t c = 0; c < columns; ++c)
          out[m * columns + c] += value * models_[m][feature.slot() * columns + c];
      }
    }
  }
  if (points_.empty()) return;
  const float value = ClassWeights::word_value(reading);
  float* const place = out.data() + models_.size() * columns;
  for (const KnownWord& word : reading.lexicon.known)
    for (std::size_t k = 0; k < dimensions; ++k) place[k] += value * points_[word.entry * dimensions + k];
}

void ModelHints::fold(std::span<const Examples::Change> changes, LogisticWeights& fitted) const {
  for (std::size_t column = 0; column < changes.size(); ++column)
    for (std::size_t c = 0; c < columns; ++c) fitted.bias[c] += fitted.hints[column][c] * changes[column].shift;
  for (std::size_t model = 0; model < models_.size(); ++model) fold_model(model, changes, fitted);
  if (!points_.empty()) fold_points(changes, fitted);
}

void ModelHints::fold_model(std::size_t model, std::span<const Examples::Change> changes,
                            LogisticWeights& fitted) const {
  for (std::size_t column = 0; column < columns; ++column) {
    const auto& weights = fitted.hints[model * columns + column];
    const float factor = changes[model * columns + column].factor;
    for (std::size_t slot = 0; slot < slot_count; ++slot) {
      const float says = models_[model][slot * columns + column] * factor;
      for (std::size_t c = 0; c < columns; ++c) fitted.weights[slot * columns + c] += weights[c] * says;
    }
  }
}

void ModelHints::fold_points(std::span<const Examples::Change> changes, LogisticWeights& fitted) const {
  const std::size_t first = models_.size() * columns;
  fitted.words.assign(points_.size() / dimensions, {});
  for (std::size_t word = 0; word < fitted.words.size(); ++word) {
    for (std::size_t k = 0; k < dimensions; ++k) {
      const float says = points_[word * dimensions + k] * changes[first + k].factor;
      for (std::size_t c = 0; c < columns; ++c) fitted.words[word][c] += fitted.hints[first + k][c] * says;
    }
  }
}

}  // namespace barometer
