#include "analysis/linear_model.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include <xxhash.h>

namespace barometer {
namespace {

constexpr std::string_view magic = "baromod";
constexpr std::uint8_t format = 3;
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

constexpr std::size_t head_bytes = magic.size() + 1 + 4 + 4 + 4 + name_bytes;
constexpr std::size_t word_bytes = 8 + lexicon_lists;

constexpr std::size_t file_bytes(std::size_t columns, std::size_t words) {
  return head_bytes + 4 * (4 + 2 * columns) + words * word_bytes + 4 * columns * lexicon_feature_count +
         columns * slot_count + LinearModel::feedback_slots + checksum_bytes;
}

bool usable(const LinearModel& model) {
  const auto finite = [](float x) { return std::isfinite(x); };
  return std::ranges::all_of(model.feedback_shift, finite) && finite(model.scale) && finite(model.feedback_scale) &&
         finite(model.feedback_bias) && finite(model.temperature) && model.temperature > 0 &&
         std::ranges::all_of(model.bias, finite) && std::ranges::all_of(model.lexicon_weights, finite);
}

void put_lexicon(std::string& out, const LinearModel& model) {
  for (const auto& entry : model.lexicon.entries()) {
    put(out, entry.word);
    for (const auto score : entry.tenths) out += static_cast<char>(score);
  }
  for (const auto weight : model.lexicon_weights) put(out, weight);
}

void take_bytes(std::string_view& rest, std::size_t count, std::vector<std::int8_t>& out) {
  const auto* first = reinterpret_cast<const std::int8_t*>(rest.data());
  out.assign(first, first + count);
  rest.remove_prefix(count);
}

void take_lexicon(std::string_view& rest, std::size_t words, LinearModel& model) {
  std::vector<LexiconEntry> entries(words);
  for (auto& entry : entries) {
    entry.word = take<std::uint64_t>(rest);
    for (auto& score : entry.tenths) score = static_cast<std::int8_t>(take<std::uint8_t>(rest));
  }
  model.lexicon = Lexicon(std::move(entries));
  model.lexicon_weights.resize(model.columns * lexicon_feature_count);
  for (auto& weight : model.lexicon_weights) weight = take_float(rest);
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

LinearModel::Row LinearModel::score(const Reading& reading) const {
  Row sums = bias;
  for (std::size_t c = 0; reading.feedback && c < columns; ++c) sums[c] += feedback_shift[c];
  for (const auto feature : reading.lexicon.features) {
    for (std::size_t c = 0; c < columns; ++c) sums[c] += lexicon_value * lexicon_weights[feature * columns + c];
  }
  for (std::size_t b = 0; b < block_count; ++b) {
    const auto which = static_cast<Block>(b);
    std::array<std::int32_t, most_columns> counts = {};
    const auto add = [&](std::uint32_t slot) {
      const auto* row = weights.data() + slot * columns;
      for (std::size_t c = 0; c < columns; ++c) counts[c] += row[c];
    };
    for (const auto& feature : reading.ngrams.block(which)) add(feature.slot);
    if (reading.feedback) {
      for (const auto& feature : reading.ngrams.block(which)) add(second_slot(feature.slot));
    }
    const float value = reading.ngrams.value(which) * scale;
    for (std::size_t c = 0; c < columns; ++c) sums[c] += static_cast<float>(counts[c]) * value;
  }
  return sums;
}

std::string write_model(const LinearModel& model) {
  std::string out(magic);
  out.reserve(file_bytes(model.columns, model.lexicon.entries().size()));
  put(out, format);
  put(out, std::uint32_t{slot_bits});
  put(out, static_cast<std::uint32_t>(model.columns));
  put(out, static_cast<std::uint32_t>(model.lexicon.entries().size()));
  auto name = model.version.substr(0, name_bytes - 1);
  name.resize(name_bytes, '\0');
  out += name;
  put(out, model.scale);
  put(out, model.temperature);
  put(out, model.feedback_scale);
  put(out, model.feedback_bias);
  for (std::size_t c = 0; c < model.columns; ++c) put(out, model.bias[c]);
  for (std::size_t c = 0; c < model.columns; ++c) put(out, model.feedback_shift[c]);
  put_lexicon(out, model);
  auto feedback_weights = model.feedback_weights;
  feedback_weights.resize(LinearModel::feedback_slots);
  for (const auto weight : feedback_weights) out += static_cast<char>(weight);
  for (const auto weight : model.weights) out += static_cast<char>(weight);
  put(out, std::uint64_t{XXH3_64bits(out.data(), out.size())});
  return out;
}

Result<LinearModel> read_model(std::string_view bytes, std::string_view name) {
  if (bytes.size() < head_bytes || !bytes.starts_with(magic)) return refused(name, "is not a model of barometer");
  auto rest = bytes.substr(magic.size());
  if (take<std::uint8_t>(rest) != format) return refused(name, "is a model of another format");
  if (take<std::uint32_t>(rest) != slot_bits) return refused(name, "is a model with another number of slots");
  LinearModel model;
  model.columns = take<std::uint32_t>(rest);
  if (model.columns < 1 || model.columns > LinearModel::most_columns)
    return refused(name, "has a wrong number of classes");
  const std::size_t words = take<std::uint32_t>(rest);
  if (words > most_words || bytes.size() != file_bytes(model.columns, words))
    return refused(name, "is cut short or too long");
  auto tail = bytes.substr(bytes.size() - checksum_bytes);
  if (take<std::uint64_t>(tail) != XXH3_64bits(bytes.data(), bytes.size() - checksum_bytes)) {
    return refused(name, "was altered: its checksum differs");
  }
  model.version = rest.substr(0, std::min(name_bytes, rest.find('\0')));
  rest.remove_prefix(name_bytes);
  model.scale = take_float(rest);
  model.temperature = take_float(rest);
  model.feedback_scale = take_float(rest);
  model.feedback_bias = take_float(rest);
  for (std::size_t c = 0; c < model.columns; ++c) model.bias[c] = take_float(rest);
  for (std::size_t c = 0; c < model.columns; ++c) model.feedback_shift[c] = take_float(rest);
  take_lexicon(rest, words, model);
  if (!usable(model)) return refused(name, "holds numbers that are not finite");
  take_bytes(rest, LinearModel::feedback_slots, model.feedback_weights);
  take_bytes(rest, model.columns * slot_count, model.weights);
  return model;
}

}  // namespace barometer
