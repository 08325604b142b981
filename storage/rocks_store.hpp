#pragma once

#include <memory>
#include <mutex>
#include <string>

#include <rocksdb/write_batch.h>

#include "storage/open_db.hpp"

namespace barometer {

// The Store on RocksDB. Failures of a write close the database; the next write opens it anew, because only its log can
// tell whether the disk took the write that failed.
class RocksStore : public Store {
 public:
  RocksStore(StoreSettings settings, std::shared_ptr<const OpenDb> db);

  Result<std::vector<Committed>> commit(std::span<const Batch> batches) override;
  Result<void> mark_sent(const std::string& alert_id, UtcTime when) override;
  Result<void> mark_failed(const std::string& alert_id, UtcTime when, const std::string& error) override;

  Result<Cursor> cursor(const std::string& source) const override;
  Result<bool> has(const std::string& post_id) const override;
  Result<std::optional<StoredPost>> post(const std::string& post_id) const override;
  Result<void> posts(const PostFilter& filter, bool newest_first,
                     const std::function<bool(const StoredPost&)>& each) const override;
  Result<void> series(const SeriesFilter& filter, const std::function<bool(const SeriesPoint&)>& each) const override;
  Result<void> gaps(const GapFilter& filter, const std::function<bool(const Gap&)>& each) const override;
  Result<void> sources(const std::optional<std::string>& source,
                       const std::function<bool(const std::string&, const SourceRecord&)>& each) const override;
  Result<std::vector<HourTally>> tallies(const std::string& source, UtcTime now) const override;
  Result<std::optional<UtcTime>> alive() const override;
  Result<KeptPage> kept_posts(const KeptFilter& filter) const override;
  Result<std::uint64_t> kept_posts_after(const KeptFilter& filter) const override;
  Result<std::vector<Alert>> waiting_alerts(std::size_t limit) const override;
  Result<void> alerts(const std::function<bool(const Alert&)>& each) const override;
  Result<Verified> verify(const std::function<void(std::uint64_t)>& progress) const override;
  StoreSize size() const override;

 private:
  using Db = std::shared_ptr<const OpenDb>;

  // For readers; a failure while there is no database.
  Result<Db> reading() const;
  // For writers, who hold writing_: opens anew what broke.
  Result<Db> ready_to_write();
  Result<void> write(const OpenDb& db, rocksdb::WriteBatch& batch);
  Result<void> change_alert(const std::string& id, const std::function<void(Alert&)>& change);
  Failure failed(const rocksdb::Status& status) const;
  void swap_in(Db db);

  const StoreSettings settings_;
  const std::string path_;
  std::mutex writing_;
  bool broken_ = false;  // a write failed; guarded by writing_
  mutable std::mutex db_lock_;
  Db db_;           // guarded by db_lock_; null while it cannot be opened
  Failure closed_;  // why it is null
};

}  // namespace barometer
