#include <algorithm>

#include "storage/review_rows.hpp"
#include "storage/rocks_store.hpp"

namespace barometer {

namespace {

// A pass goes through these families one after another; where it stands is the letter and the last key it has seen.
constexpr char in_posts = 'p';
constexpr char in_alerts = 'a';
constexpr char in_ids = 'i';
constexpr char in_settled = 's';
constexpr char in_reviews = 'r';

// Reads some rows of a family after a key; `each` says what is to become of them. True: the family is at its end.
class Slice {
 public:
  Slice(const OpenDb& db, std::string path, const Retention& retention, UtcTime now)
      : db_(db), path_(std::move(path)), retention_(retention), now_(now), removal_(db, path_) {}

  Result<Swept> run(const std::string& after, std::size_t limit) {
    const char phase = after.empty() ? in_posts : after.front();
    const std::string key = after.empty() ? after : after.substr(1);
    const auto seen = sweep(phase, key, limit);
    if (!seen) return seen.error();
    Swept swept;
    if (!seen->empty()) swept.next = phase + *seen;
    if (seen->empty() && phase != in_reviews)
      swept.next = phase == in_posts    ? std::string(1, in_alerts)
                   : phase == in_alerts ? std::string(1, in_ids)
                   : phase == in_ids    ? std::string(1, in_settled)
                                        : std::string(1, in_reviews);
    return swept;
  }
  Removal& removal() { return removal_; }
  const std::vector<std::string>& changed() const { return changed_; }

 private:
  // The last key that was looked at; empty at the end of the family.
  Result<std::string> sweep(char phase, const std::string& after, std::size_t limit) {
    const auto family = phase == in_posts     ? Family::posts
                        : phase == in_alerts  ? Family::alerts
                        : phase == in_ids     ? Family::ids
                        : phase == in_settled ? Family::settled
                                              : Family::reviews;
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    const std::unique_ptr<rocksdb::Iterator> row{db_->NewIterator(options, db_.of(family))};
    std::string last;
    row->Seek(after);
    if (row->Valid() && !after.empty() && row->key() == after) row->Next();
    for (std::size_t read = 0; row->Valid() && read < limit; row->Next(), ++read) {
      last = row->key().ToString();
      const auto done = phase == in_posts     ? post(last, row->value().ToStringView())
                        : phase == in_alerts  ? alert(last, row->value().ToStringView())
                        : phase == in_ids     ? id(last, row->value().ToStringView())
                        : phase == in_settled ? settled(last, row->value().ToStringView())
                                              : review(last);
      if (!done) return done.error();
    }
    if (!row->status().ok()) return disk_failure(row->status(), path_);
    return row->Valid() ? last : std::string{};
  }

  bool over(UtcTime since, std::chrono::milliseconds time) const { return now_ - since >= time; }
  bool held(const StoredPost& kept) const {
    return std::any_of(retention_.holds.begin(), retention_.holds.end(),
                       [&](const PostFilter& hold) { return matches(kept, hold); });
  }

  Result<void> post(const std::string& bytes, std::string_view value) {
    const auto key = parse_post_key(bytes);
    auto record = decode_post(value);
    if (!key || !record) return {};  // verify() tells
    const auto& kept = record->kept;
    const auto since = kept.post.seen_at;
    const bool ends = over(since, retention_.labels);
    const bool fades = !kept.text_gone && over(since, retention_.text);
    const bool nameless = !kept.author_gone && over(since, retention_.author);
    if ((!ends && !fades && !nameless) || held(kept)) return {};
    changed_.push_back(bytes);
    if (ends)
      return removal_.expire(*key, *record, now_,
                             retention_.counts.count() == 0 || !over(kept.post.made_at, retention_.counts));
    if (fades) removal_.fade_text(*key, *record);
    if (nameless) return removal_.fade_author(*key, *record, now_);
    return {};
  }

  // An alert outlives its post: none is raised a second time while its post could be edited.
  Result<void> alert(const std::string& key, std::string_view value) {
    const auto record = decode_alert(value);
    const bool waits = record && !record->sent_at && !record->withdrawn_at;
    if (!record || waits || !over(record->raised_at, std::max(retention_.audit, retention_.labels))) return {};
    if (!record->post.empty()) {
      const auto kept = still_kept(record->post);
      if (!kept) return kept.error();
      if (*kept) return {};
    }
    removal_.batch().Delete(db_.of(Family::alerts), key);
    ++removal_.taken().alerts;
    return {};
  }

