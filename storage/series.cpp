#include "storage/series.hpp"

#include <algorithm>
#include <array>
#include <limits>

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

Counts counts_of(const Assessment& assessment, std::int64_t number) {
  Counts counts;
  counts.reserve(1 + assessment.concerns.size());
  add(counts, static_cast<std::uint32_t>(assessment.sentiment) * stride + severity_cell(assessment.severity), number);
  for (const auto& concern : assessment.concerns)
    add(counts, concern_cells + static_cast<std::uint32_t>(concern.theme) * stride + severity_cell(concern.severity),
        number);
  return counts;
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

void Tally::count(const Post& post, const Assessment& assessment, const std::vector<std::string>& watched,
                  std::int64_t number) {
  const auto counts = counts_of(assessment, number);
  const auto minute = bucket_of(Resolution::minute, post.made_at).time_since_epoch().count();
  for (auto tag = watched.begin(); tag != watched.end(); ++tag) {
    if (std::find(watched.begin(), tag, *tag) != tag) continue;  // named twice, counted once
    auto series = series_.find(std::pair<std::string_view, std::string_view>(*tag, post.source));
    if (series == series_.end()) series = series_.try_emplace(Name{*tag, post.source}).first;
    add(series->second[minute], counts);
  }
}

void Tally::add_minute(const std::string& tag, const std::string& source, UtcTime minute, const Counts& counts) {
  add(series_[Name{tag, source}][minute.time_since_epoch().count()], counts);
}

std::vector<Tally::Row> Tally::rows() const {
  std::vector<Row> rows;
  for (const auto resolution : {Resolution::minute, Resolution::hour, Resolution::day}) {
    for (const auto& [name, minutes] : series_) {
      std::map<UtcTime, Counts> buckets;
      for (const auto& [minute, counts] : minutes)
        add(buckets[bucket_of(resolution, UtcTime{std::chrono::milliseconds{minute}})], counts);
      for (auto& [bucket, counts] : buckets)
        if (!counts.empty())
          rows.push_back({series_key(resolution, name.first, name.second, bucket), std::move(counts)});
    }
  }
  return rows;
}

void Tally::clear() { series_.clear(); }

}  // namespace barometer
