#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "connectors/digest.hpp"
#include "storage/codec.hpp"
#include "storage/keys.hpp"
#include "storage/review_rows.hpp"
#include "storage/rocks_store.hpp"
#include "storage/series.hpp"
#include "storage/source_codec.hpp"
#include "storage/verify_sources.hpp"
#include "storage/word_index.hpp"

namespace barometer {

namespace {

constexpr std::size_t most_differences = 1000;
constexpr std::uint64_t posts_between_reports = 10'000;
constexpr std::array resolutions{Resolution::minute, Resolution::hour, Resolution::day};
constexpr std::array<const char*, 3> resolution_names{"minute", "hour", "day"};

std::string number(std::int64_t value) { return std::to_string(value); }

std::string described(const std::string& key, std::optional<UtcTime> bucket = {}) {
  const auto series = parse_series_key(key);
  if (!series) return "series with a key that makes no sense, " + to_hex(key);
  return std::string("series ") + resolution_names[static_cast<std::size_t>(series->resolution)] +
         " tag=" + series->tag + " source=" + series->source +
         " bucket=" + number(bucket.value_or(series->day).time_since_epoch().count());
}

std::int64_t posts_in(std::span<const Counts::value_type> counts) {
  SeriesPoint point;
  fill(point, counts);
  std::int64_t posts = 0;
  for (const auto& of_sentiment : point.posts)
    for (const auto count : of_sentiment) posts += count;
  return posts;
}

// One pass over the posts, oldest first, a day at a time: what a day's posts add up to is compared with that day's rows.
// A second pass, over the rows, finds those of days that have no post. All at one snapshot.
class Recount {
 public:
  Recount(const OpenDb& db, const std::string& path, const rocksdb::Snapshot* at) : db_(db), path_(path) {
    options_.snapshot = at;
    options_.fill_cache = false;  // the whole store would push out what queries need
    series_rows_ = rows(Family::series);
  }

  // Of a range of days, what has no post to lead to it is not looked for.
  Result<Verified> run(const VerifyOrder& order) {
    if (order.from) from_ = bucket_of(Resolution::day, *order.from);
    to_ = order.to;
    const auto& progress = order.progress;
    if (const auto read = read_names(Family::series, [](UtcTime) {}); !read) return read.error();
    const auto settled_on = [this](UtcTime day) {
      if (meant(day)) settled_days_.insert(day);
    };
    if (const auto read = read_names(Family::settled, settled_on, true); !read) return read.error();
    if (const auto read = read_posts(progress); !read) return read.error();
    if (const auto read = read_rows(); !read) return read.error();
    if (const auto read = compare_words(); !read) return read.error();
    if (from_ || to_) return std::move(verified_);
    if (const auto read = read_ids(); !read) return read.error();
    if (const auto read = read_alerts(); !read) return read.error();
    if (const auto read = read_outbox(); !read) return read.error();
    if (const auto read = read_natives(); !read) return read.error();
    const auto differs = [this](std::string what) { differ(std::move(what)); };
    if (const auto read = check_sources(db_, options_, path_, differs); !read) return read.error();
    if (const auto read = check_reviews(db_, options_, path_, differs); !read) return read.error();
    return std::move(verified_);
  }

 private:
  using Name = std::pair<std::string, std::string>;  // tag, source
  using Iterator = std::unique_ptr<rocksdb::Iterator>;

  bool meant(UtcTime day) const { return (!from_ || day >= *from_) && (!to_ || day < *to_); }

  Iterator rows(Family family) const { return Iterator{db_->NewIterator(options_, db_.of(family))}; }
  Result<void> ended(const Iterator& row) const {
    if (row->status().ok()) return {};
    return disk_failure(row->status(), path_);
  }

  void differ(std::string what) {
    if (verified_.differences.size() < most_differences)
      verified_.differences.push_back({std::move(what)});
    else
      ++verified_.further;
  }

