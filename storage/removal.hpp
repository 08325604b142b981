#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include <rocksdb/write_batch.h>

#include "storage/codec.hpp"
#include "storage/keys.hpp"
#include "storage/open_db.hpp"
#include "storage/series.hpp"
#include "storage/upkeep.hpp"
#include "storage/words.hpp"

namespace barometer {

// Takes posts, or parts of them, out of the store in one write, with all that hangs on them: ids, native ids, counts,
// alerts. Each post at most once in one write. Whoever uses it holds the store's turn to write, from reading a record on.
class Removal {
 public:
  Removal(const OpenDb& db, std::string path) : db_(db), path_(std::move(path)) {}

  // For good: its id is never kept again; its alerts are withdrawn and do not point to it any more.
  Result<void> erase(const PostKey& key, const PostRecord& record, UtcTime now);
  // Its time is over: its id is remembered as that of a deleted post. Its counts stay, as settled ones, or go with it.
  Result<void> expire(const PostKey& key, const PostRecord& record, UtcTime now, bool counts_stay);
  // Its title, text, hashtags, and where in the text what was found.
  void fade_text(const PostKey& key, PostRecord& record);
  // Its author and what can name one: ids and links. No tombstone by native id finds it any more.
  Result<void> fade_author(const PostKey& key, PostRecord& record, UtcTime now);
  // Keeps the record as it is now; `key` and what it counts for stay.
  void keep(const PostKey& key, const PostRecord& record);
  // Of a day's settled counts, those of minutes that are over count no more. Not in one write with posts that expire.
  void unsettle(const SeriesKey& day, const Counts& settled, const std::function<bool(UtcTime minute)>& over);

  bool empty() const { return batch_.Count() == 0 && emptied_.empty() && tally_.rows().empty() && words_.empty(); }
  TakenAway& taken() { return taken_; }
  bool of_issues() const { return of_issues_; }  // some of the posts raised concerns: issues have lost them
  rocksdb::WriteBatch& batch() { return batch_; }
  // With all counts added up; once.
  rocksdb::WriteBatch finish();

 private:
  Result<void> remove(const PostKey& key, const PostRecord& record, const IdRecord& left);
  void count_words(const StoredPost& kept, std::int64_t number);
  // The alerts point to their post no more; those that wait are withdrawn if `withdraw`.
  Result<void> unpoint(const PostRecord& record, bool withdraw, UtcTime now);

  const OpenDb& db_;
  std::string path_;
  rocksdb::WriteBatch batch_;
  Tally tally_;                    // what the series lose
  Tally settled_;                  // what stays in them without its posts, or stayed
  std::set<std::string> emptied_;  // keys of days of which nothing settled is left
  WordTally words_;
  TakenAway taken_;
  bool of_issues_ = false;
};

}  // namespace barometer
