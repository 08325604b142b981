#include "analysis/linear_model.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstring>
#include <numeric>
#include <span>
#include <stdexcept>

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

void put(std::string& out, const RowTable<ClassWeights::Bytes>& rows) {
  for (const auto& row : rows)
    for (std::size_t c = 0; c < ClassWeights::classes; ++c) out += static_cast<char>(row[c]);
}

void put(std::string& out, const ClassWeights& weights, std::size_t words) {
  put(out, weights.scale);
  put(out, weights.temperature);
  for (const float bias : weights.bias) put(out, bias);
  for (const auto& row : weights.lexicon)
    for (const float weight : row) put(out, weight);
  put(out, weights.ngrams);
  put(out, weights.word_scale);
  put(out, weights.words);
  out.append(ClassWeights::classes * (words - weights.words.size()), '\0');
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
  Rows<LexiconEntry> entries(words);
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

// Four or eight numbers that are added at once: of the rows of as many features, and each with those before it.
struct FourAtOnce {
  static constexpr std::size_t size = 4;
  using Numbers = Lanes;
  [[gnu::always_inline]] static inline Lanes four_rows(const ClassWeights::Bytes* rows, const Feature* next) {
    const auto row = [&](std::size_t i) { return std::bit_cast<std::int32_t>(rows[next[i].slot()]); };
    return Lanes{row(0), row(1), row(2), row(3)};
  }
  [[gnu::always_inline]] static inline void take(const ClassWeights::Bytes* rows, const Feature* next, Numbers& out) {
    out = four_rows(rows, next);
  }
  [[gnu::always_inline]] static inline void repeat_last(const Numbers& sums, Numbers& out) {
    out = __builtin_shufflevector(sums, sums, 3, 3, 3, 3);
  }
  [[gnu::always_inline]] static inline void add_those_before(Numbers& sums) {
    sums += __builtin_shufflevector(sums, Numbers{}, 4, 0, 1, 2);
    sums += __builtin_shufflevector(sums, Numbers{}, 4, 4, 0, 1);
  }
};
struct EightAtOnce {
  static constexpr std::size_t size = 8;
  using Numbers = std::int32_t __attribute__((vector_size(32)));
  [[gnu::always_inline]] static inline void take(const ClassWeights::Bytes* rows, const Feature* next, Numbers& out) {
    out = __builtin_shufflevector(FourAtOnce::four_rows(rows, next), FourAtOnce::four_rows(rows, next + 4), 0, 1, 2, 3,
                                  4, 5, 6, 7);
  }
  [[gnu::always_inline]] static inline void repeat_last(const Numbers& sums, Numbers& out) {
    out = __builtin_shufflevector(sums, sums, 7, 7, 7, 7, 7, 7, 7, 7);
  }
  [[gnu::always_inline]] static inline void add_those_before(Numbers& sums) {
    sums += __builtin_shufflevector(sums, Numbers{}, 8, 0, 1, 2, 8, 4, 5, 6);  // in either half, which is cheaper
    sums += __builtin_shufflevector(sums, Numbers{}, 8, 8, 0, 1, 8, 8, 4, 5);
    sums += __builtin_shufflevector(sums, Numbers{}, 8, 8, 8, 8, 3, 3, 3, 3);
  }
};

// Adds up the rows of features, several at a time, so that none of them is a surprise. `running` gets the sum of positive less negative of
// all features before each, and behind the last that of all; it has room for so many more as are added at once.
template <class Several>
[[gnu::always_inline]] inline Sums add_up_by(const ClassWeights::Bytes* rows, std::span<const Feature> features,
                                             std::int32_t* running) {
  static_assert(negative == 0 && positive == 2 && ClassWeights::classes == 3);
  static_assert(Features::readable_behind >= Several::size - 1);
  using Numbers = typename Several::Numbers;
  Numbers negatives = {}, neutrals = {}, positives = {}, fourths = {};  // each of several features
  Numbers before = {};
  running[0] = 0;
  const auto add = [&](std::size_t i, const Numbers& taken) __attribute__((always_inline)) {
    const Numbers negative_ones = taken << 24 >> 24;
    const Numbers positive_ones = taken << 8 >> 24;
    negatives += negative_ones;
    neutrals += taken << 16 >> 24;
    positives += positive_ones;
    fourths += taken >> 24;
    Numbers sums = positive_ones - negative_ones;
    Several::add_those_before(sums);
    sums += before;
    std::memcpy(running + i + 1, &sums, sizeof sums);
    Several::repeat_last(sums, before);
  };
  Numbers taken;
  std::size_t i = 0;
  for (; i + Several::size <= features.size(); i += Several::size) {
    Several::take(rows, features.data() + i, taken);
    add(i, taken);
  }
  // The last ones, fewer than that.
  constexpr std::array<std::int32_t, 2 * EightAtOnce::size> all_then_none = {-1, -1, -1, -1, -1, -1, -1, -1};
  Numbers wanted;
  std::memcpy(&wanted, all_then_none.data() + EightAtOnce::size - (features.size() - i), sizeof wanted);
  Several::take(rows, features.data() + i, taken);
  taken &= wanted;
  add(i, taken);
  Sums sums = {};
  for (std::size_t lane = 0; lane < Several::size; ++lane) {
    sums[0] += negatives[lane];
    sums[1] += neutrals[lane];
    sums[2] += positives[lane];
    sums[3] += fourths[lane];
  }
  return sums;
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] Sums add_up_by_avx2(const ClassWeights::Bytes* rows, std::span<const Feature> features,
                                            std::int32_t* running) {
  return add_up_by<EightAtOnce>(rows, features, running);
}
#endif

Sums add_up(const ClassWeights::Bytes* rows, std::span<const Feature> features, std::int32_t* running) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return add_up_by_avx2(rows, features, running);
#endif
  return add_up_by<FourAtOnce>(rows, features, running);
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
  const auto add = [&](Block which) {
    const auto features = reading.ngrams.block(which);
    const std::size_t room = features.size() + 1 + EightAtOnce::size;
    if (said.running.size() < room) said.running.resize(2 * room);
    said.blocks[static_cast<std::size_t>(which)] = add_up(ngrams.data(), features, said.running.data());
    return features;
  };
  const std::int32_t* running = nullptr;
  const auto by_token = [&](Block which) {
    running = said.running.data();
    return said.by_token[static_cast<std::size_t>(which)].data();
  };
  // N-grams of several tokens: what each token gets is first written as where it begins and where it ends.
  const auto of_words = add(Block::words);
  std::int32_t* sums = by_token(Block::words);
  for (std::size_t i = 0; i < of_words.size(); ++i) {
    const Feature& feature = of_words[i];
    const std::int32_t part = (running[i + 1] - running[i]) * parts[feature.span()];
    sums[feature.token()] += part;
    sums[feature.token() + feature.span()] -= part;
  }
  std::partial_sum(sums, sums + tokens + 2, sums);
  // Those of one token lie together.
  add(Block::letters);
  sums = by_token(Block::letters);
  std::uint32_t begin = 0;
  for (const std::uint32_t end : reading.ngrams.letter_ends()) {
    *sums++ = running[end] - running[begin];
    begin = end;
  }
  const auto negated = add(Block::negated);
  sums = by_token(Block::negated);
  for (std::size_t i = 0; i < negated.size(); ++i) sums[negated[i].token()] += running[i + 1] - running[i];
  said.words = words.empty() ? Sums{} : gather_known(words.data(), reading.lexicon.known);
}