  // Of every series in the family; `each` row's day is told if `all` of them are to be met.
  Result<void> read_names(Family family, const std::function<void(UtcTime)>& each, bool all = false) {
    const auto row = rows(family);
    for (row->SeekToFirst(); row->Valid();) {
      const auto key = parse_series_key(row->key().ToStringView());
      if (!key || (family == Family::settled && key->resolution != Resolution::minute)) {
        differ(described(row->key().ToString()));
        row->Next();
        continue;
      }
      names_.emplace(key->tag, key->source);
      each(key->day);
      if (all)
        row->Next();
      else
        row->Seek(after_prefix(series_prefix(key->resolution, key->tag, key->source)));
    }
    return ended(row);
  }

  Result<void> read_posts(const std::function<void(std::uint64_t)>& progress) {
    const auto row = rows(Family::posts);
    for (row->Seek(from_ ? time_key(*from_) : ""); row->Valid(); row->Next()) {
      const auto key = parse_post_key(row->key().ToStringView());
      if (key && !meant(bucket_of(Resolution::day, key->made_at))) break;
      const auto record = decode_post(row->value().ToStringView());
      if (!key || !record) {
        differ("post " + to_hex(row->key().ToStringView()) + " cannot be read");
        continue;
      }
      const auto day = bucket_of(Resolution::day, key->made_at);
      if (days_.empty() || *days_.rbegin() != day)
        if (const auto begun = begin_day(day); !begun) return begun;
      if (const auto checked = check_post(*key, row->key().ToStringView(), *record); !checked) return checked;
      tally_.count(record->kept.post, record->kept.assessment, record->kept.watched, +1);
      words_.count(record->kept);
      for (const auto& tag : record->kept.watched) names_.emplace(tag, record->kept.post.source);
      if (++verified_.posts % posts_between_reports == 0 && progress) progress(verified_.posts);
    }
    while (!settled_days_.empty())
      if (const auto begun = begin_day(*settled_days_.begin()); !begun) return begun;
    if (const auto compared = end_of_day(); !compared) return compared;
    if (progress) progress(verified_.posts);
    return ended(row);
  }

  // Days on which nothing is left but settled counts go before it, in their order.
  Result<void> begin_day(UtcTime day) {
    for (;;) {
      const auto settled = settled_days_.begin();
      const bool before = settled != settled_days_.end() && *settled < day;
      const auto next = before ? *settled : day;
      if (const auto compared = end_of_day(); !compared) return compared;
      days_.insert(days_.end(), next);
      if (settled_days_.erase(next) == 1)
        if (const auto counted = count_settled(next); !counted) return counted;
      if (!before) return {};
    }
  }

  // Posts whose time was over count on; of those only this is left.
  Result<void> count_settled(UtcTime day) {
    const auto row = rows(Family::settled);
    for (const auto& [tag, source] : names_) {
      const auto key = series_key(Resolution::minute, tag, source, day);
      row->Seek(key);
      if (const auto read = ended(row); !read) return read;
      if (!row->Valid() || row->key() != rocksdb::Slice(key)) continue;
      Counts counts;
      if (!add_encoded(counts, row->value().ToStringView()))
        differ(described(key) + ": settled counts that make no sense");
      for (const auto& minute : buckets_of(Resolution::minute, day, counts)) tally_.add(tag, source, minute, +1);
    }
    return {};
  }

