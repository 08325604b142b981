#include "storage/codec.hpp"
#include "storage/keys.hpp"
#include "storage/rocks_store.hpp"
#include "storage/series.hpp"
#include "storage/word_index.hpp"

namespace barometer {

namespace {

// The keys between which a filter's posts are: [lower, upper).
struct Bounds {
  std::string lower = {};
  std::string upper = {};  // empty: none
};

Bounds bounds_of(const PostFilter& filter, bool newest_first) {
  Bounds bounds;
  if (filter.from) bounds.lower = time_key(*filter.from);
  if (filter.to) bounds.upper = time_key(*filter.to);
  if (!filter.after) return bounds;
  auto place = post_key(filter.after->made_at, filter.after->hash);
  if (newest_first && (bounds.upper.empty() || place < bounds.upper)) bounds.upper = std::move(place);
  if (!newest_first && (place += '\0') > bounds.lower) bounds.lower = std::move(place);
  return bounds;
}

// One walk over posts, all at one moment.
class PostWalk {
 public:
  PostWalk(const OpenDb& db, const std::string& path, const PostFilter& filter, bool newest_first,
           const std::function<bool(const StoredPost&)>& each)
      : db_(db),
        path_(path),
        filter_(filter),
        newest_first_(newest_first),
        each_(each),
        at_(db.operator->()),
        bounds_(bounds_of(filter, newest_first)),
        lower_(bounds_.lower),
        upper_(bounds_.upper) {
    rocksdb::ReadOptions options;
    options.snapshot = at_.snapshot();
    if (!bounds_.lower.empty()) options.iterate_lower_bound = &lower_;
    if (!bounds_.upper.empty()) options.iterate_upper_bound = &upper_;
    row_.reset(db->NewIterator(options, db.of(Family::posts)));
  }

  Result<std::optional<PostPlace>> run() {
    auto groups = wanted_terms(filter_);
    const auto done = groups.empty() ? read_all() : look_up(std::move(groups));
    if (!done) return done.error();
    if (!row_->status().ok()) return disk_failure(row_->status(), path_);
    return gave_up_;
  }

 private:
  void step() { newest_first_ ? row_->Prev() : row_->Next(); }

  Result<void> read_all() {
    for (newest_first_ ? row_->SeekToLast() : row_->SeekToFirst(); row_->Valid() && !stopped_; step())
      if (const auto read = read_here(); !read) return read;
    return {};
  }

  Result<void> look_up(std::vector<std::vector<Term>> groups) {
    newest_first_ ? row_->SeekToFirst() : row_->SeekToLast();
    const auto last = day_here();
    newest_first_ ? row_->SeekToLast() : row_->SeekToFirst();
    WordWalk walk{db_, path_, at_.snapshot(), std::move(groups), newest_first_};
    for (auto from = day_here(); from && last && !stopped_;) {
      const auto day = walk.next(*from, *last);
      if (!day) return day.error();
      if (!*day) break;
      for (const auto second : (*day)->seconds) {
        if (stopped_) break;
        if (const auto read = read_second((*day)->begin + std::chrono::seconds{second}); !read) return read;
      }
      from = walk.behind((*day)->begin);
    }
    return {};
  }

  std::optional<UtcTime> day_here() const {
    if (!row_->Valid()) return std::nullopt;
    return bucket_of(Resolution::day, time_of(row_->key().ToStringView()));
  }

  // The next second is often only a few posts away; then going there is cheaper than looking it up.
  Result<void> read_second(UtcTime begin) {
    constexpr int near_by = 8;
    const auto first = time_key(begin);
    constexpr std::chrono::seconds one{1};
    const auto end = time_key(begin > UtcTime::max() - one ? UtcTime::max() : begin + one);
    const auto outside = [&] {
      const auto key = row_->key().ToStringView();
      return newest_first_ ? key >= end : key < first;
    };
    for (int steps = 0; steps < near_by && row_->Valid() && outside(); ++steps) step();
    if (!row_->Valid() || outside()) newest_first_ ? row_->SeekForPrev(end) : row_->Seek(first);
    for (; row_->Valid() && !stopped_; step()) {
      const auto key = row_->key().ToStringView();
      if (newest_first_ ? key < first : key >= end) break;
      if (const auto read = read_here(); !read) return read;
    }
    return {};
  }

  Result<void> read_here() {
    auto record = decode_post(row_->value().ToStringView());
    if (!record) return record.error();
    if (const auto key = parse_post_key(row_->key().ToStringView())) record->kept.hash = key->id;
    if (matches(record->kept, filter_)) {
      stopped_ = !each_(record->kept);
    } else if (++in_vain_ == filter_.reads) {
      stopped_ = true;
      gave_up_ = place_of(record->kept);
    }
    return {};
  }

  const OpenDb& db_;
  const std::string& path_;
  const PostFilter& filter_;
  const bool newest_first_;
  const std::function<bool(const StoredPost&)>& each_;
  rocksdb::ManagedSnapshot at_;
  const Bounds bounds_;
  const rocksdb::Slice lower_;
  const rocksdb::Slice upper_;
  std::unique_ptr<rocksdb::Iterator> row_;
  std::size_t in_vain_ = 0;
  bool stopped_ = false;
  std::optional<PostPlace> gave_up_;
};

}  // namespace

Result<std::optional<PostPlace>> RocksStore::posts(const PostFilter& filter, bool newest_first,
                                                   const std::function<bool(const StoredPost&)>& each) const {
  const auto db = reading();
  if (!db) return db.error();
  if (filter.from && filter.to && *filter.to <= *filter.from) return std::optional<PostPlace>{};
  return PostWalk{**db, path_, filter, newest_first, each}.run();
}

}  // namespace barometer
