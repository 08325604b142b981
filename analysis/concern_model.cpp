#include "analysis/concern_model.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include <xxhash.h>

#include "analysis/row_sums.hpp"
#include "analysis/voice.hpp"

namespace barometer {

namespace {

constexpr std::string_view magic = "barocon";
constexpr std::uint8_t format = 2;
constexpr std::size_t name_bytes = 16;
constexpr std::size_t head_bytes = magic.size() + 1 + 4 * 4 + name_bytes;
constexpr std::size_t floats = 2 + (2 + ConcernEvidence::facts) * ConcernModel::columns;

std::size_t file_bytes(std::size_t words) {
  return head_bytes + 4 * floats + (ConcernModel::slots + words) * ConcernModel::columns + 8;
}

// Which part of the evidence has which share. Changing any of these makes the committed model worthless.
constexpr std::array<float, ConcernEvidence::parts> shares = {1.0F, 0.5F, 1.0F};
constexpr float share_of_known = 1.5F;
constexpr unsigned spare_bits = slot_bits - 16;
static_assert(ConcernModel::slots << spare_bits == slot_count);
constexpr std::uint32_t negated_mark = 0x5A5A;  // the same n-gram has another slot under negation

// The facts, in order: what the rules found, who speaks, which guards hold, how it feels.
constexpr float rules_say = 0.5F;
constexpr float voice_says = 0.25F;
constexpr float guards_say = 0.5F;
constexpr float feeling_says = 0.5F;
constexpr std::size_t severity_fact = 0;
constexpr std::size_t theme_fact = severity_fact + severities - 1;
constexpr std::size_t voice_fact = theme_fact + ConcernModel::theme_columns;
constexpr std::size_t guard_fact = voice_fact + voices;
constexpr std::size_t care_fact = guard_fact + reaches * guard_kinds;
constexpr std::size_t feeling_fact = care_fact + 3;
static_assert(feeling_fact + 3 <= ConcernEvidence::facts);

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

// Leaves each slot once. `seen` is empty before and after.
void settle(ConcernEvidence::Part& part, float share, std::span<std::uint64_t> seen) {
  const auto is_seen = [&seen](std::uint32_t slot) {
    std::uint64_t& bits = seen[slot / 64];
    const std::uint64_t bit = std::uint64_t{1} << (slot % 64);
    const bool before = (bits & bit) != 0;
    bits |= bit;
    return before;
  };
  part.slots.erase(std::remove_if(part.slots.begin(), part.slots.end(), is_seen), part.slots.end());
  for (const std::uint32_t slot : part.slots) seen[slot / 64] = 0;
  part.value = part.slots.empty() ? 0 : share / std::sqrt(static_cast<float>(part.slots.size()));
}

bool usable(const ConcernModel& model) {
  const auto finite = [](float x) { return std::isfinite(x); };
  const auto all_finite = [&](const ConcernModel::Scores& scores) { return std::ranges::all_of(scores, finite); };
  return finite(model.scale) && finite(model.word_scale) && all_finite(model.bias) && all_finite(model.thresholds) &&
         std::ranges::all_of(model.dense, all_finite);
}

}  // namespace

void ConcernEvidence::read(const Reading& reading, const Findings& findings, const Feeling& feeling,
                           std::span<const std::uint32_t> class_slots) {
  for (Part& part : sparse) part.slots.clear();
  for (const Feature& feature : reading.ngrams.block(Block::words))
    if (ConcernModel::reads(feature)) sparse[0].slots.push_back(ConcernModel::word_slot(feature));
  for (const Feature& feature : reading.ngrams.block(Block::negated))
    sparse[1].slots.push_back(ConcernModel::negated_slot(feature));
  for (const ClassId id : findings.classes) sparse[2].slots.push_back(class_slots[id]);
  static_assert(std::numeric_limits<decltype(KnownWord::entry)>::max() < ConcernModel::slots);
  seen_.resize(ConcernModel::slots / 64);
  for (std::size_t i = 0; i < parts; ++i) settle(sparse[i], shares[i], seen_);
  known.slots.clear();
  for (const KnownWord& word : reading.lexicon.known) known.slots.push_back(word.entry);
  settle(known, share_of_known, seen_);

  dense = {};
  for (const Concern& concern : findings.concerns) {
    for (int level = 1; level <= concern.severity; ++level)
      dense[severity_fact + static_cast<std::size_t>(level) - 1] = rules_say;
    dense[theme_fact + ConcernModel::column(concern.theme)] = rules_say;
  }
  dense[voice_fact + static_cast<std::size_t>(findings.voice)] = voice_says;
  for (std::size_t reach = 0; reach < reaches; ++reach)
    for (std::size_t kind = 0; kind < guard_kinds; ++kind)
      if ((findings.guards[reach] >> kind & 1) != 0) dense[guard_fact + reach * guard_kinds + kind] = guards_say;
  dense[care_fact] = findings.about_care ? guards_say : 0;
  dense[care_fact + 1] = findings.raised ? guards_say : 0;
  dense[care_fact + 2] = findings.abusive ? guards_say : 0;
  dense[feeling_fact] = feeling_says * static_cast<float>(feeling.score);
  dense[feeling_fact + 1] = feeling.sentiment == Sentiment::negative ? feeling_says : 0;
  dense[feeling_fact + 2] = feeling.sentiment == Sentiment::positive ? feeling_says : 0;
}

std::uint32_t ConcernModel::word_slot(const Feature& feature) { return feature.slot() >> spare_bits; }
std::uint32_t ConcernModel::negated_slot(const Feature& feature) { return word_slot(feature) ^ negated_mark; }

std::vector<std::uint32_t> ConcernModel::class_slots(const Vocabulary& words) {
  std::vector<std::uint32_t> out;
  for (const std::string& name : words.names())
    out.push_back(static_cast<std::uint32_t>(XXH3_64bits(name.data(), name.size()) % slots));
  return out;
}

ConcernModel::Scores ConcernModel::score(const ConcernEvidence& evidence) const {
  Scores scores = bias;
  const auto add = [&scores](const RowTable<Row>& rows, const ConcernEvidence::Part& part, float unit) {
    const RowSums<columns> sums =
        sum_rows(rows.data(), std::span<const std::uint32_t>(part.slots), [](std::uint32_t slot) { return slot; });
    const float step = part.value * unit;
    for (std::size_t c = 0; c < columns; ++c) scores[c] += static_cast<float>(sums[c]) * step;
  };
  for (const ConcernEvidence::Part& part : evidence.sparse) add(weights, part, scale);
  if (!words.empty()) add(words, evidence.known, word_scale);
  for (std::size_t fact = 0; fact < ConcernEvidence::facts; ++fact) {
    if (evidence.dense[fact] == 0) continue;
    for (std::size_t c = 0; c < columns; ++c) scores[c] += dense[fact][c] * evidence.dense[fact];
  }
  return scores;
}

std::string write_concern_model(const ConcernModel& model) {
  std::string out(magic);
  out.reserve(file_bytes(model.words.size()));
  put(out, format);
  put(out, static_cast<std::uint32_t>(ConcernModel::slots));
  put(out, static_cast<std::uint32_t>(ConcernModel::columns));
  put(out, static_cast<std::uint32_t>(ConcernEvidence::facts));
  put(out, static_cast<std::uint32_t>(model.words.size()));
  auto name = model.version.substr(0, name_bytes - 1);
  name.resize(name_bytes, '\0');
  out += name;
  put(out, model.scale);
  put(out, model.word_scale);
  put(out, model.bias);
  put(out, model.thresholds);
  for (const auto& row : model.dense) put(out, row);
  for (const auto& row : model.weights) put(out, row);
  for (const auto& row : model.words) put(out, row);
  put(out, std::uint64_t{XXH3_64bits(out.data(), out.size())});
  return out;
}

Result<ConcernModel> read_concern_model(std::string_view bytes, std::string_view name) {
  if (bytes.size() < head_bytes || !bytes.starts_with(magic)) return refused(name, "is not a model of concerns");
  auto rest = bytes.substr(magic.size());
  std::uint8_t read_format = 0;
  std::array<std::uint32_t, 3> shape = {};
  std::uint32_t words = 0;
  take(rest, read_format);
  take(rest, shape);
  take(rest, words);
  if (read_format != format ||
      shape != std::array<std::uint32_t, 3>{ConcernModel::slots, ConcernModel::columns, ConcernEvidence::facts})
    return refused(name, "is a model of another format");
  if (bytes.size() != file_bytes(words)) return refused(name, "is cut short or too long");
  std::uint64_t checksum = 0;
  auto tail = bytes.substr(bytes.size() - sizeof checksum);
  take(tail, checksum);
  if (checksum != XXH3_64bits(bytes.data(), bytes.size() - sizeof checksum))
    return refused(name, "was altered: its checksum differs");
  ConcernModel model;
  model.version = rest.substr(0, std::min(name_bytes, rest.find('\0')));
  rest.remove_prefix(name_bytes);
  take(rest, model.scale);
  take(rest, model.word_scale);
  take(rest, model.bias);
  take(rest, model.thresholds);
  for (auto& row : model.dense) take(rest, row);
  if (!usable(model)) return refused(name, "holds numbers that are not finite");
  const auto* rows = reinterpret_cast<const ConcernModel::Row*>(rest.data());
  model.weights = Rows<ConcernModel::Row>(rows, rows + ConcernModel::slots);
  model.words = Rows<ConcernModel::Row>(rows + ConcernModel::slots, rows + ConcernModel::slots + words);
  return model;
}

}  // namespace barometer