  Result<void> check_post(const PostKey& key, std::string_view bytes, const PostRecord& record) {
    const auto& post = record.kept.post;
    const auto who = [&] { return "post " + to_hex(bytes); };
    const bool nameless = record.kept.author_gone && post.id.empty();
    if ((!nameless && key.id != hash_id(post.id)) || key.made_at != post.made_at)
      differ(who() + " is kept under a key not its own");
    for (const auto& alert : record.alerts) {
      std::string ignored;
      const auto found = db_->Get(options_, db_.of(Family::alerts), alert, &ignored);
      if (found.IsNotFound()) differ(who() + " raised an alert that is missing, " + alert);
      if (!found.ok() && !found.IsNotFound()) return disk_failure(found, path_);
    }
    std::string value;
    const auto found = db_->Get(options_, db_.of(Family::ids), rocksdb::Slice(key.id.data(), key.id.size()), &value);
    if (!found.ok() && !found.IsNotFound()) return disk_failure(found, path_);
    const auto id = found.ok() ? decode_id(value) : Result<IdRecord>{Failure{}};
    if (!id || id->deleted || id->made_at != key.made_at)
      differ(who() + (found.ok() ? " is not what its id says" : " is missing among the ids"));
    else if (!record.kept.text_gone && id->fingerprint != fingerprint_of(post))
      differ(who() + " has a fingerprint that is not its own");
    else
      ++ids_met_;
    if (nameless) return {};
    return check_native(native_key(post, key.id), key.made_at, who());
  }

  Result<void> check_native(const std::string& key, UtcTime made_at, const std::string& who) {
    std::string value;
    const auto found = db_->Get(options_, db_.of(Family::natives), key, &value);
    if (!found.ok() && !found.IsNotFound()) return disk_failure(found, path_);
    if (found.IsNotFound())
      differ(who + " is missing among the native ids");
    else if (value != encode_moment(made_at))
      differ(who + " is not what its native id says");
    natives_met_ += found.ok() ? 1 : 0;
    return {};
  }

  // As with the ids: every post met its own.
  Result<void> read_natives() {
    std::uint64_t kept = 0;
    const auto row = rows(Family::natives);
    for (row->SeekToFirst(); row->Valid(); row->Next()) ++kept;
    if (kept > natives_met_)
      differ(number(static_cast<std::int64_t>(kept - natives_met_)) + " native ids have no post");
    return ended(row);
  }

  Result<void> end_of_day() {
    if (days_.empty()) return {};
    std::map<std::string, Tally::Row> counted;
    for (auto& row : tally_.rows()) counted.emplace(row.key, std::move(row));
    tally_.clear();
    const auto day = *days_.rbegin();
    for (const auto& [key, row] : counted) verified_.series += buckets_of(row.resolution, day, row.counts).size();
    for (const auto resolution : resolutions)
      for (const auto& [tag, source] : names_) {
        const auto key = series_key(resolution, tag, source, day);
        auto expected = counted.extract(key);
        const auto compared =
            compare_day(resolution, key, day, expected.empty() ? Counts{} : std::move(expected.mapped().counts));
        if (!compared) return compared;
      }
    return {};
  }

  Result<void> compare_day(Resolution resolution, const std::string& key, UtcTime day, const Counts& recounted) {
    const auto& row = series_rows_;
    row->Seek(key);
    if (const auto read = ended(row); !read) return read;
    const bool there = row->Valid() && row->key() == rocksdb::Slice(key);
    Counts kept;
    if (there && !add_encoded(kept, row->value().ToStringView()))
      differ(described(key) + ": counts that make no sense, " + number(posts_in(recounted)) + " recounted");
    else if (kept != recounted)
      compare_buckets(key, buckets_of(resolution, day, kept), buckets_of(resolution, day, recounted));
    return {};
  }

  void compare_buckets(const std::string& key, const std::vector<Bucket>& kept, const std::vector<Bucket>& recounted) {
    std::map<UtcTime, std::array<std::span<const Counts::value_type>, 2>> both;
    for (const auto& bucket : kept) both[bucket.begin][0] = bucket.counts;
    for (const auto& bucket : recounted) both[bucket.begin][1] = bucket.counts;
    bool told = false;
    for (const auto& [begin, counts] : both) {
      if (std::ranges::equal(counts[0], counts[1])) continue;
      const auto there = posts_in(counts[0]);
      const auto meant = posts_in(counts[1]);
      differ(described(key, begin) + ": " + number(there) + " posts kept in it, " + number(meant) + " recounted" +
             (there == meant ? ", or of other sentiment, concern or severity" : ""));
      told = true;
    }
    if (!told) differ(described(key) + ": counts of times that its day does not have");
  }

