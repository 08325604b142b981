#include "analysis/linear_model.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include <xxhash.h>

namespace barometer {
namespace {

constexpr std::string_view magic = "baromod";
constexpr std::uint8_t format = 4;
constexpr std::size_t name_bytes = 16;
constexpr std::size_t checksum_bytes = 8;
constexpr std::size_t most_words = 50'000;  // of a lexicon, whose table has indices of 16 bits

template <class Unsigned>
void put(std::string& out, Unsigned value) {
  for (std::size_t i = 0; i < sizeof value; ++i) out += static_cast<char>(static_cast<std::uint8_t>(value >> (8 * i)));
}

void put(std::string& out, float value) { put(out, std::bit_cast<std::uint32_t>(value)); }

template <class Unsigned>
Unsigned take(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i)
    value |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
  bytes.remove_prefix(sizeof(Unsigned));
  return static_cast<Unsigned>(value);
}

float take_float(std::string_view& bytes) { return std::bit_cast<float>(take<std::uint32_t>(bytes)); }

Failure refused(std::string_view name, std::string_view why) {
  return {
      Remedy::ask_operator, std::string(name) + ": " + std::string(why) + "; make it anew with barometer train", {}};
}

constexpr std::size_t head_bytes = magic.size() + 1 + 4 + 4 + name_bytes;
constexpr std::size_t word_bytes = 8 + lexicon_lists;
constexpr std::size_t weights_bytes = 4 * (2 + ClassWeights::classes + ClassWeights::classes * lexicon_feature_count) +
                                      ClassWeights::classes * slot_count;

constexpr std::size_t file_bytes(std::size_t words) {
  return head_bytes + words * word_bytes + 4 * 4 + LinearModel::feedback_slots + 2 * weights_bytes + checksum_bytes;
}

bool finite(float x) { return std::isfinite(x); }

bool usable(const ClassWeights& weights) {
  const auto all_finite = [](const ClassWeights::Row& row) { return std::ranges::all_of(row, finite); };
  return finite(weights.scale) && finite(weights.temperature) && weights.temperature > 0 && all_finite(weights.bias) &&
         std::ranges::all_of(weights.lexicon, all_finite);
}

bool usable(const LinearModel& model) {
  return finite(model.feedback_scale) && finite(model.feedback_bias) && finite(model.very_positive) &&
         finite(model.very_negative) && usable(model.posts) && usable(model.feedback);
}

void put(std::string& out, const ClassWeights& weights) {
  put(out, weights.scale);
  put(out, weights.temperature);
  for (const float bias : weights.bias) put(out, bias);
  for (const auto& row : weights.lexicon)
    for (const float weight : row) put(out, weight);
  for (const auto& row : weights.ngrams)
    for (const auto weight : row) out += static_cast<char>(weight);
}

ClassWeights take_weights(std::string_view& rest) {
  ClassWeights weights;
  weights.scale = take_float(rest);
  weights.temperature = take_float(rest);
  for (float& bias : weights.bias) bias = take_float(rest);
  weights.lexicon.resize(lexicon_feature_count);
  for (auto& row : weights.lexicon)
    for (float& weight : row) weight = take_float(rest);
  weights.ngrams.resize(slot_count);
  std::memcpy(weights.ngrams.data(), rest.data(), ClassWeights::classes * slot_count);
  rest.remove_prefix(ClassWeights::classes * slot_count);
  return weights;
}

Lexicon take_lexicon(std::string_view& rest, std::size_t words) {
  std::vector<LexiconEntry> entries(words);
  for (auto& entry : entries) {
    entry.word = take<std::uint64_t>(rest);
    for (auto& score : entry.tenths) score = static_cast<std::int8_t>(take<std::uint8_t>(rest));
  }
  return Lexicon(std::move(entries));
}

bool reads_like_feedback(const LinearModel& model, const Features& ngrams) {
  std::int32_t count = 0;
  for (const auto& feature : ngrams.block(Block::words)) {
    count += model.feedback_weights[LinearModel::feedback_slot(feature.slot)];
  }
  return static_cast<float>(count) * ngrams.value(Block::words) * model.feedback_scale + model.feedback_bias > 0;
}

}  // namespace

