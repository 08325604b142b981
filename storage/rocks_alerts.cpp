#include <algorithm>
#include <set>

#include "storage/codec.hpp"
#include "storage/keys.hpp"
#include "storage/rocks_store.hpp"

namespace barometer {

namespace {

Result<Alert> load(const OpenDb& db, const std::string& id, const std::string& path) {
  std::string record;
  const auto found = db.get(Family::alerts, id, &record);
  if (found.IsNotFound()) return Failure{Remedy::skip, "there is no alert " + id};
  if (!found.ok()) return disk_failure(found, path);
  return decode_alert(record);
}

}  // namespace

Result<std::vector<Alert>> RocksStore::waiting_alerts(std::size_t limit) const {
  const auto db = reading();
  if (!db) return db.error();
  std::vector<Alert> waiting;
  const std::unique_ptr<rocksdb::Iterator> row{(**db)->NewIterator({}, (*db)->of(Family::outbox))};
  for (row->SeekToFirst(); row->Valid() && waiting.size() < limit; row->Next()) {
    auto alert = load(**db, row->key().ToString().substr(time_bytes), path_);
    if (!alert && alert.error().remedy == Remedy::skip) continue;  // verify() tells
    if (!alert) return alert.error();
    // Sent or withdrawn since the iterator began: no longer in the outbox.
    if (alert->waits()) waiting.push_back(std::move(*alert));
  }
  if (!row->status().ok()) return failed(row->status());
  return waiting;
}

Result<void> RocksStore::alerts(const std::function<bool(const Alert&)>& each) const {
  const auto db = reading();
  if (!db) return db.error();
  std::vector<std::pair<UtcTime, std::string>> order;  // alerts are few: a second index would not pay
  const std::unique_ptr<rocksdb::Iterator> row{(**db)->NewIterator({}, (*db)->of(Family::alerts))};
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    const auto alert = decode_alert(row->value().ToStringView());
    if (!alert) return alert.error();
    order.emplace_back(alert->raised_at, alert->id);
  }
  if (!row->status().ok()) return failed(row->status());
  std::sort(order.begin(), order.end());
  for (const auto& [raised_at, id] : order) {
    const auto alert = load(**db, id, path_);
    if (!alert) return alert.error();
    if (!each(*alert)) break;
  }
  return {};
}

Result<void> RocksStore::change_alert(const std::string& id, const std::function<void(Alert&)>& change) {
  const std::lock_guard turn{writing_};
  const auto db = ready_to_write();
  if (!db) return db.error();
  auto alert = load(**db, id, path_);
  if (!alert) return alert.error();
  const bool waited = alert->waits();
  change(*alert);
  rocksdb::WriteBatch batch;
  batch.Put((*db)->of(Family::alerts), id, encode_alert(*alert));
  if (waited && !alert->waits()) batch.Delete((*db)->of(Family::outbox), outbox_key(alert->raised_at, id));
  return write(**db, batch);
}

Result<void> RocksStore::mark_sent(const std::string& alert_id, UtcTime when) {
  return change_alert(alert_id, [when](Alert& alert) {
    ++alert.attempts;
    if (!alert.sent_at) alert.sent_at = when;
    alert.last_error.clear();
  });
}

Result<void> RocksStore::mark_failed(const std::string& alert_id, UtcTime, const std::string& error) {
  return change_alert(alert_id, [&error](Alert& alert) {
    ++alert.attempts;
    alert.last_error = error;
  });
}

Result<void> RocksStore::withhold(const std::string& alert_id, UtcTime when, const std::string& reason) {
  return change_alert(alert_id, [&](Alert& alert) {
    if (!alert.waits()) return;
    alert.withdrawn_at = when;
    alert.withheld = reason;
  });
}

Result<void> RocksStore::acknowledge(const std::string& alert_id, UtcTime when) {
  return change_alert(alert_id, [when](Alert& alert) {
    if (!alert.acknowledged_at) alert.acknowledged_at = when;
  });
}

Result<std::size_t> RocksStore::raise(std::span<const Alert> alerts) {
  const std::lock_guard turn{writing_};
  const auto db = ready_to_write();
  if (!db) return db.error();
  rocksdb::WriteBatch batch;
  std::set<std::string> raised;
  for (const auto& alert : alerts) {
    std::string record;
    const auto found = (*db)->get(Family::alerts, alert.id, &record);
    if (!found.ok() && !found.IsNotFound()) return failed(found);
    if (found.ok() || !raised.insert(alert.id).second) continue;
    batch.Put((*db)->of(Family::alerts), alert.id, encode_alert(alert));
    batch.Put((*db)->of(Family::outbox), outbox_key(alert.raised_at, alert.id), "");
  }
  if (raised.empty()) return std::size_t{0};
  if (const auto written = write(**db, batch); !written) return written.error();
  return raised.size();
}

}  // namespace barometer
