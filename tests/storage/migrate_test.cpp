#include "storage/migrate.hpp"

#include <doctest/doctest.h>
#include <rocksdb/write_batch.h>

#include "storage/codec.hpp"
#include "storage/keys.hpp"
#include "storage/series.hpp"
#include "tests/storage/samples.hpp"

namespace barometer {
namespace {

constexpr std::int64_t day = 1440;  // minutes

void set_schema(const OpenDb& db, char schema) {
  REQUIRE(db->Put({}, db.of(Family::meta), "schema", std::string{'\1', schema}).ok());
}

// The rows as schema 6 had them, one for each bucket, its resolution in front: of days, the first `days` only.
void unpack(const OpenDb& db, Family family, int days = 1000) {
  rocksdb::WriteBatch batch;
  const std::unique_ptr<rocksdb::Iterator> row{db->NewIterator({}, db.of(family))};
  for (row->SeekToFirst(); row->Valid() && days > 0; row->Next(), --days) {
    const auto key = parse_series_key(row->key().ToStringView()).value();
    Counts counts;
    REQUIRE(add_encoded(counts, row->value().ToStringView()));
    for (const auto& bucket : buckets_of(key.resolution, key.day, counts)) {
      auto old = series_key(key.resolution, key.tag, key.source, bucket.begin);
      old.front() = static_cast<char>(key.resolution);
      Counts of_bucket{bucket.counts.begin(), bucket.counts.end()};
      for (auto& entry : of_bucket) entry.first -= first_cell(key.resolution, key.day, bucket.begin);
      batch.Merge(db.of(family), old, encode_counts(of_bucket));
    }
    batch.Delete(db.of(family), row->key());
  }
  REQUIRE(db->Write({}, &batch).ok());
}

std::vector<std::int64_t> counted(const Store& store, Resolution resolution) {
  std::vector<std::int64_t> counts;
  for (const auto& point : points(store, {.resolution = resolution})) {
    counts.push_back(point.bucket.time_since_epoch().count());
    for (const auto& of_sentiment : point.posts)
      for (const auto count : of_sentiment) counts.push_back(count);
  }
  return counts;
}

Entry native(std::string id, std::string native_id) {
  auto entry = heard(std::move(id));
  entry.post.native_id = std::move(native_id);
  return entry;
}

TEST_CASE("a store of the first schema learns the native ids when the daemon opens it") {
  const Memory memory;
  const auto entry = native("a", "1");
  commit(*memory.open(), page({entry}));
  {
    const auto db = open_db(memory.settings()).value();
    REQUIRE((*db)->Delete({}, db->of(Family::natives), native_key(entry.post, hash_id("a"))).ok());
    unpack(*db, Family::series);
    set_schema(*db, 1);
  }
  auto settings = memory.settings();
  settings.read_only = true;
  CHECK(Store::open(settings).error().detail.find("older barometer") != std::string::npos);
  const auto store = memory.open();
  CHECK(differences(*store).empty());
  auto gone = tombstone("");
  gone.post.platform = "mastodon";
  gone.post.native_id = "1";
  CHECK(commit(*store, page({gone})) == std::vector{Outcome::deleted});
}

TEST_CASE("a store of the seventh schema is one of the present when the daemon has opened it") {
  const Memory memory;
  commit(*memory.open(), page({heard("a")}));
  set_schema(*open_db(memory.settings()).value(), 7);
  auto settings = memory.settings();
  settings.read_only = true;
  CHECK(Store::open(settings).error().detail.find("older barometer") != std::string::npos);
  CHECK(differences(*memory.open()).empty());
  CHECK(Store::open(settings).has_value());
}

TEST_CASE("a store of the sixth schema has its counts by the day afterwards, and counts as before") {
  for (const int moved_before : {0, 1, 4, 1000}) {  // cut short, some rows are of one kind and some of the other
    CAPTURE(moved_before);
    const Memory memory;
    std::vector<std::int64_t> before[3];
    constexpr Resolution resolutions[] = {Resolution::minute, Resolution::hour, Resolution::day};
    {
      const auto store = memory.open();
      auto other = heard("e", evening + 3 * day);
      other.watched = {"nhssm", "trolleys"};
      commit(*store, page({heard("a"), heard("b", evening + 1), heard("c", evening + 61, Sentiment::negative),
                           heard("d", evening - 2000 * day), other}));
      // Its time is over, its counts stay.
      for (std::string next;;) {
        const auto swept = store->expire({}, at_minute(evening - 1500 * day), next, 100).value();
        next = swept.next;
        if (next.empty()) break;
      }
      for (const auto resolution : resolutions)
        before[static_cast<std::size_t>(resolution)] = counted(*store, resolution);
      REQUIRE(all_posts(*store).size() == 4);
    }
    {
      const auto db = open_db(memory.settings()).value();
      unpack(*db, Family::series, moved_before == 0 ? 1000 : moved_before);
      if (moved_before != 1) unpack(*db, Family::settled);
      set_schema(*db, 6);
    }
    const auto store = memory.open();
    for (const auto resolution : resolutions)
      CHECK(counted(*store, resolution) == before[static_cast<std::size_t>(resolution)]);
    CHECK(differences(*store).empty());
    CHECK(commit(*store, page({tombstone("a", evening + 4 * day)})) == std::vector{Outcome::deleted});
    CHECK(differences(*store).empty());
  }
}

TEST_CASE("counts of an older store that make no sense are told, and nothing is lost") {
  const Memory memory;
  commit(*memory.open(), page({heard("a")}));
  auto broken = series_key(Resolution::hour, "nhssm", "social.example", at_minute(evening - 30));
  broken.front() = '\1';
  {
    const auto db = open_db(memory.settings()).value();
    unpack(*db, Family::series);
    REQUIRE((*db)->Put({}, db->of(Family::series), broken, "\7").ok());
    set_schema(*db, 6);
  }
  const auto refused = Store::open(memory.settings());
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().detail.find("counts that make no sense") != std::string::npos);
  CHECK(refused.error().remedy == Remedy::ask_operator);
}

}  // namespace
}  // namespace barometer
