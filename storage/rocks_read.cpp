#include <algorithm>

#include "storage/codec.hpp"
#include "storage/keys.hpp"
#include "storage/rocks_store.hpp"
#include "storage/series.hpp"

namespace barometer {

namespace {

Result<std::optional<IdRecord>> find_id(const OpenDb& db, const IdHash& hash, const std::string& path) {
  std::string value;
  const auto found = db.get(Family::ids, rocksdb::Slice(hash.data(), hash.size()), &value);
  if (found.IsNotFound()) return std::optional<IdRecord>{};
  if (!found.ok()) return disk_failure(found, path);
  const auto record = decode_id(value);
  if (!record) return record.error();
  return record->deleted ? std::optional<IdRecord>{} : *record;
}

std::string prefix_of(const SeriesFilter& filter) {
  if (!filter.tag) return series_prefix(filter.resolution);
  if (!filter.source) return series_prefix(filter.resolution, *filter.tag);
  return series_prefix(filter.resolution, *filter.tag, *filter.source);
}

// The row in which the place is that is to be read after, or the first one of all.
std::string first_row(const SeriesFilter& filter, const std::string& prefix) {
  if (!filter.after) return prefix;
  const auto& [tag, source, bucket] = *filter.after;
  return std::max(prefix, series_key(filter.resolution, tag, source, bucket_of(Resolution::day, bucket)));
}

}  // namespace

Result<bool> RocksStore::has(const std::string& post_id) const {
  const auto db = reading();
  if (!db) return db.error();
  const auto id = find_id(**db, hash_id(post_id), path_);
  if (!id) return id.error();
  return id->has_value();
}

Result<std::optional<StoredPost>> RocksStore::post(const std::string& post_id) const {
  const auto db = reading();
  if (!db) return db.error();
  const auto hash = hash_id(post_id);
  const auto id = find_id(**db, hash, path_);
  if (!id) return id.error();
  if (!*id) return std::optional<StoredPost>{};
  std::string value;
  const auto found = (*db)->get(Family::posts, post_key((*id)->made_at, hash), &value);
  if (found.IsNotFound()) return std::optional<StoredPost>{};  // deleted this moment; or else verify() tells
  if (!found.ok()) return failed(found);
  auto record = decode_post(value);
  if (!record) return record.error();
  record->kept.hash = hash;
  return std::optional<StoredPost>{std::move(record->kept)};
}

Result<void> RocksStore::series(const SeriesFilter& filter, const std::function<bool(const SeriesPoint&)>& each) const {
  const auto db = reading();
  if (!db) return db.error();
  const auto prefix = prefix_of(filter);
  const auto from = filter.from ? bucket_of(Resolution::day, *filter.from) : UtcTime::min();
  const auto end = after_prefix(prefix);
  const rocksdb::Slice upper_bound{end};
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &upper_bound;
  const std::unique_ptr<rocksdb::Iterator> row{(**db)->NewIterator(options, (*db)->of(Family::series))};
  row->Seek(first_row(filter, prefix));
  while (row->Valid()) {
    auto key = parse_series_key(row->key().ToStringView());
    if (!key) return failed(rocksdb::Status::Corruption("a series has a key that makes no sense"));
    if ((filter.source && key->source != *filter.source) || (filter.to && key->day >= *filter.to)) {
      row->Seek(after_prefix(series_prefix(key->resolution, key->tag, key->source)));
      continue;
    }
    if (key->day < from) {
      row->Seek(series_key(key->resolution, key->tag, key->source, from));
      continue;
    }
    Counts counts;
    if (!add_encoded(counts, row->value().ToStringView()))
      return failed(rocksdb::Status::Corruption("a series has counts that make no sense"));
    for (const auto& bucket : buckets_of(key->resolution, key->day, counts)) {
      if ((filter.from && bucket.begin < *filter.from) || (filter.to && bucket.begin >= *filter.to)) continue;
      if (filter.after && SeriesFilter::Place{key->tag, key->source, bucket.begin} <= *filter.after) continue;
      SeriesPoint point{.tag = key->tag, .source = key->source, .bucket = bucket.begin};
      fill(point, bucket.counts);
      if (!each(point)) return {};
    }
    row->Next();
  }
  if (!row->status().ok()) return failed(row->status());
  return {};
}

}  // namespace barometer
