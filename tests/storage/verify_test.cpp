#include <functional>

#include <doctest/doctest.h>

#include "storage/codec.hpp"
#include "storage/keys.hpp"
#include "storage/open_db.hpp"
#include "storage/series.hpp"
#include "tests/storage/samples.hpp"

namespace barometer {
namespace {

using rocksdb::Slice;

Slice slice(const IdHash& hash) { return {hash.data(), hash.size()}; }

// Two posts on two days, one of which raised an alert.
void fill(Store& store) {
  auto grave = heard("secret-id", evening, Sentiment::negative, {{.theme = Theme::never_event, .severity = 4}});
  grave.alerts = {alert("a1", grave)};
  commit(store, page({grave, heard("other", evening + 1440)}));
}

TEST_CASE("verify counts what it read and tells how far it is") {
  const Memory memory;
  const auto store = memory.open();
  fill(*store);
  std::uint64_t told = 0;
  const auto verified = store->verify({.progress = [&](std::uint64_t posts) { told = posts; }}).value();
  CHECK(verified.posts == 2);
  CHECK(verified.series == 6);
  CHECK(told == 2);
  CHECK(verified.differences.empty());
}

TEST_CASE("verify finds whatever is not as the posts say, and names it without an id or a text") {
  struct Row {
    const char* fact;
    std::function<void(const OpenDb&)> tamper;
    const char* told;
  };
  const auto hash = hash_id("secret-id");
  const auto key = post_key(at_minute(evening), hash);
  const auto day = at_minute(29'921'760);
  const std::uint32_t third = 3 * 4096;  // cells of the hour from 03:00 on
  const auto row = [](UtcTime begin) { return series_key(Resolution::hour, "nhssm", "social.example", begin); };
  const auto more = [&](const std::string& series, std::uint32_t cell) {
    return [=](const OpenDb& db) {
      CHECK(db->Merge({}, db.of(Family::series), series, encode_counts({{cell, 2}})).ok());
    };
  };
  const Row rows[] = {
      {"a count too many", more(row(day), third + 3),
       "series hour tag=nhssm source=social.example bucket=1795316400000: 3 posts kept in it, 1 recounted"},
      {"a count of an hour without posts", more(row(day), third + 4096),
       "series hour tag=nhssm source=social.example bucket=1795320000000: 2 posts kept in it, 0 recounted"},
      {"a count of an hour that no day has", more(row(day), 24 * 4096), "counts of times that its day does not have"},
      {"a count of a day without posts", more(row(day - std::chrono::hours{72}), 3), "2 posts kept in it, 0 recounted"},
      {"a count under another tag", more(series_key(Resolution::minute, "x", "y", day), 3),
       "series minute tag=x source=y"},
      {"a day that does not begin at midnight", more(row(day + std::chrono::minutes{1}), 3),
       "2 posts kept in it, 0 recounted"},
      {"a key that is none", more("\4nonsense", 3), "series with a key that makes no sense"},
      {"counts that are none",
       [&](const OpenDb& db) { CHECK(db->Put({}, db.of(Family::series), row(day), "\7").ok()); },
       "counts that make no sense, 1 recounted"},
      {"a count that is missing",
       [&](const OpenDb& db) { CHECK(db->Delete({}, db.of(Family::series), row(day)).ok()); },
       "0 posts kept in it, 1 recounted"},
      {"another concern",
       [&](const OpenDb& db) {
         CHECK(db->Merge({}, db.of(Family::series), row(day), encode_counts({{third + 60, 1}})).ok());
       },
       "or of other sentiment, concern or severity"},
      {"a post that is missing", [&](const OpenDb& db) { CHECK(db->Delete({}, db.of(Family::posts), key).ok()); },
       "is remembered, but its post is missing"},
      {"a post that cannot be read",
       [&](const OpenDb& db) { CHECK(db->Put({}, db.of(Family::posts), key, "\1").ok()); }, "cannot be read"},
      {"a post under another key",
       [&](const OpenDb& db) {
         std::string record;
         CHECK(db.get(Family::posts, key, &record).ok());
         CHECK(db->Put({}, db.of(Family::posts), post_key(at_minute(evening), hash_id("x")), record).ok());
       },
       "is kept under a key not its own"},
      {"an id that is missing", [&](const OpenDb& db) { CHECK(db->Delete({}, db.of(Family::ids), slice(hash)).ok()); },
       "is missing among the ids"},
      {"an id that says deleted",
       [&](const OpenDb& db) {
         CHECK(db->Put({}, db.of(Family::ids), slice(hash), encode_id({.deleted = true})).ok());
       },
       "is not what its id says"},
      {"an id with another fingerprint",
       [&](const OpenDb& db) {
         CHECK(
             db->Put({}, db.of(Family::ids), slice(hash), encode_id({.made_at = at_minute(evening), .fingerprint = 1}))
                 .ok());
       },
       "has a fingerprint that is not its own"},
      {"an id that cannot be read",
       [&](const OpenDb& db) { CHECK(db->Put({}, db.of(Family::ids), "short", "\1\2").ok()); },
       "id 73686f7274 cannot be read"},
      {"a native id that is missing",
       [&](const OpenDb& db) {
         CHECK(db->Delete({}, db.of(Family::natives), native_key(heard("secret-id").post, hash)).ok());
       },
       "is missing among the native ids"},
      {"an alert that is missing", [&](const OpenDb& db) { CHECK(db->Delete({}, db.of(Family::alerts), "a1").ok()); },
       "raised an alert that is missing, a1"},
      {"a waiting alert outside the outbox",
       [&](const OpenDb& db) {
         CHECK(db->Delete({}, db.of(Family::outbox), outbox_key(at_minute(evening + 1), "a1")).ok());
       },
       "a waiting alert is missing in the outbox, a1"},
      {"an alert in the outbox that does not wait",
       [&](const OpenDb& db) {
         CHECK(db->Put({}, db.of(Family::outbox), outbox_key(at_minute(evening), "b2"), "").ok());
       },
       "the outbox holds an alert that does not wait, b2"},
  };
  for (const auto& [fact, tamper, told] : rows) {
    CAPTURE(fact);
    const Memory memory;
    fill(*memory.open());
    tamper(*open_db(memory.settings()).value());
    const auto found = differences(*memory.open());
    CHECK_MESSAGE(found.find(told) != std::string::npos, found);
    CHECK(found.find("secret-id") == std::string::npos);
    CHECK(found.find("trolley") == std::string::npos);
  }
}

TEST_CASE("verify lists the first thousand differences and counts the others") {
  const Memory memory;
  fill(*memory.open());
  {
    const auto db = open_db(memory.settings()).value();
    for (int i = 0; i < 1005; ++i) {
      const auto key = series_key(Resolution::minute, "nhssm", "social.example", at_minute(0));
      const auto cell = static_cast<std::uint32_t>(i) * 4096 + 3;
      REQUIRE((*db)->Merge({}, db->of(Family::series), key, encode_counts({{cell, 1}})).ok());
    }
  }
  const auto verified = memory.open()->verify({}).value();
  CHECK(verified.differences.size() == 1000);
  CHECK(verified.further == 5);
}

}  // namespace
}  // namespace barometer
