#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <rocksdb/env.h>

#include "storage/store.hpp"

// Invented posts, and stores to put them in.
namespace barometer {

inline UtcTime at_minute(std::int64_t minute) { return UtcTime{std::chrono::minutes{minute}}; }

// 03:30 UTC on 22 November 2026, late in the evening of the 21st further west.
inline constexpr std::int64_t evening = 29'921'970;

inline Entry heard(std::string id, std::int64_t minute = evening, Sentiment sentiment = Sentiment::neutral,
                   std::vector<Concern> concerns = {}) {
  Entry entry;
  entry.post.platform = "mastodon";
  entry.post.source = "social.example";
  entry.post.id = std::move(id);
  entry.post.author = "~author";
  entry.post.made_at = at_minute(minute);
  entry.post.seen_at = at_minute(minute + 1);
  entry.post.text = "Nineteen hours on a trolley";
  entry.post.tags = {"nhssm"};
  entry.assessment.sentiment = sentiment;
  for (const auto& concern : concerns)
    entry.assessment.severity = std::max(entry.assessment.severity, concern.severity);
  entry.assessment.concerns = std::move(concerns);
  entry.watched = {"nhssm"};
  return entry;
}

inline Entry tombstone(std::string id, std::int64_t minute = evening + 60) {
  Entry entry;
  entry.post.source = "social.example";
  entry.post.id = std::move(id);
  entry.post.deleted = true;
  entry.post.seen_at = at_minute(minute);
  return entry;
}

inline Entry edited(Entry entry, std::string text, std::int64_t minute) {
  entry.post.text = std::move(text);
  entry.post.edited_at = at_minute(minute);
  return entry;
}

inline Alert alert(std::string id, const Entry& about) {
  Alert alert;
  alert.id = std::move(id);
  alert.recipient = "patient experience lead";
  alert.post = about.post.id;
  alert.issue.theme = Theme::never_event;
  alert.issue.severity = about.assessment.severity;
  alert.issue.first_post_at = alert.issue.last_post_at = about.post.made_at;
  alert.raised_at = about.post.seen_at;
  return alert;
}

inline Batch page(std::vector<Entry> entries, std::string cursor = "") {
  Batch batch;
  batch.source = "social.example";
  batch.entries = std::move(entries);
  if (!cursor.empty()) batch.cursor = Cursor{std::move(cursor)};
  return batch;
}

// A disk in memory; what is on it outlives a store that was closed.
struct Memory {
  std::unique_ptr<rocksdb::Env> env{rocksdb::NewMemEnv(rocksdb::Env::Default())};
  StoreSettings settings() const { return {.path = "/store", .env = env.get()}; }
  std::unique_ptr<Store> open() const { return Store::open(settings()).value(); }
};

// What the store says, in full; throws on a failure, which fails the test.
inline std::vector<Outcome> commit(Store& store, const Batch& batch) {
  return store.commit({&batch, 1}).value().front().outcomes;
}

inline std::vector<StoredPost> all_posts(const Store& store, const PostFilter& filter = {}, bool newest_first = false) {
  std::vector<StoredPost> posts;
  store.posts(filter, newest_first, [&](const StoredPost& post) { return posts.push_back(post), true; }).value();
  return posts;
}

inline std::vector<std::string> ids(const Store& store, const PostFilter& filter = {}, bool newest_first = false) {
  std::vector<std::string> found;
  for (const auto& kept : all_posts(store, filter, newest_first)) found.push_back(kept.post.id);
  return found;
}

inline std::vector<SeriesPoint> points(const Store& store, const SeriesFilter& filter = {}) {
  std::vector<SeriesPoint> found;
  store.series(filter, [&](const SeriesPoint& point) { return found.push_back(point), true; }).value();
  return found;
}

inline std::vector<std::string> waiting(const Store& store) {
  std::vector<std::string> found;
  for (const auto& alert : store.waiting_alerts(100).value()) found.push_back(alert.id);
  return found;
}

// One line a difference; empty when there is none.
inline std::string differences(const Store& store) {
  std::string lines;
  for (const auto& difference : store.verify({}).value().differences) lines += difference.what + '\n';
  return lines;
}

}  // namespace barometer
