#pragma once

#include <memory>
#include <mutex>
#include <string>

#include <rocksdb/write_batch.h>

#include "storage/erasures.hpp"
#include "storage/open_db.hpp"
#include "storage/removal.hpp"

namespace barometer {

class IssueBook;

// What a pass of expire() has done so far.
struct Pass {
  Deletion deletion = {};
  std::pair<std::string, std::string> posts = {};  // first and last key that changed; empty: none
};

// The Store on RocksDB. Failures of a write close the database; the next write opens it anew, because only its log can
// tell whether the disk took the write that failed.
class RocksStore : public Store {
 public:
  RocksStore(StoreSettings settings, std::shared_ptr<const OpenDb> db, ErasureSet erased);
  ~RocksStore() override;

  Result<std::vector<Committed>> commit(std::span<const Batch> batches) override;
  Result<void> mark_sent(const std::string& alert_id, UtcTime when) override;
  Result<void> mark_failed(const std::string& alert_id, UtcTime when, const std::string& error) override;
  Result<void> withhold(const std::string& alert_id, UtcTime when, const std::string& reason) override;
  Result<void> acknowledge(const std::string& alert_id, UtcTime when) override;
  Result<std::size_t> raise(std::span<const Alert> alerts) override;

  Result<Cursor> cursor(const std::string& source) const override;
  Result<bool> has(const std::string& post_id) const override;
  Result<std::optional<StoredPost>> post(const std::string& post_id) const override;
  Result<std::optional<PostPlace>> posts(const PostFilter& filter, bool newest_first,
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
  Result<Verified> verify(const VerifyOrder& order) const override;
  StoreSize size() const override;

  Result<void> issues(const IssueFilter& filter, const std::function<bool(const Issue&)>& each) const override;
  Result<void> moods_of_places(UtcTime from, UtcTime to,
                               const std::function<void(const ToneDay&)>& each) const override;
  Result<void> posts_of_issue(const std::string& issue,
                              const std::function<bool(const StoredPost&)>& each) const override;
  void tell_of_issues(TellOfIssue tell) override;
  Result<std::vector<ReviewAction>> review_of(const ReviewSubject& subject) const override;
  Result<void> reviews(const EachReview& each) const override;
  Result<void> add_review(const ReviewSubject& subject, std::size_t after, const ReviewAction& action) override;
  Result<Issue> arrange(const IssueOrder& order) override;
  Result<void> issue_orders(const std::function<bool(const IssueOrder&)>& each) const override;
  Result<Deletion> forget(std::span<const Erasure> what, const std::vector<PostFilter>& holds, UtcTime now) override;
  Result<Swept> expire(const Retention& retention, UtcTime now, const std::string& after, std::size_t limit) override;
  Result<void> deletions(const std::function<bool(const Deletion&)>& each) const override;
  Result<BackupMade> backup(const BackupOrder& order) override;
  // What a crash cut short, from the beginning: whoever was erased already is not met again.
  Result<void> finish_deletions();
  // What was told to the backups is to be forgotten here as well.
  Result<Deletion> forget_again(const ErasureSet& told, UtcTime now);

 private:
  using Db = std::shared_ptr<const OpenDb>;
  using Keys = std::vector<PostKey>;
  using Wanted = std::function<Result<bool>(const OpenDb&, const PostKey&, const PostRecord&)>;

  // Everything that an erasure calls for, as the set of them says; counts what went in `deletion` and keeps that.
  Result<Deletion> begin_deletion(DeletionKind kind, ErasureSet set, UtcTime now);
  Result<Deletion> carry_out(Deletion deletion);
  Result<void> erase_posts(Deletion& deletion, const ErasureSet& set);
  Result<void> drop_references(Deletion& deletion);
  Result<void> drop_rows_of_sources(Deletion& deletion, const ErasureSet& set);
  Result<void> drop_places_of_sweeps();
  Result<void> drop_empty_counts();
  Result<void> tell_all_backups(Deletion& deletion);
  // The posts that are wanted, some at a time, without keeping up writers; then `change` on each, in one write.
  Result<void> change_posts(Deletion& deletion, const Wanted& wanted,
                            const std::function<Result<void>(Removal&, const PostKey&, PostRecord&)>& change);
  Result<void> end_pass();
  Result<void> write_removal(const OpenDb& db, Removal& removal, Deletion& deletion);
  Result<std::vector<std::string>> backup_folders(const OpenDb& db) const;
  std::shared_ptr<const ErasureSet> erased() const;

  // For readers; a failure while there is no database.
  Result<Db> reading() const;
  // For writers, who hold writing_: opens anew what broke.
  Result<Db> ready_to_write();
  Result<void> write(const OpenDb& db, rocksdb::WriteBatch& batch);
  Result<void> read_issues(const OpenDb& db);  // unless they are there
  Result<std::vector<Committed>> commit_group(const Db& db, std::span<const Batch> batches);
  Result<void> change_alert(const std::string& id, const std::function<void(Alert&)>& change);
  Failure failed(const rocksdb::Status& status) const;
  void swap_in(Db db);

  const StoreSettings settings_;
  const std::string path_;
  std::mutex writing_;
  bool broken_ = false;                // a write failed; guarded by writing_
  std::unique_ptr<IssueBook> issues_;  // guarded by writing_; null until it is wanted, and when it may be wrong
  TellOfIssue tell_;                   // guarded by writing_
  mutable std::mutex db_lock_;
  Db db_;                                     // guarded by db_lock_; null while it cannot be opened
  Failure closed_;                            // why it is null
  std::shared_ptr<const ErasureSet> erased_;  // guarded by db_lock_
  Pass pass_;                                 // of expire(); guarded by writing_
};

}  // namespace barometer
