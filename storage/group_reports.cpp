#include "storage/group_commit.hpp"
#include "storage/source_codec.hpp"

namespace barometer {

namespace {

// Oldest first: those that a report can touch. Gaps do not overlap, so that whatever lies before one that ended before
// `from`, its fate known, can be left out.
Result<std::vector<Gap>> gaps_from(const OpenDb& db, const std::string& source, UtcTime from, const std::string& path) {
  const auto prefix = gaps_prefix(source);
  const auto end = after_prefix(prefix);
  const rocksdb::Slice upper_bound{end};
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &upper_bound;
  const std::unique_ptr<rocksdb::Iterator> row{db->NewIterator(options, db.of(Family::gaps))};
  std::vector<Gap> gaps;
  for (row->SeekToLast(); row->Valid() && row->key().starts_with(prefix); row->Prev()) {
    const auto key = parse_gap_key(row->key().ToStringView());
    if (!key) return disk_failure(rocksdb::Status::Corruption("a gap has a key that makes no sense"), path);
    auto gap = decode_gap(source, key->from, row->value().ToStringView());
    if (!gap) return gap.error();
    gaps.insert(gaps.begin(), *gap);
    if (gap->caught_up && gap->from <= from) break;
  }
  if (!row->status().ok()) return disk_failure(row->status(), path);
  return gaps;
}

}  // namespace

Result<std::optional<IdHash>> GroupCommit::find_native(const Post& tombstone,
                                                       const std::map<std::string, IdHash>& in_group) const {
  const auto prefix = natives_prefix(tombstone.platform, tombstone.source, tombstone.native_id);
  if (const auto found = in_group.find(prefix); found != in_group.end()) return std::optional{found->second};
  const std::unique_ptr<rocksdb::Iterator> row{db_->NewIterator({}, db_.of(Family::natives))};
  row->Seek(prefix);
  if (!row->status().ok()) return disk_failure(row->status(), path_);
  if (!row->Valid() || !row->key().starts_with(prefix)) return std::optional<IdHash>{};
  const auto key = parse_native_key(row->key().ToStringView());
  if (!key) return disk_failure(rocksdb::Status::Corruption("a native id has a key that makes no sense"), path_);
  return std::optional{key->id};
}

Result<GapLedger*> GroupCommit::ledger_of(const std::string& source) {
  if (const auto found = ledgers_.find(source); found != ledgers_.end()) return &found->second;
  const auto missed = missed_from_.find(source);
  auto gaps = gaps_from(db_, source, missed == missed_from_.end() ? UtcTime::max() : missed->second, path_);
  if (!gaps) return gaps.error();
  return &ledgers_.try_emplace(source, source, std::move(*gaps)).first->second;
}

Result<void> GroupCommit::note(const SourceReport& report, Committed& committed) {
  if (report.record) sources_[source_key(report.source)] = encode_source(*report.record);
  if (report.tally) sources_[tally_key(report.source, report.tally->hour)] = encode_tally(*report.tally);
  if (report.blind.empty() && !report.heard && report.missed.empty()) return {};
  const auto ledger = ledger_of(report.source);
  if (!ledger) return ledger.error();
  for (const auto& blind : report.blind) (*ledger)->blind(blind);
  if (report.heard) (*ledger)->heard(*report.heard);
  for (const auto& missed : report.missed)
    if (const auto fresh = (*ledger)->missed(missed); fresh.count() > 0)
      committed.missed.push_back({report.source, missed.reason, fresh});
  issues_.blind(report.source, (*ledger)->since(), (*ledger)->gaps());
  return {};
}

void GroupCommit::write_reports(rocksdb::WriteBatch& out) const {
  for (const auto& [source, ledger] : ledgers_) {
    for (const auto& [from, gap] : ledger.changes()) {
      if (gap)
        out.Put(db_.of(Family::gaps), gap_key(source, from), encode_gap(*gap));
      else
        out.Delete(db_.of(Family::gaps), gap_key(source, from));
    }
  }
  for (const auto& [key, value] : sources_) out.Put(db_.of(Family::sources), key, value);
  if (alive_) out.Put(db_.of(Family::meta), "alive", encode_moment(*alive_));
}

}  // namespace barometer
