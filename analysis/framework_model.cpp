#include "analysis/framework_model.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include <xxhash.h>

#include "analysis/row_sums.hpp"

namespace barometer {

namespace {

constexpr std::string_view magic = "barofwk";
constexpr std::uint8_t format = 1;
constexpr std::size_t name_bytes = 16;
constexpr std::size_t floats = 1 + (FrameworkModel::lengths + 1) * framework_size;
constexpr std::size_t head_bytes = magic.size() + 1 + 4 + 4 + name_bytes;
constexpr std::size_t file_bytes = head_bytes + 4 * floats + FrameworkModel::slots * framework_size + 8;

const std::size_t unlabellable = *framework_number("unlabellable");

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

bool usable(const FrameworkModel& model) {
  const auto finite = [](float x) { return std::isfinite(x); };
  const auto all_finite = [&](const FrameworkModel::Scores& scores) { return std::ranges::all_of(scores, finite); };
  return finite(model.scale) && all_finite(model.thresholds) && std::ranges::all_of(model.by_length, all_finite);
}

}  // namespace

std::size_t FrameworkModel::length_class(std::size_t tokens) {
  const auto doublings = static_cast<std::size_t>(std::bit_width(tokens > 0 ? tokens - 1 : 0));
  return std::min(doublings, lengths - 1);
}

float FrameworkModel::value(const Features& ngrams, Block block) {
  const auto count = ngrams.block(block).size();
  return count == 0 ? 0 : 1 / std::sqrt(static_cast<float>(count));
}

FrameworkModel::Scores FrameworkModel::score(const Features& ngrams, std::size_t tokens) const {
  Scores scores = by_length[length_class(tokens)];
  for (const Block block : {Block::words, Block::letters}) {
    const RowSums<framework_size> sums =
        sum_rows(weights.data(), ngrams.block(block), [](const Feature& feature) { return slot(feature); });
    const float step = value(ngrams, block) * scale;
    for (std::size_t label = 0; label < framework_size; ++label)
      scores[label] += static_cast<float>(sums[label]) * step;
  }
  return scores;
}

FrameworkSet FrameworkModel::labels(const Scores& scores, bool feedback) const {
  FrameworkSet set = 0;
  std::size_t nearest = 0;
  for (std::size_t label = 0; label < framework_size; ++label) {
    const float above = scores[label] - thresholds[label];
    if (above > 0) set |= FrameworkSet{1} << label;
    if (above > scores[nearest] - thresholds[nearest]) nearest = label;
  }
  if (set == 0 && feedback) set = FrameworkSet{1} << nearest;
  const FrameworkSet none = FrameworkSet{1} << unlabellable;
  if ((set & none) == 0) return set;
  if (nearest == unlabellable) return feedback ? none : 0;  // of a post it says nothing
  return set & ~none;
}

std::string write_framework_model(const FrameworkModel& model) {
  std::string out(magic);
  out.reserve(file_bytes);
  put(out, format);
  put(out, static_cast<std::uint32_t>(FrameworkModel::slots));
  put(out, static_cast<std::uint32_t>(framework_size));
  auto name = model.version.substr(0, name_bytes - 1);
  name.resize(name_bytes, '\0');
  out += name;
  put(out, model.scale);
  put(out, model.by_length);
  put(out, model.thresholds);
  for (const auto& row : model.weights) put(out, row);
  put(out, std::uint64_t{XXH3_64bits(out.data(), out.size())});
  return out;
}

Result<FrameworkModel> read_framework_model(std::string_view bytes, std::string_view name) {
  if (bytes.size() < head_bytes || !bytes.starts_with(magic))
    return refused(name, "is not a model of the patient-experience framework");
  auto rest = bytes.substr(magic.size());
  std::uint8_t read_format = 0;
  std::uint32_t slots = 0;
  std::uint32_t labels = 0;
  take(rest, read_format);
  take(rest, slots);
  take(rest, labels);
  if (read_format != format || slots != FrameworkModel::slots || labels != framework_size)
    return refused(name, "is a model of another format");
  if (bytes.size() != file_bytes) return refused(name, "is cut short or too long");
  std::uint64_t checksum = 0;
  auto tail = bytes.substr(bytes.size() - sizeof checksum);
  take(tail, checksum);
  if (checksum != XXH3_64bits(bytes.data(), bytes.size() - sizeof checksum))
    return refused(name, "was altered: its checksum differs");
  FrameworkModel model;
  model.version = rest.substr(0, std::min(name_bytes, rest.find('\0')));
  rest.remove_prefix(name_bytes);
  take(rest, model.scale);
  take(rest, model.by_length);
  take(rest, model.thresholds);
  if (!usable(model)) return refused(name, "holds numbers that are not finite");
  const auto* rows = reinterpret_cast<const FrameworkModel::Row*>(rest.data());
  model.weights = Rows<FrameworkModel::Row>(rows, rows + FrameworkModel::slots);
  return model;
}

}  // namespace barometer
