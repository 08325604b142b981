#include <algorithm>

#include "storage/codec.hpp"
#include "storage/issue_book.hpp"
#include "storage/issue_codec.hpp"
#include "storage/keys.hpp"
#include "storage/rocks_store.hpp"

namespace barometer {

bool matches(const Issue& issue, const IssueFilter& filter) {
  if (filter.theme && issue.theme != *filter.theme) return false;
  if (filter.place && issue.place != *filter.place) return false;
  if (filter.tag && issue.tag != *filter.tag) return false;
  if (filter.kind && issue.kind != *filter.kind) return false;
  if (filter.from && issue.last_post_at < *filter.from) return false;
  if (filter.to && issue.first_post_at >= *filter.to) return false;
  return issue.severity >= filter.severity && !(filter.open && (issue.closed_at || !issue.merged_into.empty()));
}

Result<void> RocksStore::issues(const IssueFilter& filter, const std::function<bool(const Issue&)>& each) const {
  const auto db = reading();
  if (!db) return db.error();
  std::vector<Issue> found;  // issues are few: a second index would not pay
  const std::unique_ptr<rocksdb::Iterator> row{(**db)->NewIterator({}, (*db)->of(Family::issues))};
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    auto issue = decode_issue(row->value().ToStringView());
    if (!issue) return issue.error();
    if (matches(*issue, filter)) found.push_back(std::move(*issue));
  }
  if (!row->status().ok()) return failed(row->status());
  std::sort(found.begin(), found.end(), [](const Issue& a, const Issue& b) {
    return a.opened_at != b.opened_at ? a.opened_at < b.opened_at : a.id < b.id;
  });
  for (const auto& issue : found)
    if (!each(issue)) break;
  return {};
}

Result<void> RocksStore::posts_of_issue(const std::string& issue,
                                        const std::function<bool(const StoredPost&)>& each) const {
  const auto db = reading();
  if (!db) return db.error();
  const auto prefix = members_prefix(issue);
  const std::unique_ptr<rocksdb::Iterator> row{(**db)->NewIterator({}, (*db)->of(Family::members))};
  for (row->Seek(prefix); row->Valid() && row->key().starts_with(prefix); row->Next()) {
    std::string value;
    const auto key = row->key().ToString().substr(prefix.size());
    const auto found = (*db)->get(Family::posts, key, &value);
    if (found.IsNotFound()) continue;  // gone since
    if (!found.ok()) return failed(found);
    auto record = decode_post(value);
    if (!record) return record.error();
    if (const auto place = parse_post_key(key)) record->kept.hash = place->id;
    if (!each(record->kept)) return {};
  }
  if (!row->status().ok()) return failed(row->status());
  return {};
}

Result<void> RocksStore::moods_of_places(UtcTime from, UtcTime to,
                                         const std::function<void(const ToneDay&)>& each) const {
  const auto db = reading();
  if (!db) return db.error();
  const auto begin_of_day = [](int day) { return UtcTime{std::chrono::days{day}}; };
  const std::unique_ptr<rocksdb::Iterator> row{(**db)->NewIterator({}, (*db)->of(Family::meta))};
  for (row->Seek(std::string(tones_prefix)); row->Valid() && row->key().starts_with(std::string(tones_prefix));
       row->Next()) {
    const auto day = decode_tone(row->key().ToStringView(), row->value().ToStringView());
    if (!day) return day.error();
    const auto begin = begin_of_day(day->day);
    if (!day->place.empty() && from <= begin && begin < to) each(*day);
  }
  if (!row->status().ok()) return failed(row->status());
  return {};
}

Result<Issue> RocksStore::arrange(const IssueOrder& order) {
  const std::lock_guard turn{writing_};
  const auto db = ready_to_write();
  if (!db) return db.error();
  if (const auto read = read_issues(**db); !read) return read.error();
  auto issue = issues_->arrange(order);
  if (!issue) return issue;
  rocksdb::WriteBatch batch;
  issues_->write(batch);
  const auto written = write(**db, batch);
  if (written) return issue;
  issues_.reset();  // it did what is not kept
  return written.error();
}

Result<void> RocksStore::issue_orders(const std::function<bool(const IssueOrder&)>& each) const {
  const auto db = reading();
  if (!db) return db.error();
  const std::unique_ptr<rocksdb::Iterator> row{(**db)->NewIterator({}, (*db)->of(Family::meta))};
  for (row->Seek(std::string(issue_orders_prefix));
       row->Valid() && row->key().starts_with(std::string(issue_orders_prefix)); row->Next()) {
    const auto at = time_of_issue_order(row->key().ToStringView());
    if (!at) return failed(rocksdb::Status::Corruption("an order about an issue has a key without sense"));
    const auto order = decode_issue_order(*at, row->value().ToStringView());
    if (!order) return order.error();
    if (!each(*order)) break;
  }
  if (!row->status().ok()) return failed(row->status());
  return {};
}

void RocksStore::tell_of_issues(TellOfIssue tell) {
  const std::lock_guard turn{writing_};
  tell_ = std::move(tell);
}

}  // namespace barometer
