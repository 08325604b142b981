#include "analysis/sentiment.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/calibrate.hpp"

namespace barometer {
namespace {

constexpr auto negative = static_cast<std::size_t>(Sentiment::negative);
constexpr auto positive = static_cast<std::size_t>(Sentiment::positive);
constexpr float least_cue = 0.05F;   // log-odds: weaker words are not worth a mention,
constexpr float least_share = 0.3F;  // nor are words that push less than this share of the strongest

float threshold(const std::vector<float>& pushed) {
  float strongest = 0;
  for (const float push : pushed) strongest = std::max(strongest, std::abs(push));
  return std::max(least_cue, least_share * strongest);
}

// What the lexicon's features say is shared out among the words that say the same, by their scores.
void push_scored_words(const ClassWeights& weights, const LexiconReading& reading, std::vector<float>& pushed) {
  float push = 0;
  for (const auto feature : reading.features) {
    const auto& row = weights.lexicon[feature];
    push += ClassWeights::lexicon_value * (row[positive] - row[negative]) / weights.temperature;
  }
  float agreeing = 0;
  for (const auto& [token, score] : reading.words) agreeing += (score > 0) == (push > 0) ? score : 0;
  for (const auto& [token, score] : reading.words) {
    if (agreeing != 0 && (score > 0) == (push > 0)) pushed[token] += push * score / agreeing;
  }
}

void push_known_words(const ClassWeights& weights, const Reading& reading, std::vector<float>& pushed) {
  if (weights.words.empty()) return;
  const float unit = ClassWeights::word_value(reading) * weights.word_scale / weights.temperature;
  for (const KnownWord& word : reading.lexicon.known) {
    const auto& row = weights.words[word.entry];
    pushed[word.token] += unit * static_cast<float>(row[positive] - row[negative]);
  }
}

// For each token: how far its n-grams push towards positive, in calibrated log-odds.
std::vector<float> pushes(const ClassWeights& weights, const Tokens& tokens, const Reading& reading) {
  std::vector<float> pushed(tokens.size());
  if (tokens.empty()) return pushed;  // only the text's ends were seen
  push_scored_words(weights, reading.lexicon, pushed);
  push_known_words(weights, reading, pushed);
  std::array<float, block_count> units;
  for (std::size_t b = 0; b < block_count; ++b) {
    const auto which = static_cast<Block>(b);
    const float parts = which == Block::words ? NgramSums::shares : 1;
    units[b] = reading.ngrams.value(which) * weights.scale / weights.temperature / parts;
  }
  static_assert(block_count == 3);
  const std::int32_t* const said[] = {reading.said.by_token[0].data(), reading.said.by_token[1].data(),
                                      reading.said.by_token[2].data()};
  float* const sums = pushed.data();
  const std::size_t size = pushed.size();
  for (std::size_t i = 0; i < size; ++i) {
    const auto part = [&](std::size_t b) { return units[b] * static_cast<float>(said[b][i]); };
    sums[i] = sums[i] + part(0) + part(1) + part(2);
  }
  return pushed;
}

bool tells(const Token& token) { return (token.kind != TokenKind::mention) & (token.kind != TokenKind::url); }

}  // namespace

Result<SentimentModel> SentimentModel::load(std::string_view bytes, std::string_view name) {
  auto model = read_model(bytes, name);
  if (!model) return model.error();
  return SentimentModel(std::move(*model));
}

Feeling SentimentModel::feeling(const Tokens& tokens, Reading& reading) const {
  model_.read(tokens, reading);
  const ClassWeights& weights = model_.weights(reading);
  weights.gather(tokens.size(), reading);
  const auto p = probabilities(weights.score(reading), weights.temperature);
  const auto best = static_cast<std::size_t>(std::ranges::max_element(p) - p.begin());
  const auto sentiment = static_cast<Sentiment>(best);
  return {sentiment, p[positive] - p[negative], p[best],
          level_of(sentiment, p[best], model_.very_positive, model_.very_negative)};
}

std::vector<Cue> SentimentModel::why(const Tokens& tokens, const Reading& reading, std::size_t most) const {
  const auto pushed = pushes(model_.weights(reading), tokens, reading);
  const auto least = threshold(pushed);
  // Few tokens tell, and which nobody can foresee: all are written, and the next over one that does not.
  std::vector<std::uint32_t> telling(tokens.size() + 1);
  std::uint32_t* next_telling = telling.data();
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    *next_telling = static_cast<std::uint32_t>(i);
    const bool loud = std::abs(pushed[i]) >= least;
    const bool told = tells(tokens[i]);
    next_telling += loud & told;
  }
  std::vector<Cue> cues;
  cues.reserve(2 * most);
  std::uint32_t behind = 0;  // the last cue
  for (const std::uint32_t* told = telling.data(); told != next_telling; ++told) {
    const std::uint32_t i = *told;
    const auto& token = tokens[i];
    if (!cues.empty() && behind == i && (cues.back().weight < 0) == (pushed[i] < 0)) {
      cues.back().end = token.end;
      cues.back().weight += pushed[i];
    } else {
      cues.push_back({token.begin, token.end, pushed[i]});
    }
    behind = i + 1;
  }
  // Only the strongest are put in order; of equals the earlier stays before the later.
  const auto strength = [](const Cue& cue) { return std::abs(cue.weight); };
  const std::size_t kept = std::min(most, cues.size());
  for (auto next = cues.begin(); next != cues.begin() + static_cast<std::ptrdiff_t>(kept); ++next) {
    const auto best = std::ranges::max_element(next, cues.end(), {}, strength);
    const Cue strongest = *best;
    std::move_backward(next, best, best + 1);
    *next = strongest;
  }
  cues.resize(kept);
  return cues;
}

}  // namespace barometer
