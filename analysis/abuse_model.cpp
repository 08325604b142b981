#include "analysis/abuse_model.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include <xxhash.h>

namespace barometer {

namespace {

constexpr std::string_view magic = "baroabu";
constexpr std::uint8_t format = 2;
constexpr std::size_t name_bytes = 16;
constexpr std::size_t head_bytes = magic.size() + 1 + 4 + 4 + name_bytes;
constexpr std::size_t bytes_without_words = head_bytes + 4 * (4 + lexicon_feature_count) + 8 + slot_count + 8;

static_assert(std::endian::native == std::endian::little, "the file's numbers are copied as they lie in memory");

template <class T>
void put(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
void take(std::string_view& bytes, T& value) {
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes.remove_prefix(sizeof value);
}

Failure refused(std::string_view name, std::string_view why) {
  return {Remedy::ask_operator, std::string(name) + ": " + std::string(why) + "; make it anew with barometer train"};
}

}  // namespace

AbuseModel::Counts AbuseModel::count(const Reading& reading) const {
  Counts counts = {};
  for (std::size_t b = 0; b < block_count; ++b)
    for (const Feature& feature : reading.ngrams.block(static_cast<Block>(b))) counts[b] += ngrams[feature.slot()];
  if (!words.empty())
    for (const KnownWord& word : reading.lexicon.known) counts.back() += words[word.entry];
  return counts;
}

float AbuseModel::score(const Reading& reading, const Counts& counts) const {
  float sum = bias;
  for (const auto feature : reading.lexicon.features) sum += ClassWeights::lexicon_value * lexicon[feature];
  sum += static_cast<float>(counts.back()) * ClassWeights::word_value(reading) * word_scale;
  for (std::size_t b = 0; b < block_count; ++b) {
    sum += static_cast<float>(counts[b]) * reading.ngrams.value(static_cast<Block>(b)) * scale;
  }
  return sum;
}

std::string write_abuse_model(const AbuseModel& model) {
  std::string out(magic);
  out.reserve(bytes_without_words + model.words.size());
  put(out, format);
  put(out, static_cast<std::uint32_t>(slot_count));
  put(out, static_cast<std::uint32_t>(model.words.size()));
  auto name = model.version.substr(0, name_bytes - 1);
  name.resize(name_bytes, '\0');
  out += name;
  for (const float number : {model.scale, model.word_scale, model.bias, model.threshold}) put(out, number);
  put(out, model.known);
  for (const float weight : model.lexicon) put(out, weight);
  for (const std::int8_t weight : model.ngrams) put(out, weight);
  for (const std::int8_t weight : model.words) put(out, weight);
  put(out, std::uint64_t{XXH3_64bits(out.data(), out.size())});
  return out;
}

Result<AbuseModel> read_abuse_model(std::string_view bytes, std::string_view name) {
  if (bytes.size() < head_bytes || !bytes.starts_with(magic)) return refused(name, "is not a model of abuse");
  auto rest = bytes.substr(magic.size());
  std::uint8_t read_format = 0;
  std::uint32_t slots = 0;
  std::uint32_t words = 0;
  take(rest, read_format);
  take(rest, slots);
  take(rest, words);
  if (read_format != format || slots != slot_count) return refused(name, "is a model of another format");
  if (bytes.size() != bytes_without_words + words) return refused(name, "is cut short or too long");
  std::uint64_t checksum = 0;
  auto tail = bytes.substr(bytes.size() - sizeof checksum);
  take(tail, checksum);
  if (checksum != XXH3_64bits(bytes.data(), bytes.size() - sizeof checksum))
    return refused(name, "was altered: its checksum differs");
  AbuseModel model;
  model.version = rest.substr(0, std::min(name_bytes, rest.find('\0')));
  rest.remove_prefix(name_bytes);
  for (float* number : {&model.scale, &model.word_scale, &model.bias, &model.threshold}) take(rest, *number);
  take(rest, model.known);
  model.lexicon.resize(lexicon_feature_count);
  for (float& weight : model.lexicon) take(rest, weight);
  const auto finite = [](float x) { return std::isfinite(x); };
  if (!finite(model.scale) || !finite(model.word_scale) || !finite(model.bias) || !finite(model.threshold) ||
      !std::ranges::all_of(model.lexicon, finite))
    return refused(name, "holds numbers that are not finite");
  const auto* first = reinterpret_cast<const std::int8_t*>(rest.data());
  model.ngrams = Rows<std::int8_t>(first, first + slot_count);
  model.words = Rows<std::int8_t>(first + slot_count, first + slot_count + words);
  return model;
}

}  // namespace barometer
