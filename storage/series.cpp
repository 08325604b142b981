#include "storage/series.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>

#include "storage/bytes.hpp"
#include "storage/keys.hpp"

namespace barometer {

namespace {

constexpr char version = 1;
constexpr std::uint32_t concern_cells = 32;
constexpr std::uint32_t stride = 8;

std::uint32_t severity_cell(int severity) {
  return static_cast<std::uint32_t>(std::clamp(severity, 0, severities - 1));
}

// What a post counts under.
template <class Each>
void each_cell(const Assessment& assessment, Each each) {
  each(static_cast<std::uint32_t>(assessment.sentiment) * stride + severity_cell(assessment.severity));
  for (const auto& concern : assessment.concerns)
    each(concern_cells + static_cast<std::uint32_t>(concern.theme) * stride + severity_cell(concern.severity));
}

std::chrono::milliseconds length_of(Resolution resolution) {
  constexpr std::array<std::chrono::milliseconds, 3> lengths{std::chrono::minutes{1}, std::chrono::hours{1},
                                                             std::chrono::days{1}};
  return lengths[static_cast<std::size_t>(resolution)];
}

}  // namespace

void add(Counts& counts, std::uint32_t cell, std::int64_t number) {
  if (number == 0) return;
  auto place = counts.end();
  if (!counts.empty() && counts.back().first >= cell)
    place = std::lower_bound(counts.begin(), counts.end(), cell,
                             [](const auto& entry, std::uint32_t wanted) { return entry.first < wanted; });
  if (place == counts.end() || place->first != cell) {
    counts.insert(place, {cell, number});
    return;
  }
  // Wraps around rather than overflows: hostile bytes may hold any number.
  place->second =
      static_cast<std::int64_t>(static_cast<std::uint64_t>(place->second) + static_cast<std::uint64_t>(number));
  if (place->second == 0) counts.erase(place);
}

void add(Counts& counts, const Counts& more) {
  for (const auto& [cell, number] : more) add(counts, cell, number);
}

std::string encode_counts(const Counts& counts) {
  std::string bytes{version};
  std::uint32_t previous = 0;
  for (const auto& [cell, number] : counts) {
    put_varint(bytes, cell - previous);
    put_signed(bytes, number);
    previous = cell;
  }
  return bytes;
}

bool add_encoded(Counts& counts, std::string_view bytes) {
  if (bytes.empty()) return true;
  ByteReader in{bytes};
  if (in.byte() != version) return false;
  std::uint64_t cell = 0;
  while (!in.at_end()) {
    cell += in.varint32();
    const auto number = in.signed_number();
    if (!in.good() || cell > UINT32_MAX) return false;
    add(counts, static_cast<std::uint32_t>(cell), number);
  }
  return in.good();
}

void fill(SeriesPoint& point, const Counts& counts) {
  for (const auto& [cell, number] : counts) {
    const auto severity = cell % stride;
    if (severity >= severities) continue;
    const auto kind = cell / stride;
    if (kind < point.posts.size()) point.posts[kind][severity] = number;
    if (cell < concern_cells) continue;
    const auto theme = kind - concern_cells / stride;
    for (const auto& known : themes())
      if (static_cast<std::uint32_t>(known.theme) == theme)
        point.concerns.push_back({known.theme, static_cast<int>(severity), number});
  }
}

UtcTime bucket_of(Resolution resolution, UtcTime time) {
  const auto length = length_of(resolution).count();
  const auto since_1970 = time.time_since_epoch().count();
  const auto into = ((since_1970 % length) + length) % length;
  // The first moments that can be told at all belong to a bucket that began before them.
  if (since_1970 < std::numeric_limits<std::int64_t>::min() + into) return time;
  return time - std::chrono::milliseconds{into};
}

std::uint32_t Tally::number_of(std::string_view tag, std::string_view source) {
  const auto known = series_.find(std::pair{tag, source});
  if (known != series_.end()) return known->second;
  const auto number = static_cast<std::uint32_t>(series_.size());
  series_.emplace(Name{tag, source}, number);
  return number;
}

void Tally::count(const Post& post, const Assessment& assessment, const std::vector<std::string>& watched,
                  std::int64_t number) {
  const auto minute = bucket_of(Resolution::minute, post.made_at).time_since_epoch().count();
  for (auto tag = watched.begin(); tag != watched.end(); ++tag) {
    if (std::find(watched.begin(), tag, *tag) != tag) continue;  // named twice, counted once
    const auto series = number_of(*tag, post.source);
    each_cell(assessment, [&](std::uint32_t cell) { touched_.push_back({series, cell, minute, number}); });
  }
}

void Tally::add_minute(const std::string& tag, const std::string& source, UtcTime minute, const Counts& counts) {
  const auto series = number_of(tag, source);
  for (const auto& [cell, number] : counts)
    touched_.push_back({series, cell, minute.time_since_epoch().count(), number});
}

std::vector<Tally::Row> Tally::rows() const {
  std::vector<const Name*> names;
  std::vector<std::uint32_t> rank(series_.size());
  for (const auto& [name, number] : series_) {
    rank[number] = static_cast<std::uint32_t>(names.size());
    names.push_back(&name);
  }
  auto sorted = touched_;
  for (auto& one : sorted) one.series = rank[one.series];
  std::sort(sorted.begin(), sorted.end(), [](const Touched& a, const Touched& b) {
    return std::tie(a.series, a.minute, a.cell) < std::tie(b.series, b.minute, b.cell);
  });
  std::vector<Row> rows;
  for (const auto resolution : {Resolution::minute, Resolution::hour, Resolution::day}) {
    Counts counts;
    for (auto one = sorted.begin(); one != sorted.end();) {
      const auto series = one->series;
      const auto bucket = bucket_of(resolution, UtcTime{std::chrono::milliseconds{one->minute}});
      for (counts.clear(); one != sorted.end() && one->series == series &&
                           bucket_of(resolution, UtcTime{std::chrono::milliseconds{one->minute}}) == bucket;
           ++one)
        add(counts, one->cell, one->number);
      const auto& [tag, source] = *names[series];
      if (!counts.empty()) rows.push_back({series_key(resolution, tag, source, bucket), counts});
    }
  }
  return rows;
}

void Tally::clear() {
  series_.clear();
  touched_.clear();
}

}  // namespace barometer