void LinearModel::carry(std::span<const std::int8_t> ngrams, std::span<const std::int8_t> words,
                        std::uint64_t fingerprint) {
  if (!words.empty() && (words.size() != posts.words.size() || fingerprint != lexicon.fingerprint()))
    throw std::runtime_error("a model of other words than that of sentiment; make it anew with barometer train");
  posts.carry(ngrams, words);
  feedback.carry(ngrams, words);
}

void ClassWeights::carry(std::span<const std::int8_t> fourth, std::span<const std::int8_t> fourth_of_words) {
  const auto with = [](const RowTable<Bytes>& rows, std::span<const std::int8_t> column) {
    Rows<Bytes> out(rows.begin(), rows.end());
    for (std::size_t i = 0; i < column.size(); ++i) out[i][classes] = column[i];
    return out;
  };
  ngrams = with(ngrams, fourth);
  words = with(words, fourth_of_words);
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
  for (const auto weight : model.feedback_weights) out += static_cast<char>(weight);
  out.append(LinearModel::feedback_slots - model.feedback_weights.size(), '\0');
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
  model.feedback_weights = Rows<std::int8_t>(first, first + LinearModel::feedback_slots);
  rest.remove_prefix(LinearModel::feedback_slots);
  model.posts = take_weights(rest, words);
  model.feedback = take_weights(rest, words);
  if (!usable(model)) return refused(name, "holds numbers that are not finite");
  return model;
}

}  // namespace barometer
