#include "analysis/linear_model.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstring>
#include <numeric>
#include <span>

#include <xxhash.h>

#include "analysis/assessment.hpp"

namespace barometer {
namespace {

constexpr std::string_view magic = "baromod";
constexpr std::uint8_t format = 5;
constexpr std::size_t name_bytes = 16;
constexpr std::size_t checksum_bytes = 8;
constexpr std::size_t most_words = 65'000;  // of a lexicon, whose table has indices of 16 bits

template <std::unsigned_integral Unsigned>
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
constexpr std::size_t word_bytes = 8 + lexicon_lists + 2 * ClassWeights::classes;
constexpr std::size_t weights_bytes = 4 * (3 + ClassWeights::classes + ClassWeights::classes * lexicon_feature_count) +
                                      ClassWeights::classes * slot_count;

constexpr std::size_t file_bytes(std::size_t words) {
  return head_bytes + words * word_bytes + 4 * 4 + LinearModel::feedback_slots + 2 * weights_bytes + checksum_bytes;
}

bool finite(float x) { return std::isfinite(x); }

bool usable(const ClassWeights& weights) {
  const auto all_finite = [](const ClassWeights::Row& row) { return std::ranges::all_of(row, finite); };
  return finite(weights.scale) && finite(weights.word_scale) && finite(weights.temperature) &&
         weights.temperature > 0 && all_finite(weights.bias) && std::ranges::all_of(weights.lexicon, all_finite);
}

bool usable(const LinearModel& model) {
  return finite(model.feedback_scale) && finite(model.feedback_bias) && finite(model.very_positive) &&
         finite(model.very_negative) && usable(model.posts) && usable(model.feedback);
}

void put(std::string& out, std::span<const ClassWeights::Bytes> rows) {
  for (const auto& row : rows)
    for (std::size_t c = 0; c < ClassWeights::classes; ++c) out += static_cast<char>(row[c]);
}

void put(std::string& out, const ClassWeights& weights, std::size_t words) {
  put(out, weights.scale);
  put(out, weights.temperature);
  for (const float bias : weights.bias) put(out, bias);
  for (const auto& row : weights.lexicon)
    for (const float weight : row) put(out, weight);
  put(out, std::span(weights.ngrams));
  put(out, weights.word_scale);
  auto word_rows = weights.words;
  word_rows.resize(words);
  put(out, std::span(word_rows));
}

// Something follows the rows of every file, so that four bytes may be read where three are wanted.
Rows<ClassWeights::Bytes> take_rows(std::string_view& rest, std::size_t count) {
  static_assert(std::endian::native == std::endian::little && ClassWeights::classes == 3);
  Rows<ClassWeights::Bytes> rows(count);
  const char* from = rest.data();
  for (auto& row : rows) {
    std::uint32_t bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    row = std::bit_cast<ClassWeights::Bytes>(bytes & 0xFFFFFF);
    from += ClassWeights::classes;
  }
  rest.remove_prefix(ClassWeights::classes * count);
  return rows;
}

ClassWeights take_weights(std::string_view& rest, std::size_t words) {
  ClassWeights weights;
  weights.scale = take_float(rest);
  weights.temperature = take_float(rest);
  for (float& bias : weights.bias) bias = take_float(rest);
  weights.lexicon.resize(lexicon_feature_count);
  for (auto& row : weights.lexicon)
    for (float& weight : row) weight = take_float(rest);
  weights.ngrams = take_rows(rest, slot_count);
  weights.word_scale = take_float(rest);
  weights.words = take_rows(rest, words);
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

using Lanes = std::int32_t __attribute__((vector_size(16)));
static_assert(sizeof(Lanes) / sizeof(std::int32_t) == NgramSums::columns);

// Four signed bytes as four numbers. Each is made the highest byte of its number, then shifted down with its sign.
Lanes widened(const ClassWeights::Bytes& row) {
  using Bytes = std::int8_t __attribute__((vector_size(16)));
  using Shorts = std::int16_t __attribute__((vector_size(16)));
  const auto bytes = reinterpret_cast<Bytes>(Lanes{std::bit_cast<std::int32_t>(row)});
  const auto pairs = reinterpret_cast<Shorts>(
      __builtin_shufflevector(bytes, bytes, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
  return reinterpret_cast<Lanes>(__builtin_shufflevector(pairs, pairs, 0, 8, 1, 9, 2, 10, 3, 11)) >> 24;
}

// Of an n-gram of so many tokens, for each of them.
constexpr std::array<std::int32_t, longest_words + 1> parts = {0, NgramSums::shares, NgramSums::shares / 2,
                                                               NgramSums::shares / 3};
using Sums = NgramSums::Sums;

constexpr auto negative = static_cast<std::size_t>(Sentiment::negative);
constexpr auto positive = static_cast<std::size_t>(Sentiment::positive);

// N-grams of several tokens: what each token gets is first written as where it begins and where it ends.
Sums gather_words(const ClassWeights::Bytes* rows, std::span<const Feature> features,
                  std::vector<std::int32_t>& by_token) {
  Lanes lanes = {};
  const Feature* const end = features.data() + features.size();
  for (const Feature* next = features.data(); next != end; ++next) {
    const auto& row = rows[next->slot()];
    lanes += widened(row);
    const std::int32_t part = (row[positive] - row[negative]) * parts[next->span()];
    by_token[next->token()] += part;
    by_token[next->token() + next->span()] -= part;
  }
  std::partial_sum(by_token.begin(), by_token.end(), by_token.begin());
  return std::bit_cast<Sums>(lanes);
}

// N-grams of one token each, those of a token one after the other.
Sums gather_tokens(const ClassWeights::Bytes* rows, std::span<const Feature> features,
                   std::vector<std::int32_t>& by_token) {
  Lanes all = {};
  const Feature* const end = features.data() + features.size();
  for (const Feature* next = features.data(); next != end;) {
    Lanes lanes = {};
    const std::uint32_t token = next->token();
    for (; next != end && next->token() == token; ++next) lanes += widened(rows[next->slot()]);
    by_token[token] += lanes[positive] - lanes[negative];
    all += lanes;
  }
  return std::bit_cast<Sums>(all);
}

Sums gather_known(const ClassWeights::Bytes* rows, std::span<const KnownWord> known) {
  Lanes lanes = {};
  for (const KnownWord& word : known) lanes += widened(rows[word.entry]);
  return std::bit_cast<Sums>(lanes);
}

bool reads_like_feedback(const LinearModel& model, const Features& ngrams) {
  std::int32_t count = 0;
  for (const auto& feature : ngrams.block(Block::words)) {
    count += model.feedback_weights[LinearModel::feedback_slot(feature.slot())];
  }
  return static_cast<float>(count) * ngrams.value(Block::words) * model.feedback_scale + model.feedback_bias > 0;
}

}  // namespace

void LinearModel::read(const Tokens& tokens, Reading& out) const {
  // Looked up after the n-grams are made: fetched meanwhile.
  for (const Token& token : tokens) lexicon.fetch(token.hash);
  out.ngrams.fill(tokens, posts.ngrams.data());  // most are posts
  out.feedback = !feedback_weights.empty() && reads_like_feedback(*this, out.ngrams);
  read_lexicon(tokens, lexicon, out.lexicon);
}

void ClassWeights::gather(std::size_t tokens, Reading& reading) const {
  NgramSums& said = reading.said;
  for (auto& by_token : said.by_token) by_token.assign(tokens + 2, 0);  // an empty text's ends have a place too
  const auto block = [&](Block which) { return reading.ngrams.block(which); };
  const auto index = [](Block which) { return static_cast<std::size_t>(which); };
  said.blocks[index(Block::words)] =
      gather_words(ngrams.data(), block(Block::words), said.by_token[index(Block::words)]);
  for (const Block which : {Block::letters, Block::negated})
    said.blocks[index(which)] = gather_tokens(ngrams.data(), block(which), said.by_token[index(which)]);
  said.words = words.empty() ? Sums{} : gather_known(words.data(), reading.lexicon.known);
}

void ClassWeights::carry(std::span<const std::int8_t> fourth, std::span<const std::int8_t> fourth_of_words) {
  const auto put = [](std::span<Bytes> rows, std::span<const std::int8_t> column) {
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i][classes] = column[i];
  };
  put(ngrams, fourth);
  if (!fourth_of_words.empty()) put(words, fourth_of_words);
}

ClassWeights::Row ClassWeights::score(const Reading& reading) const {
  Row sums = bias;
  for (const auto feature : reading.lexicon.features) {
    for (std::size_t c = 0; c < classes; ++c) sums[c] += lexicon_value * lexicon[feature][c];
  }
  const float known = word_value(reading) * word_scale;
  for (std::size_t c = 0; c < classes; ++c) sums[c] += static_cast<float>(reading.said.words[c]) * known;
  for (std::size_t b = 0; b < block_count; ++b) {
    const float value = reading.ngrams.value(static_cast<Block>(b)) * scale;
    for (std::size_t c = 0; c < classes; ++c) sums[c] += static_cast<float>(reading.said.blocks[b][c]) * value;
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
  put(out, model.posts, model.lexicon.entries().size());
  put(out, model.feedback, model.lexicon.entries().size());
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
  model.posts = take_weights(rest, words);
  model.feedback = take_weights(rest, words);
  if (!usable(model)) return refused(name, "holds numbers that are not finite");
  return model;
}

}  // namespace barometer
