#include "connectors/digest.hpp"
#include "storage/keys.hpp"
#include "storage/review_rows.hpp"
#include "storage/rocks_store.hpp"

namespace barometer {

namespace {

using Iterator = std::unique_ptr<rocksdb::Iterator>;
Iterator rows(const OpenDb& db, const rocksdb::ReadOptions& options = {}) {
  return Iterator{db->NewIterator(options, db.of(Family::reviews))};
}

// The row's key as what it says; a failure if it makes no sense.
Result<ReviewKey> key_of(const Iterator& row) {
  auto key = parse_review_key(row->key().ToStringView());
  if (!key)
    return Failure{Remedy::ask_operator,
                   "a step of a review is kept under a key that makes no sense: run verify, or restore a backup"};
  return std::move(*key);
}

}  // namespace

Result<std::vector<ReviewAction>> RocksStore::review_of(const ReviewSubject& subject) const {
  const auto db = reading();
  if (!db) return db.error();
  return read_review(**db, path_, subject);
}

Result<void> RocksStore::reviews(const EachReview& each) const {
  const auto db = reading();
  if (!db) return db.error();
  const auto row = rows(**db);
  for (row->SeekToFirst(); row->Valid();) {
    const auto first = key_of(row);
    if (!first) return first.error();
    const auto prefix = review_prefix(first->subject);
    std::vector<ReviewAction> actions;
    for (; row->Valid() && row->key().starts_with(prefix); row->Next()) {
      auto action = decode_review(row->value().ToStringView());
      if (!action) return action.error();
      actions.push_back(std::move(*action));
    }
    if (!each(first->subject, actions)) break;
  }
  if (!row->status().ok()) return failed(row->status());
  return {};
}

Result<void> RocksStore::add_review(const ReviewSubject& subject, std::size_t after, const ReviewAction& action) {
  const std::lock_guard turn{writing_};
  const auto db = ready_to_write();
  if (!db) return db.error();
  const auto there = read_review(**db, path_, subject);
  if (!there) return there.error();
  if (there->size() != after)
    return Failure{Remedy::retry, "somebody else did something with it in the same moment: look again"};
  rocksdb::WriteBatch batch;
  batch.Put((*db)->of(Family::reviews), review_key(subject, static_cast<std::uint32_t>(after)), encode_review(action));
  return write(**db, batch);
}

Result<std::vector<ReviewAction>> read_review(const OpenDb& db, const std::string& path, const ReviewSubject& subject) {
  const auto prefix = review_prefix(subject);
  std::vector<ReviewAction> actions;
  const auto row = rows(db);
  for (row->Seek(prefix); row->Valid() && row->key().starts_with(prefix); row->Next()) {
    auto action = decode_review(row->value().ToStringView());
    if (!action) return action.error();
    actions.push_back(std::move(*action));
  }
  if (!row->status().ok()) return disk_failure(row->status(), path);
  return actions;
}

std::uint64_t drop_review(const OpenDb& db, const ReviewSubject& subject, std::size_t steps, rocksdb::WriteBatch& out) {
  for (std::size_t i = 0; i < steps; ++i)
    out.Delete(db.of(Family::reviews), review_key(subject, static_cast<std::uint32_t>(i)));
  return steps;
}

Result<void> check_reviews(const OpenDb& db, const rocksdb::ReadOptions& options, const std::string& path,
                           const std::function<void(std::string)>& differ) {
  std::optional<ReviewKey> before;
  const auto row = rows(db, options);
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    const auto key = parse_review_key(row->key().ToStringView());
    if (!key || !decode_review(row->value().ToStringView())) {
      differ("step of a review " + to_hex(row->key().ToStringView()) + " cannot be read");
      continue;
    }
    const bool goes_on = before && before->subject == key->subject;
    if (key->number != (goes_on ? before->number + 1 : 0))
      differ("review " + to_hex(review_prefix(key->subject)) + " lacks the step before its number " +
             std::to_string(key->number));
    before = key;
  }
  if (!row->status().ok()) return disk_failure(row->status(), path);
  return {};
}

}  // namespace barometer
