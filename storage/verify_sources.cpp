#include "storage/verify_sources.hpp"

#include <memory>

#include "connectors/digest.hpp"
#include "storage/keys.hpp"
#include "storage/source_codec.hpp"

namespace barometer {

namespace {

using Differ = std::function<void(std::string)>;

std::string described(const std::string& source, UtcTime from) {
  return "gap source=" + source + " from=" + std::to_string(from.time_since_epoch().count());
}

Result<void> check_gaps(const OpenDb& db, const rocksdb::ReadOptions& options, const std::string& path,
                        const Differ& differ) {
  const std::unique_ptr<rocksdb::Iterator> row{db->NewIterator(options, db.of(Family::gaps))};
  std::optional<Gap> before;
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    const auto key = parse_gap_key(row->key().ToStringView());
    if (!key) {
      differ("gap with a key that makes no sense, " + to_hex(row->key().ToStringView()));
      continue;
    }
    const auto gap = decode_gap(key->source, key->from, row->value().ToStringView());
    if (!gap) {
      differ(described(key->source, key->from) + " cannot be read");
      continue;
    }
    if (before && before->source == gap->source && (!before->to || *before->to > gap->from))
      differ(described(key->source, key->from) + " begins before the one before it ended");
    before = *gap;
  }
  if (!row->status().ok()) return disk_failure(row->status(), path);
  return {};
}

Result<void> check_records(const OpenDb& db, const rocksdb::ReadOptions& options, const std::string& path,
                           const Differ& differ) {
  const std::unique_ptr<rocksdb::Iterator> row{db->NewIterator(options, db.of(Family::sources))};
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    const auto key = parse_source_key(row->key().ToStringView());
    const auto value = row->value().ToStringView();
    if (!key) {
      differ("source with a key that makes no sense, " + to_hex(row->key().ToStringView()));
    } else if (!key->slot) {
      if (!decode_source(value)) differ("the state of source=" + key->source + " cannot be read");
    } else {
      const auto tally = decode_tally(value);
      if (!tally || tally_key(key->source, tally->hour) != row->key().ToStringView())
        differ("a tally of source=" + key->source + " cannot be read, or is not of its hour");
    }
  }
  if (!row->status().ok()) return disk_failure(row->status(), path);
  return {};
}

}  // namespace

Result<void> check_sources(const OpenDb& db, const rocksdb::ReadOptions& options, const std::string& path,
                           const std::function<void(std::string)>& differ) {
  if (const auto checked = check_gaps(db, options, path, differ); !checked) return checked.error();
  return check_records(db, options, path, differ);
}

}  // namespace barometer
