#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>

#include <rocksdb/db.h>

#include "storage/store.hpp"

namespace barometer {

// Column families, in the order of their names in open_db.cpp.
enum class Family : std::size_t {
  meta,
  posts,
  ids,
  series,
  cursors,
  alerts,
  outbox,
  gaps,
  sources,
  natives,
  settled,
  erasures,
  deletions,
  utterances,
  issues,
  members,
  words,
  reviews
};
inline constexpr std::size_t families = 18;

// An open database; closed when the last one who reads lets go of it.
class OpenDb {
 public:
  OpenDb(std::unique_ptr<rocksdb::DB> db, const std::vector<rocksdb::ColumnFamilyHandle*>& handles);
  ~OpenDb();
  OpenDb(const OpenDb&) = delete;
  OpenDb& operator=(const OpenDb&) = delete;

  rocksdb::DB* operator->() const { return db_.get(); }
  rocksdb::ColumnFamilyHandle* of(Family family) const { return handles_[static_cast<std::size_t>(family)]; }
  rocksdb::Status get(Family family, const rocksdb::Slice& key, std::string* value) const {
    return db_->Get({}, of(family), key, value);
  }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  std::array<rocksdb::ColumnFamilyHandle*, families> handles_{};
};

// Opens or makes the database, and checks its schema. The failures are those of Store::open.
Result<std::shared_ptr<const OpenDb>> open_db(const StoreSettings& settings);

// Rewrites the tables of a family, those that hold keys in [first, last]; empty: all. Beside reads and writes.
rocksdb::Status rewrite(const OpenDb& db, Family family, const std::string& first = {}, const std::string& last = {});
// Afterwards no file that is not needed any more is there: no old table, log or list of tables.
rocksdb::Status drop_old_files(const OpenDb& db);
// Both, of all families: what was taken away is in no file.
rocksdb::Status scrub(const OpenDb& db);

// What went wrong on the disk at `path`, and what the operator can do: always ask_operator.
Failure disk_failure(const rocksdb::Status& status, const std::string& path);

}  // namespace barometer
