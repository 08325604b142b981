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
constexpr std::uint32_t cells_of_bucket = 4096;

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

// Reads cells in their order. False if they are not whole and exact; then those before are there.
bool read_counts(ByteReader& in, Counts& counts) {
  std::uint64_t cell = 0;
  while (!in.at_end()) {
    cell += in.varint32();
    const auto number = in.signed_number();
    if (!in.good() || cell > UINT32_MAX) return false;
    add(counts, static_cast<std::uint32_t>(cell), number);
  }
  return in.good();
}

// Wraps around rather than overflows: hostile bytes may hold any number.
std::int64_t sum_of(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
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
  place->second = sum_of(place->second, number);
  if (place->second == 0) counts.erase(place);
}

// What is added mostly comes after what is there, or into its end: only from there on is anything moved.
void add(Counts& counts, const Counts& more) {
  if (more.empty()) return;
  const auto by_cell = [](const auto& a, const auto& b) { return a.first < b.first; };
  const auto begin = std::lower_bound(counts.begin(), counts.end(), more.front(), by_cell);
  const Counts end(begin, counts.end());
  counts.erase(begin, counts.end());
  counts.reserve(counts.size() + end.size() + more.size());
  auto next = more.begin();
  for (const auto& entry : end) {
    for (; next != more.end() && next->first < entry.first; ++next) counts.push_back(*next);
    const bool both = next != more.end() && next->first == entry.first;
    const auto sum = both ? sum_of(entry.second, next++->second) : entry.second;
    if (sum != 0) counts.emplace_back(entry.first, sum);
  }
  counts.insert(counts.end(), next, more.end());
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
  if (counts.empty()) return read_counts(in, counts);
  Counts more;
  const bool good = read_counts(in, more);
  add(counts, more);
  return good;
}

std::uint32_t first_cell(Resolution resolution, UtcTime day, UtcTime time) {
  const auto bucket = std::max(day, bucket_of(resolution, time));
  return static_cast<std::uint32_t>((bucket - day) / length_of(resolution)) * cells_of_bucket;
}

std::vector<Bucket> buckets_of(Resolution resolution, UtcTime day, const Counts& counts) {
  const auto length = length_of(resolution);
  const std::span<const Counts::value_type> all{counts};
  std::vector<Bucket> buckets;
  for (std::size_t begin = 0, end = 0; begin < all.size(); begin = end) {
    const auto number = all[begin].first / cells_of_bucket;
    while (end < all.size() && all[end].first / cells_of_bucket == number) ++end;
    const auto after = number * length;
    if (after < std::chrono::days{1} && day <= UtcTime::max() - after)
      buckets.push_back({day + after, all.subspan(begin, end - begin)});
  }
  return buckets;
}

void fill(SeriesPoint& point, std::span<const Counts::value_type> bucket) {
  for (const auto& [cell, number] : bucket) {
    const auto what = cell % cells_of_bucket;
    const auto severity = what % stride;
    if (severity >= severities) continue;
    const auto kind = what / stride;
    if (kind < point.posts.size()) point.posts[kind][severity] = number;
    if (what < concern_cells) continue;
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

void Tally::add(std::string_view tag, std::string_view source, const Bucket& minute, std::int64_t times) {
  const auto series = number_of(tag, source);
  const auto begin = minute.begin.time_since_epoch().count();
  for (const auto& [cell, number] : minute.counts) {
    const auto product = static_cast<std::uint64_t>(number) * static_cast<std::uint64_t>(times);  // wraps, as sum_of()
    touched_.push_back({series, cell % cells_of_bucket, begin, static_cast<std::int64_t>(product)});
  }
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
  const auto time_of = [](const Touched& one) { return UtcTime{std::chrono::milliseconds{one.minute}}; };
  std::vector<Row> rows;
  for (const auto resolution : {Resolution::minute, Resolution::hour, Resolution::day}) {
    Counts counts;
    for (auto one = sorted.begin(); one != sorted.end();) {
      const auto series = one->series;
      const auto day = bucket_of(Resolution::day, time_of(*one));
      for (counts.clear();
           one != sorted.end() && one->series == series && bucket_of(Resolution::day, time_of(*one)) == day; ++one)
        barometer::add(counts, first_cell(resolution, day, time_of(*one)) + one->cell, one->number);
      const auto& [tag, source] = *names[series];
      if (!counts.empty()) rows.push_back({resolution, series_key(resolution, tag, source, day), counts});
    }
  }
  return rows;
}

void Tally::clear() {
  series_.clear();
  touched_.clear();
}

}  // namespace barometer
