#include "storage/rocks_store.hpp"

#include <rocksdb/perf_level.h>

#include "storage/group_commit.hpp"

namespace barometer {

Result<std::unique_ptr<Store>> Store::open(StoreSettings settings) {
  auto db = open_db(settings);
  if (!db) return db.error();
  auto erased = read_erasures(**db, settings.path.string());
  if (!erased) return erased.error();
  const bool read_only = settings.read_only;
  auto store = std::make_unique<RocksStore>(std::move(settings), std::move(*db), std::move(*erased));
  if (!read_only)
    if (const auto finished = store->finish_deletions(); !finished) return finished.error();
  return std::unique_ptr<Store>(std::move(store));
}

RocksStore::RocksStore(StoreSettings settings, Db db, ErasureSet erased)
    : settings_(std::move(settings)),
      path_(settings_.path.string()),
      db_(std::move(db)),
      erased_(std::make_shared<const ErasureSet>(std::move(erased))) {}

RocksStore::~RocksStore() = default;

Failure RocksStore::failed(const rocksdb::Status& status) const { return disk_failure(status, path_); }

Result<RocksStore::Db> RocksStore::reading() const {
  const std::lock_guard lock{db_lock_};
  if (!db_) return closed_;
  return db_;
}

void RocksStore::swap_in(Db db) {
  const std::lock_guard lock{db_lock_};
  db_.swap(db);
}

Result<RocksStore::Db> RocksStore::ready_to_write() {
  if (settings_.read_only)
    return Failure{Remedy::ask_operator,
                   "the store " + path_ + " was opened for reading: only the daemon writes to it"};
  if (!broken_) return reading();
  swap_in(nullptr);  // it closes when the last reader is done
  auto opened = open_db(settings_);
  if (opened) {
    broken_ = false;
    swap_in(*opened);
    return opened;
  }
  auto only_to_read = settings_;
  only_to_read.read_only = true;
  auto readable = open_db(only_to_read);
  const std::lock_guard lock{db_lock_};
  closed_ = opened.error();
  if (readable) db_ = *readable;
  return opened.error();
}

Result<void> RocksStore::write(const OpenDb& db, rocksdb::WriteBatch& batch) {
  if (batch.Count() == 0) return {};
  rocksdb::WriteOptions options;
  options.sync = settings_.sync;
  const auto written = db->Write(options, &batch);
  if (written.ok()) return {};
  broken_ = true;
  return failed(written);
}

Result<void> RocksStore::read_issues(const OpenDb& db) {
  if (issues_) return {};
  auto book = IssueBook::read(db, path_, settings_.tracker);
  if (!book) return book.error();
  issues_ = std::move(*book);
  return {};
}

Result<std::vector<Committed>> RocksStore::commit(std::span<const Batch> batches) {
  const std::lock_guard turn{writing_};
  const auto db = ready_to_write();
  if (!db) return db.error();
  if (const auto read = read_issues(**db); !read) return read.error();
  auto committed = commit_group(*db, batches);
  if (!committed) issues_.reset();  // it heard what is not kept
  return committed;
}

Result<std::vector<Committed>> RocksStore::commit_group(const Db& db, std::span<const Batch> batches) {
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);  // else it counts each comparison of keys, for nobody
  const auto barred = erased();
  GroupCommit group{*db, path_, *barred, *issues_, tell_};
  if (const auto found = group.look_up(batches); !found) return found.error();
  std::vector<Committed> committed;
  for (const auto& batch : batches) {
    auto added = group.add(batch);
    if (!added) return added.error();
    committed.push_back(std::move(*added));
  }
  auto changes = group.write();
  if (!changes) return changes.error();
  if (const auto written = write(*db, *changes); !written) return written.error();
  return committed;
}

Result<Cursor> RocksStore::cursor(const std::string& source) const {
  const auto db = reading();
  if (!db) return db.error();
  std::string value;
  const auto found = (*db)->get(Family::cursors, source, &value);
  if (found.IsNotFound()) return Cursor{};
  if (!found.ok()) return failed(found);
  return decode_cursor(value);
}

StoreSize RocksStore::size() const {
  StoreSize size;
  const auto db = reading();
  if (!db) return size;
  const OpenDb& open = **db;
  open->GetIntProperty(open.of(Family::posts), "rocksdb.estimate-num-keys", &size.posts);
  open->GetAggregatedIntProperty("rocksdb.estimate-pending-compaction-bytes", &size.compaction_pending_bytes);
  std::vector<rocksdb::Env::FileAttributes> files;
  open->GetEnv()->GetChildrenFileAttributes(path_, &files);
  for (const auto& file : files) size.bytes += file.size_bytes;
  return size;
}

}  // namespace barometer
