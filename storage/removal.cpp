#include "storage/removal.hpp"

#include <array>

#include "storage/issue_book.hpp"
#include "storage/review_rows.hpp"
#include "storage/word_index.hpp"

namespace barometer {

namespace {

rocksdb::Slice slice(const IdHash& hash) { return {hash.data(), hash.size()}; }

}  // namespace

void Removal::count_words(const StoredPost& kept, std::int64_t number) {
  words_.count(kept.post, kept.assessment, kept.watched, kept.place, number);
}

Result<void> Removal::remove(const PostKey& key, const PostRecord& record, const IdRecord& left) {
  count_words(record.kept, -1);
  batch_.Put(db_.of(Family::ids), slice(key.id), encode_id(left));
  batch_.Delete(db_.of(Family::posts), post_key(key.made_at, key.id));
  if (!record.kept.author_gone) batch_.Delete(db_.of(Family::natives), native_key(record.kept.post, key.id));
  ++taken_.posts;
  const auto raised = drop_utterance(db_, path_, key, record.kept.post.seen_at, batch_);
  if (!raised) return raised.error();
  of_issues_ = of_issues_ || *raised;
  return {};
}

Result<void> Removal::unpoint(const PostRecord& record, bool withdraw, UtcTime now) {
  for (const auto& id : record.alerts) {
    std::string value;
    const auto found = db_.get(Family::alerts, id, &value);
    if (found.IsNotFound()) continue;  // verify() tells
    if (!found.ok()) return disk_failure(found, path_);
    auto alert = decode_alert(value);
    if (!alert) return alert.error();
    const bool waits = !alert->sent_at && !alert->withdrawn_at;
    if (waits && !withdraw) continue;  // it still has to be told
    if (waits) {
      alert->withdrawn_at = now;
      batch_.Delete(db_.of(Family::outbox), outbox_key(alert->raised_at, id));
    }
    alert->post.clear();
    batch_.Put(db_.of(Family::alerts), id, encode_alert(*alert));
    ++taken_.alerts;
  }
  return {};
}

Result<void> Removal::erase(const PostKey& key, const PostRecord& record, UtcTime now) {
  if (const auto done = unpoint(record, true, now); !done) return done.error();
  const ReviewSubject subject{.post = key.id};
  const auto steps = read_review(db_, path_, subject);
  if (!steps) return steps.error();
  taken_.reviews += drop_review(db_, subject, steps->size(), batch_);
  tally_.count(record.kept.post, record.kept.assessment, record.kept.watched, -1);
  return remove(key, record, {.deleted = true, .erased = true});
}

Result<void> Removal::expire(const PostKey& key, const PostRecord& record, UtcTime now, bool counts_stay) {
  if (const auto done = unpoint(record, true, now); !done) return done.error();
  if (counts_stay)
    settled_.count(record.kept.post, record.kept.assessment, record.kept.watched, +1);
  else
    tally_.count(record.kept.post, record.kept.assessment, record.kept.watched, -1);
  return remove(key, record, {.deleted = true, .heard_at = now});
}

void Removal::fade_text(const PostKey& key, PostRecord& record) {
  auto& post = record.kept.post;
  count_words(record.kept, -1);
  post.title.reset();
  post.text.clear();
  post.tags.clear();
  record.kept.assessment.why.clear();
  for (auto& concern : record.kept.assessment.concerns) concern.begin = concern.end = 0;
  record.kept.text_gone = true;
  count_words(record.kept, +1);  // by its labels it is still found
  keep(key, record);
  ++taken_.texts;
}

Result<void> Removal::fade_author(const PostKey& key, PostRecord& record, UtcTime now) {
  if (const auto done = unpoint(record, false, now); !done) return done.error();
  auto& post = record.kept.post;
  batch_.Delete(db_.of(Family::natives), native_key(post, key.id));
  for (auto* text : {&post.author, &post.author_name, &post.id, &post.native_id, &post.url}) text->clear();
  for (auto* text : {&post.reply_to, &post.repost_of, &post.quote_of}) text->reset();
  record.kept.author_gone = true;
  keep(key, record);
  ++taken_.authors;
  return {};
}

void Removal::keep(const PostKey& key, const PostRecord& record) {
  std::string bytes;
  encode_post(bytes, record);
  batch_.Put(db_.of(Family::posts), post_key(key.made_at, key.id), bytes);
}

void Removal::unsettle(const SeriesKey& day, const Counts& settled, const std::function<bool(UtcTime minute)>& over) {
  std::size_t left = settled.size();
  for (const auto& minute : buckets_of(Resolution::minute, day.day, settled)) {
    if (!over(minute.begin)) continue;
    left -= minute.counts.size();
    ++taken_.counts;
    tally_.add(day.tag, day.source, minute, -1);
    settled_.add(day.tag, day.source, minute, -1);
  }
  if (left == 0) emptied_.insert(series_key(Resolution::minute, day.tag, day.source, day.day));
}

rocksdb::WriteBatch Removal::finish() {
  for (const auto& row : tally_.rows()) batch_.Merge(db_.of(Family::series), row.key, encode_counts(row.counts));
  for (const auto& row : settled_.rows())
    if (row.resolution == Resolution::minute && !emptied_.contains(row.key))
      batch_.Merge(db_.of(Family::settled), row.key, encode_counts(row.counts));
  for (const auto& key : emptied_) batch_.Delete(db_.of(Family::settled), key);
  write_words(db_, words_, batch_);
  return std::move(batch_);
}

}  // namespace barometer