  Result<bool> still_kept(const std::string& post) const {
    const auto hash = hash_id(post);
    std::string value;
    const auto found = db_.get(Family::ids, rocksdb::Slice(hash.data(), hash.size()), &value);
    if (found.IsNotFound()) return false;
    if (!found.ok()) return disk_failure(found, path_);
    const auto id = decode_id(value);
    return id ? Result<bool>{!id->deleted} : id.error();
  }

  Result<void> id(const std::string& key, std::string_view value) {
    auto record = decode_id(value);
    if (!record || !record->deleted || record->erased) return {};
    if (!record->heard_at) {  // an older barometer did not say when: its time begins
      record->heard_at = now_;
      removal_.batch().Put(db_.of(Family::ids), key, encode_id(*record));
    } else if (over(*record->heard_at, retention_.tombstones)) {
      removal_.batch().Delete(db_.of(Family::ids), key);
      ++removal_.taken().tombstones;
    }
    return {};
  }

  Result<void> settled(const std::string& key, std::string_view value) {
    const auto day = parse_series_key(key);
    Counts counts;
    if (retention_.counts.count() > 0 && day && over(day->day, retention_.counts) && add_encoded(counts, value))
      removal_.unsettle(*day, counts, [this](UtcTime minute) { return over(minute, retention_.counts); });
    return {};
  }

  // All steps of a subject go at once, when the time of the last is over.
  Result<void> review(const std::string& key) {
    const auto first = parse_review_key(key);
    if (!first || first->number != 0) return {};
    const auto& subject = first->subject;
    const auto steps = read_review(db_, path_, subject);
    if (!steps) return steps.error();
    const auto time = subject.issue.empty() ? retention_.labels : std::max(retention_.audit, retention_.labels);
    if (steps->empty() || !over(steps->back().at, time)) return {};
    removal_.taken().reviews += drop_review(db_, subject, steps->size(), removal_.batch());
    return {};
  }

  const OpenDb& db_;
  std::string path_;
  const Retention& retention_;
  UtcTime now_;
  Removal removal_;
  std::vector<std::string> changed_;  // keys of posts
};

}  // namespace

Result<Swept> RocksStore::expire(const Retention& retention, UtcTime now, const std::string& after, std::size_t limit) {
  Swept swept;
  {
    const std::lock_guard turn{writing_};
    const auto db = ready_to_write();
    if (!db) return db.error();
    if (after.empty()) pass_ = {.deletion = {.at = now, .kind = DeletionKind::retention}};
    Slice slice{**db, path_, retention, now};
    auto run = slice.run(after, limit);
    if (!run) return run;
    swept = std::move(*run);
    swept.taken = slice.removal().taken();
    if (const auto written = write_removal(**db, slice.removal(), pass_.deletion); !written) return written.error();
    auto& [first, last] = pass_.posts;
    for (const auto& key : slice.changed()) {
      first = first.empty() ? key : std::min(first, key);
      last = std::max(last, key);
    }
  }
  if (swept.next.empty())
    if (const auto ended = end_pass(); !ended) return ended.error();
  return swept;
}

// What went is in the old tables until they are written anew. Passes that a restart cut short are ended with this one.
Result<void> RocksStore::end_pass() {
  std::vector<Deletion> open_ones;
  const auto read = deletions([&](const Deletion& deletion) {
    if (deletion.kind == DeletionKind::retention && !deletion.finished) open_ones.push_back(deletion);
    return true;
  });
  if (!read) return read;
  if (open_ones.empty()) return {};
  const auto [first, last] = open_ones.size() > 1 ? Pass{}.posts : pass_.posts;
  {
    const auto db = reading();
    if (!db) return db.error();
    auto done = rewrite(**db, Family::posts, first, last);
    for (const auto family :
         {Family::natives, Family::alerts, Family::ids, Family::settled, Family::words, Family::reviews})
      if (done.ok()) done = rewrite(**db, family);
    if (done.ok()) done = drop_old_files(**db);
    if (!done.ok()) return failed(done);
  }
  const std::lock_guard turn{writing_};
  const auto db = ready_to_write();
  if (!db) return db.error();
  rocksdb::WriteBatch batch;
  for (auto& deletion : open_ones) {
    deletion.finished = true;
    batch.Put((*db)->of(Family::deletions), deletion_key(deletion.at, deletion.kind), encode_deletion(deletion));
  }
  return write(**db, batch);
}

}  // namespace barometer
