#include <algorithm>

#include "storage/codec.hpp"
#include "storage/keys.hpp"
#include "storage/rocks_store.hpp"
#include "storage/source_codec.hpp"

namespace barometer {

namespace {

bool matches(const Gap& gap, const GapFilter& filter) {
  return (!filter.source || gap.source == *filter.source) && (!filter.reason || gap.reason == *filter.reason) &&
         (!filter.to || gap.from < *filter.to) && (!filter.from || !gap.to || *gap.to > *filter.from);
}

// Rows of one family that begin with a prefix (empty: all), from `begin` on; stop by returning false.
Result<void> each_row(const OpenDb& db, Family family, const std::string& prefix, const std::string& begin,
                      const std::string& path,
                      const std::function<Result<bool>(std::string_view key, std::string_view value)>& each) {
  const std::unique_ptr<rocksdb::Iterator> row{db->NewIterator({}, db.of(family))};
  for (row->Seek(begin); row->Valid() && row->key().starts_with(prefix); row->Next()) {
    const auto more = each(row->key().ToStringView(), row->value().ToStringView());
    if (!more) return more.error();
    if (!*more) return {};
  }
  if (!row->status().ok()) return disk_failure(row->status(), path);
  return {};
}

Failure senseless(const char* what, const std::string& path) {
  return disk_failure(rocksdb::Status::Corruption(std::string(what) + " has a key that makes no sense"), path);
}

// The least key above `key`.
std::string just_after(std::string key) {
  key.push_back('\0');
  return key;
}

std::string first_of(const KeptFilter& filter) {
  const auto prefix = natives_prefix(filter.platform, filter.source);
  return filter.after.empty() ? prefix : std::max(just_after(filter.after), prefix);
}

}  // namespace

Result<void> RocksStore::gaps(const GapFilter& filter, const std::function<bool(const Gap&)>& each) const {
  const auto db = reading();
  if (!db) return db.error();
  const auto prefix = filter.source ? gaps_prefix(*filter.source) : std::string{};
  return each_row(**db, Family::gaps, prefix, prefix, path_,
                  [&](std::string_view key, std::string_view value) -> Result<bool> {
                    const auto parsed = parse_gap_key(key);
                    if (!parsed) return senseless("a gap", path_);
                    const auto gap = decode_gap(parsed->source, parsed->from, value);
                    if (!gap) return gap.error();
                    return !matches(*gap, filter) || each(*gap);
                  });
}

Result<void> RocksStore::sources(const std::optional<std::string>& source,
                                 const std::function<bool(const std::string&, const SourceRecord&)>& each) const {
  const auto db = reading();
  if (!db) return db.error();
  const auto prefix = source ? source_key(*source) : std::string{};
  return each_row(**db, Family::sources, prefix, prefix, path_,
                  [&](std::string_view key, std::string_view value) -> Result<bool> {
                    const auto parsed = parse_source_key(key);
                    if (!parsed) return senseless("a source", path_);
                    if (parsed->slot) return true;
                    const auto record = decode_source(value);
                    if (!record) return record.error();
                    return each(parsed->source, *record);
                  });
}

Result<std::vector<HourTally>> RocksStore::tallies(const std::string& source, UtcTime now) const {
  const auto db = reading();
  if (!db) return db.error();
  std::vector<HourTally> tallies;
  const auto prefix = source_prefix(source);
  const auto read = each_row(**db, Family::sources, prefix, prefix, path_,
                             [&](std::string_view key, std::string_view value) -> Result<bool> {
                               const auto parsed = parse_source_key(key);
                               if (!parsed) return senseless("a source", path_);
                               if (!parsed->slot) return true;
                               const auto tally = decode_tally(value);
                               if (!tally) return tally.error();
                               // What was written before the last round of the ring is over.
                               if (now - tally->hour < std::chrono::hours{tallied_hours}) tallies.push_back(*tally);
                               return true;
                             });
  if (!read) return read.error();
  std::sort(tallies.begin(), tallies.end(), [](const HourTally& a, const HourTally& b) { return a.hour < b.hour; });
  return tallies;
}

Result<std::optional<UtcTime>> RocksStore::alive() const {
  const auto db = reading();
  if (!db) return db.error();
  std::string value;
  const auto found = (*db)->get(Family::meta, "alive", &value);
  if (found.IsNotFound()) return std::optional<UtcTime>{};
  if (!found.ok()) return failed(found);
  const auto moment = decode_moment(value);
  if (!moment) return moment.error();
  return std::optional{*moment};
}

Result<KeptPage> RocksStore::kept_posts(const KeptFilter& filter) const {
  const auto db = reading();
  if (!db) return db.error();
  KeptPage page;
  const auto take = [&](std::string_view key, std::string_view value) -> Result<bool> {
    const auto native = parse_native_key(key);
    const auto made_at = decode_moment(value);
    if (!native) return senseless("a native id", path_);
    if (!made_at) return made_at.error();
    if (*made_at < filter.made_since) return true;
    if (page.posts.size() == filter.limit) return false;
    std::string record;
    const auto found = (*db)->get(Family::posts, post_key(*made_at, native->id), &record);
    if (found.IsNotFound()) return true;  // deleted this moment; or else verify() tells
    if (!found.ok()) return failed(found);
    const auto post = decode_post(record);
    if (!post) return post.error();
    page.posts.push_back({post->kept.post.id, native->native_id, post->kept.post.url});
    page.next = std::string(key);
    return true;
  };
  const auto read =
      each_row(**db, Family::natives, natives_prefix(filter.platform, filter.source), first_of(filter), path_, take);
  if (!read) return read.error();
  return page;
}

Result<std::uint64_t> RocksStore::kept_posts_after(const KeptFilter& filter) const {
  const auto db = reading();
  if (!db) return db.error();
  std::uint64_t posts = 0;
  const auto count = [&](std::string_view, std::string_view value) -> Result<bool> {
    const auto made_at = decode_moment(value);
    if (!made_at) return made_at.error();
    posts += *made_at >= filter.made_since ? 1 : 0;
    return true;
  };
  const auto read =
      each_row(**db, Family::natives, natives_prefix(filter.platform, filter.source), first_of(filter), path_, count);
  if (!read) return read.error();
  return posts;
}

}  // namespace barometer