void LinearModel::read(const Tokens& tokens, Reading& out) const {
  out.ngrams.fill(tokens);
  out.feedback = !feedback_weights.empty() && reads_like_feedback(*this, out.ngrams);
  read_lexicon(tokens, lexicon, out.lexicon);
}

ClassWeights::Row ClassWeights::score(const Reading& reading) const {
  Row sums = bias;
  for (const auto feature : reading.lexicon.features) {
    for (std::size_t c = 0; c < classes; ++c) sums[c] += lexicon_value * lexicon[feature][c];
  }
  for (std::size_t b = 0; b < block_count; ++b) {
    const auto which = static_cast<Block>(b);
    std::array<std::int32_t, classes> counts = {};
    for (const auto& feature : reading.ngrams.block(which)) {
      const auto& row = ngrams[feature.slot];
      for (std::size_t c = 0; c < classes; ++c) counts[c] += row[c];
    }
    const float value = reading.ngrams.value(which) * scale;
    for (std::size_t c = 0; c < classes; ++c) sums[c] += static_cast<float>(counts[c]) * value;
  }
  return sums;
}

std::string write_model(const LinearModel& model) {
  std::string out(magic);
  out.reserve(file_bytes(model.lexicon.entries().size()));
  put(out, format);
  put(out, std::uint32_t{slot_bits});
  put(out, static_cast<std::uint32_t>(model.lexicon.entries().size()));
  auto name = model.version.substr(0, name_bytes - 1);
  name.resize(name_bytes, '\0');
  out += name;
  for (const auto& entry : model.lexicon.entries()) {
    put(out, entry.word);
    for (const auto score : entry.tenths) out += static_cast<char>(score);
  }
  for (const float number : {model.feedback_scale, model.feedback_bias, model.very_positive, model.very_negative})
    put(out, number);
  auto feedback_weights = model.feedback_weights;
  feedback_weights.resize(LinearModel::feedback_slots);
  for (const auto weight : feedback_weights) out += static_cast<char>(weight);
  put(out, model.posts);
  put(out, model.feedback);
  put(out, std::uint64_t{XXH3_64bits(out.data(), out.size())});
  return out;
}

Result<LinearModel> read_model(std::string_view bytes, std::string_view name) {
  if (bytes.size() < head_bytes || !bytes.starts_with(magic)) return refused(name, "is not a model of barometer");
  auto rest = bytes.substr(magic.size());
  if (take<std::uint8_t>(rest) != format) return refused(name, "is a model of another format");
  if (take<std::uint32_t>(rest) != slot_bits) return refused(name, "is a model with another number of slots");
  const std::size_t words = take<std::uint32_t>(rest);
  if (words > most_words || bytes.size() != file_bytes(words)) return refused(name, "is cut short or too long");
  auto tail = bytes.substr(bytes.size() - checksum_bytes);
  if (take<std::uint64_t>(tail) != XXH3_64bits(bytes.data(), bytes.size() - checksum_bytes)) {
    return refused(name, "was altered: its checksum differs");
  }
  LinearModel model;
  model.version = rest.substr(0, std::min(name_bytes, rest.find('\0')));
  rest.remove_prefix(name_bytes);
  model.lexicon = take_lexicon(rest, words);
  for (float* number : {&model.feedback_scale, &model.feedback_bias, &model.very_positive, &model.very_negative})
    *number = take_float(rest);
  const auto* first = reinterpret_cast<const std::int8_t*>(rest.data());
  model.feedback_weights.assign(first, first + LinearModel::feedback_slots);
  rest.remove_prefix(LinearModel::feedback_slots);
  model.posts = take_weights(rest);
  model.feedback = take_weights(rest);
  if (!usable(model)) return refused(name, "holds numbers that are not finite");
  return model;
}

}  // namespace barometer