  Result<void> compare_words() {
    const auto differences = words_.compare(db_, options_, path_, [this](UtcTime day) { return meant(day); });
    if (!differences) return differences.error();
    for (const auto& difference : *differences) differ(difference);
    return {};
  }

  // Rows of the days that have posts or settled counts were compared above.
  Result<void> read_rows() {
    const auto row = rows(Family::series);
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
      const auto key = parse_series_key(row->key().ToStringView());
      if (!key || !meant(key->day) || days_.contains(key->day)) continue;
      Counts kept;
      if (!add_encoded(kept, row->value().ToStringView()))
        differ(described(row->key().ToString()) + ": counts that make no sense, 0 recounted");
      else if (!kept.empty())
        compare_buckets(row->key().ToString(), buckets_of(key->resolution, key->day, kept), {});
    }
    return ended(row);
  }

  // Every post met its own id; if there are no more ids than that, there is nothing else to find.
  Result<void> read_ids() {
    std::uint64_t kept = 0;
    const auto row = rows(Family::ids);
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
      const auto id = decode_id(row->value().ToStringView());
      if (!id || row->key().size() != IdHash{}.size())
        differ("id " + to_hex(row->key().ToStringView()) + " cannot be read");
      if (id && !id->deleted) ++kept;
    }
    if (!row->status().ok() || kept == ids_met_) return ended(row);
    return find_ids_without_post();
  }

  Result<void> find_ids_without_post() {
    const auto row = rows(Family::ids);
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
      const auto id = decode_id(row->value().ToStringView());
      if (!id || id->deleted) continue;
      std::string ignored;
      const auto key = time_key(id->made_at) + row->key().ToString();
      const auto found = db_->Get(options_, db_.of(Family::posts), key, &ignored);
      if (!found.ok() && !found.IsNotFound()) return disk_failure(found, path_);
      if (found.IsNotFound())
        differ("id " + to_hex(row->key().ToStringView()) + " is remembered, but its post is missing");
    }
    return ended(row);
  }

  Result<void> read_alerts() {
    const auto row = rows(Family::alerts);
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
      const auto alert = decode_alert(row->value().ToStringView());
      if (!alert || row->key() != rocksdb::Slice(alert->id)) {
        differ("alert " + row->key().ToString() + " cannot be read");
        continue;
      }
      if (!alert->sent_at && !alert->withdrawn_at) waiting_.insert(outbox_key(alert->raised_at, alert->id));
    }
    return ended(row);
  }

  Result<void> read_outbox() {
    const auto row = rows(Family::outbox);
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
      const auto key = row->key().ToString();
      if (waiting_.erase(key) == 0)
        differ("the outbox holds an alert that does not wait, " + key.substr(std::min(key.size(), time_bytes)));
    }
    for (const auto& key : waiting_) differ("a waiting alert is missing in the outbox, " + key.substr(time_bytes));
    return ended(row);
  }

  const OpenDb& db_;
  const std::string& path_;
  rocksdb::ReadOptions options_;
  Iterator series_rows_;         // one for all days: to open it takes longer than to seek
  std::optional<UtcTime> from_;  // days that begin in [from_, to_) are meant; empty: all
  std::optional<UtcTime> to_;
  Verified verified_;
  WordRecount words_;
  Tally tally_;                     // of the day at hand
  std::set<Name> names_;            // of every series there is or should be
  std::set<UtcTime> days_;          // that have posts, or settled counts; the last is the day at hand
  std::set<UtcTime> settled_days_;  // still to come
  std::uint64_t ids_met_ = 0;
  std::uint64_t natives_met_ = 0;
  std::set<std::string> waiting_;  // outbox keys that should be there
};

}  // namespace

Result<Verified> RocksStore::verify(const VerifyOrder& order) const {
  const auto db = reading();
  if (!db) return db.error();
  const OpenDb& open = **db;
  rocksdb::ManagedSnapshot at{open.operator->()};
  return Recount{open, path_, at.snapshot()}.run(order);
}

}  // namespace barometer
