#include "storage/migrate.hpp"

#include <memory>
#include <optional>

#include <rocksdb/write_batch.h>

#include "storage/codec.hpp"
#include "storage/keys.hpp"
#include "storage/series.hpp"
#include "storage/source_codec.hpp"

namespace barometer {

namespace {

constexpr std::size_t full_batch = 1024 * 1024;
using Iterator = std::unique_ptr<rocksdb::Iterator>;

Result<void> write(const OpenDb& db, const std::string& path, rocksdb::WriteBatch& batch) {
  if (const auto written = db->Write({}, &batch); !written.ok()) return disk_failure(written, path);
  batch.Clear();
  return {};
}

// Schema 1 had no native ids.
Result<void> index_natives(const OpenDb& db, const std::string& path) {
  const Iterator row{db->NewIterator({}, db.of(Family::posts))};
  rocksdb::WriteBatch batch;
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    const auto key = parse_post_key(row->key().ToStringView());
    const auto record = decode_post(row->value().ToStringView());
    if (!key || !record) continue;  // verify() tells
    batch.Put(db.of(Family::natives), native_key(record->kept.post, key->id), encode_moment(key->made_at));
    if (batch.GetDataSize() < full_batch) continue;
    if (const auto written = write(db, path, batch); !written) return written;
  }
  if (!row->status().ok()) return disk_failure(row->status(), path);
  return write(db, path, batch);
}

// Up to schema 6 each bucket had a row, whose key began with 0 for a minute, 1 for an hour and 2 for a day.
std::optional<SeriesKey> parse_bucket_key(std::string_view bytes) {
  if (bytes.empty() || static_cast<unsigned char>(bytes.front()) > static_cast<unsigned>(Resolution::day)) return {};
  auto key = series_prefix(static_cast<Resolution>(bytes.front()));
  return parse_series_key(key.append(bytes.substr(1)));  // its day is the bucket's begin
}

// A batch takes buckets out of their rows and adds them to those of their days: cut short, the next time goes on.
Result<void> pack_days(const OpenDb& db, const std::string& path, Family family) {
  const Iterator row{db->NewIterator({}, db.of(family))};
  rocksdb::WriteBatch batch;
  std::string day_key;
  Counts counts;  // of that day, as far as they were read
  const auto end_day = [&] {
    if (!counts.empty()) batch.Merge(db.of(family), day_key, encode_counts(counts));
    counts.clear();
  };
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    const auto bucket = parse_bucket_key(row->key().ToStringView());
    if (!bucket) break;
    const auto day = bucket_of(Resolution::day, bucket->day);
    auto key = series_key(bucket->resolution, bucket->tag, bucket->source, day);
    if (key != day_key) end_day();
    day_key = std::move(key);
    Counts of_bucket;
    if (!add_encoded(of_bucket, row->value().ToStringView()))
      return disk_failure(rocksdb::Status::Corruption("a series has counts that make no sense"), path);
    for (auto& entry : of_bucket) entry.first += first_cell(bucket->resolution, day, bucket->day);
    add(counts, of_bucket);
    batch.Delete(db.of(family), row->key());
    if (batch.GetDataSize() < full_batch) continue;
    end_day();
    if (const auto written = write(db, path, batch); !written) return written;
  }
  if (!row->status().ok()) return disk_failure(row->status(), path);
  end_day();
  return write(db, path, batch);
}

}  // namespace

Result<void> migrate(const OpenDb& db, const std::string& path, std::uint64_t schema) {
  if (schema < 2)
    if (const auto made = index_natives(db, path); !made) return made;
  if (schema < 7)
    for (const auto family : {Family::series, Family::settled})
      if (const auto packed = pack_days(db, path, family); !packed) return packed;
  return {};
}

}  // namespace barometer
