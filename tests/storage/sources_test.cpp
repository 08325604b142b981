#include <set>

#include <doctest/doctest.h>

#include "storage/codec.hpp"
#include "storage/keys.hpp"
#include "storage/open_db.hpp"
#include "storage/source_codec.hpp"
#include "tests/storage/samples.hpp"

namespace barometer {
namespace {

using namespace std::string_literals;
using std::chrono::hours;
using std::chrono::milliseconds;

SourceReport report_of(std::string source = "social.example") {
  SourceReport report;
  report.source = std::move(source);
  return report;
}

Batch with(SourceReport report) {
  Batch batch;
  batch.source = report.source;
  batch.reports = {std::move(report)};
  return batch;
}

std::vector<Gap> gaps(const Store& store, const GapFilter& filter = {}) {
  std::vector<Gap> found;
  store.gaps(filter, [&](const Gap& gap) { return found.push_back(gap), true; }).value();
  return found;
}

void blind(Store& store, std::int64_t minute, GapReason reason, std::string source = "social.example") {
  auto report = report_of(std::move(source));
  report.blind = {{at_minute(minute), reason}};
  commit(store, with(std::move(report)));
}

void answers(Store& store, std::int64_t minute, std::string source = "social.example") {
  auto report = report_of(std::move(source));
  report.heard = Heard{at_minute(minute), true};
  commit(store, with(std::move(report)));
}

SourceRecord full_record() {
  SourceRecord record;
  record.platform = "mastodon";
  record.host = "social.example";
  record.written_at = UtcTime{milliseconds{64}};
  record.retired = true;
  record.last_success = UtcTime{milliseconds{1}};
  record.last_post = UtcTime{milliseconds{2}};
  record.next_ask = UtcTime{milliseconds{3}};
  record.interval = milliseconds{120};
  record.failures_in_a_row = 2;
  record.failure = Failure{Remedy::wait, "no", UtcTime{milliseconds{4}}, true};
  record.failing_since = UtcTime{milliseconds{5}};
  record.limit_left = 6;
  record.limit_resets_at = UtcTime{milliseconds{7}};
  record.sweep = SweepPlace{"p", UtcTime{milliseconds{8}}};
  return record;
}

TEST_CASE("keys of gaps, sources and native ids") {
  CHECK(gap_key("feed", UtcTime{milliseconds{256}}) == "feed\0\1\x80\0\0\0\0\0\1\0"s);
  CHECK(parse_gap_key(gap_key("a\0b"s, UtcTime{milliseconds{256}}))->source == "a\0b"s);
  CHECK_FALSE(parse_gap_key("feed\0\1\x80"s));
  CHECK_FALSE(parse_gap_key("feed"));
  CHECK(source_key("feed") == "feed\0\1\0"s);
  CHECK(tally_key("feed", UtcTime{hours{193}}) == "feed\0\1\1\1"s);
  CHECK(tally_key("feed", UtcTime{hours{-1}}) == "feed\0\1\1\xbf"s);
  CHECK_FALSE(parse_source_key(source_key("feed"))->slot);
  CHECK(parse_source_key(tally_key("feed", UtcTime{hours{5}}))->slot == std::uint8_t{5});
  for (const auto& bad : {""s, "feed\0\1"s, "feed\0\1\0x"s, "feed\0\1\1"s, "feed\0\1\1\xc0"s, "feed\0\1\2\1"s})
    CHECK_FALSE(parse_source_key(bad));
  Post post;
  post.platform = "mastodon";
  post.source = "here";
  post.native_id = "17";
  const auto key = native_key(post, hash_id("abc"));
  CHECK(key == "mastodon\0\1here\0\1\x31\x37\0\1\xba\x78\x16\xbf\x8f\x01\xcf\xea\x41\x41\x40\xde\x5d\xae\x22\x23"s);
  CHECK(parse_native_key(key)->native_id == "17");
  CHECK(parse_native_key(key)->id == hash_id("abc"));
  for (std::size_t length = 0; length < key.size(); ++length) CHECK_FALSE(parse_native_key(key.substr(0, length)));
}

TEST_CASE("records of gaps are as their grammar says") {
  const auto from = UtcTime{milliseconds{1000}};
  CHECK(encode_gap({.source = "s", .from = from, .reason = GapReason::limited}) == "\1\1\0"s);
  CHECK(encode_gap({.source = "s", .from = from, .to = UtcTime{milliseconds{1300}}}) == "\1\0\1\xac\2"s);
  CHECK(encode_gap({.source = "s", .from = from, .to = UtcTime{milliseconds{1001}}, .caught_up = true}) == "\1\0\2\1"s);
  CHECK(encode_gap({"s", from, UtcTime{milliseconds{1001}}, GapReason::capped, false}) == "\1\4\3\1"s);
  for (const auto& bytes : {"\1\1\0"s, "\1\0\1\xac\2"s, "\1\0\2\1"s, "\1\4\3\1"s, "\1\3\0"s, "\1\2\2\x7f"s})
    CHECK(encode_gap(decode_gap("s", from, bytes).value()) == bytes);
  for (const auto& bad : {""s, "\1"s, "\2\0\0"s, "\1\5\0"s, "\1\0\4\1"s, "\1\0\1"s, "\1\0\1\0"s, "\1\0\0\1"s,
                          "\1\0\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\1"s})
    CHECK_FALSE(decode_gap("s", from, bad).has_value());
}

TEST_CASE("records of sources are as their grammar says") {
  const auto bytes = encode_source(full_record());
  CHECK(bytes ==
        "\1\x08mastodon\x0esocial.example\x80\1\1\1\2\1\4\1\6\1\x0a\x78\2\1\1\1\2no\1\x08\1\x0c\1\x0e\1\1p\x10"s);
  CHECK(encode_source(decode_source(bytes).value()) == bytes);
  CHECK(encode_source({}) == "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0"s);
  for (std::size_t length = 0; length < bytes.size(); ++length)
    CHECK_FALSE(decode_source(bytes.substr(0, length)).has_value());
  CHECK_FALSE(decode_source(bytes + "x").has_value());
  auto begun = full_record();  // one that was written before began was noted ends where the others go on
  begun.began = UtcTime{milliseconds{9}};
  CHECK(encode_source(begun) == bytes + "\1\x12"s);
  CHECK(decode_source(encode_source(begun)).value().began == begun.began);
  CHECK_FALSE(decode_source(bytes + "\1"s).has_value());
}

TEST_CASE("tallies and moments are as their grammar says") {
  const HourTally tally{UtcTime{hours{64}}, 300, 2, 1, 0, {{"duplicate", 3}}};
  CHECK(encode_tally(tally) ==
        "\1\x80\1\xac\2\2\1\0\1\x09"
        "duplicate\3"s);
  CHECK(decode_tally(encode_tally(tally)).value() == tally);
  for (const auto& bad :
       {""s, "\1"s, "\1\0\0\0\0\0\1"s, "\1\0\0\0\0\0\0x"s, "\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\0\0\0\0\0"s})
    CHECK_FALSE(decode_tally(bad).has_value());
  CHECK(encode_moment(UtcTime{milliseconds{256}}) == "\1\x80\0\0\0\0\0\1\0"s);
  CHECK(decode_moment("\1\x80\0\0\0\0\0\1\0"s).value() == UtcTime{milliseconds{256}});
  CHECK_FALSE(decode_moment("\1\x80").has_value());
}

TEST_CASE("gaps are kept, whoever opens the store next") {
  const Memory memory;
  blind(*memory.open(), 10, GapReason::down);
  const auto store = memory.open();
  REQUIRE(gaps(*store).size() == 1);
  CHECK_FALSE(gaps(*store).front().to);
  blind(*store, 12, GapReason::down);
  blind(*store, 15, GapReason::restarted);
  answers(*store, 20);
  const std::vector<Gap> expected{{"social.example", at_minute(10), at_minute(15), GapReason::down, true},
                                  {"social.example", at_minute(15), at_minute(20), GapReason::restarted, true}};
  CHECK(gaps(*store) == expected);
  CHECK(differences(*store).empty());
}

TEST_CASE("an answer and what was missed go into one write with the page, and no second counts twice") {
  const Memory memory;
  const auto store = memory.open();
  blind(*store, 10, GapReason::down);
  auto batch = page({heard("a")}, "1");
  auto report = report_of();
  report.heard = Heard{at_minute(30), true};
  report.missed = {{at_minute(5), at_minute(20), GapReason::down}};
  batch.reports = {report};
  const auto first = store->commit({&batch, 1}).value().front();
  REQUIRE(first.missed.size() == 1);
  CHECK(first.missed.front().source == "social.example");
  CHECK(first.missed.front().length == std::chrono::minutes{5});
  const std::vector<Gap> expected{{"social.example", at_minute(5), at_minute(10), GapReason::down, false},
                                  {"social.example", at_minute(10), at_minute(20), GapReason::down, false},
                                  {"social.example", at_minute(20), at_minute(30), GapReason::down, true}};
  CHECK(gaps(*store) == expected);
  CHECK(store->commit({&batch, 1}).value().front().missed.empty());
  CHECK(gaps(*store) == expected);
}

TEST_CASE("reports of one group build on each other, and reach back as far as the furthest") {
  const Memory memory;
  const auto store = memory.open();
  blind(*store, 10, GapReason::down);
  answers(*store, 20);
  blind(*store, 30, GapReason::down);
  std::vector<Batch> group(2, with(report_of()));
  group[0].reports.front().heard = Heard{at_minute(40), true};
  group[1].reports.front().missed = {{at_minute(12), at_minute(35), GapReason::down}};
  const auto committed = store->commit(group).value();
  CHECK(committed[1].missed.front().length == std::chrono::minutes{10});
  CHECK(gaps(*store).size() == 5);
  CHECK(differences(*store).empty());
}

TEST_CASE("gaps are found by source, reason and time") {
  const Memory memory;
  const auto store = memory.open();
  blind(*store, 10, GapReason::down, "a");
  answers(*store, 20, "a");
  blind(*store, 30, GapReason::limited, "a");
  blind(*store, 15, GapReason::down, "b");
  CHECK(gaps(*store).size() == 3);
  CHECK(gaps(*store, {.source = "a"}).size() == 2);
  CHECK(gaps(*store, {.reason = GapReason::down}).size() == 2);
  CHECK(gaps(*store, {.from = at_minute(20)}).size() == 2);
  CHECK(gaps(*store, {.from = at_minute(19), .to = at_minute(30)}).size() == 2);
  CHECK(gaps(*store, {.to = at_minute(10)}).empty());
  int first_only = 0;
  store->gaps({}, [&](const Gap&) { return ++first_only, false; }).value();
  CHECK(first_only == 1);
}

TEST_CASE("how sources are doing, what they brought and the sign of life come back as they were") {
  const Memory memory;
  const auto store = memory.open();
  CHECK_FALSE(store->alive().value());
  auto report = report_of("a");
  report.record = full_record();
  report.tally = HourTally{UtcTime{hours{1000}}, 5, 4, 0, 0, {{"unwatched", 1}}};
  auto batch = with(report);
  batch.alive = at_minute(7);
  commit(*store, batch);
  report.tally = HourTally{UtcTime{hours{1001}}, 1, 0, 0, 0, {}};
  commit(*store, with(report));
  report.source = "ab";
  commit(*store, with(report));
  CHECK(store->alive().value() == at_minute(7));
  std::vector<std::string> names;
  const auto each = [&](const std::string& name, const SourceRecord& record) {
    CHECK(encode_source(record) == encode_source(full_record()));
    return names.push_back(name), true;
  };
  store->sources({}, each).value();
  store->sources("a", each).value();
  CHECK(names == std::vector<std::string>{"a", "ab", "a"});
  const auto tallies = store->tallies("a", UtcTime{hours{1001}}).value();
  REQUIRE(tallies.size() == 2);
  CHECK(tallies[0].dropped.front().first == "unwatched");
  CHECK(tallies[1].heard == 1);
  CHECK(store->tallies("a", UtcTime{hours{1000 + tallied_hours}}).value().size() == 1);
  CHECK(differences(*store).empty());
}

TEST_CASE("an hour that comes round again takes the place of the one a round before") {
  const Memory memory;
  const auto store = memory.open();
  for (int hour = 0; hour < 2 * tallied_hours; ++hour) {
    auto report = report_of();
    report.tally = HourTally{UtcTime{hours{hour}}, 1, 0, 0, 0, {}};
    commit(*store, with(std::move(report)));
  }
  CHECK(store->tallies("social.example", UtcTime{hours{2 * tallied_hours - 1}}).value().size() == tallied_hours);
}

Entry native(std::string id, std::string native_id, std::int64_t minute = evening) {
  auto entry = heard(std::move(id), minute);
  entry.post.native_id = std::move(native_id);
  entry.post.url = "https://social.example/@someone/" + entry.post.native_id;
  return entry;
}

Entry tombstone_of(std::string native_id, std::string source = "social.example") {
  auto entry = tombstone("");
  entry.post.platform = "mastodon";
  entry.post.source = std::move(source);
  entry.post.native_id = std::move(native_id);
  return entry;
}

TEST_CASE("a tombstone that knows only the native id finds its post, in the store and in its own group") {
  const Memory memory;
  const auto store = memory.open();
  commit(*store, page({native("a", "1"), native("b", "2")}));
  CHECK(commit(*store, page({tombstone_of("2")})) == std::vector{Outcome::deleted});
  CHECK(ids(*store) == std::vector<std::string>{"a"});
  CHECK(commit(*store, page({native("c", "3"), tombstone_of("3")})) == std::vector{Outcome::stored, Outcome::deleted});
  CHECK(commit(*store, page({tombstone_of("1", "elsewhere"), tombstone_of("7"), tombstone_of("2")})) ==
        std::vector{Outcome::duplicate, Outcome::duplicate, Outcome::duplicate});
  CHECK(commit(*store, page({native("c", "3")})) == std::vector{Outcome::duplicate});
  CHECK(ids(*store) == std::vector<std::string>{"a"});
  CHECK(differences(*store).empty());
}

TEST_CASE("an edit keeps what the first source calls the post, and follows it when it calls it anew") {
  const Memory memory;
  const auto store = memory.open();
  commit(*store, page({native("a", "1")}));
  auto elsewhere = edited(native("a", "99"), "Twenty hours", evening + 5);
  elsewhere.post.source = "other.example";
  commit(*store, page({elsewhere}));
  CHECK(all_posts(*store).front().post.native_id == "1");
  CHECK(all_posts(*store).front().post.url == "https://social.example/@someone/1");
  commit(*store, page({edited(native("a", "5"), "Thirty hours", evening + 6)}));
  CHECK(differences(*store).empty());
  CHECK(commit(*store, page({tombstone_of("1")})) == std::vector{Outcome::duplicate});
  CHECK(commit(*store, page({tombstone_of("5")})) == std::vector{Outcome::deleted});
  CHECK(differences(*store).empty());
}

TEST_CASE("the kept posts of a source are met one by one, page after page") {
  const Memory memory;
  const auto store = memory.open();
  std::vector<Entry> entries;
  for (int i = 0; i < 25; ++i) entries.push_back(native("id-" + std::to_string(i), std::to_string(i), evening + i));
  auto other = native("other", "1");
  other.post.source = "other.example";
  entries.push_back(other);
  commit(*store, page(std::move(entries)));
  KeptFilter filter{
      .platform = "mastodon", .source = "social.example", .made_since = at_minute(evening + 5), .limit = 7};
  CHECK(store->kept_posts_after(filter).value() == 20);
  std::vector<std::string> seen;
  for (;;) {
    const auto kept = store->kept_posts(filter).value();
    for (const auto& post : kept.posts) {
      seen.push_back(post.native_id);
      CHECK(post.id == "id-" + post.native_id);
      CHECK(post.url.ends_with(post.native_id));
    }
    if (kept.next.empty()) break;
    filter.after = kept.next;
    CHECK(store->kept_posts_after(filter).value() == 20 - seen.size());
  }
  CHECK(seen.size() == 20);
  CHECK(std::set<std::string>(seen.begin(), seen.end()).size() == 20);
}

TEST_CASE("verify finds gaps and states of sources that make no sense") {
  struct Row {
    const char* fact;
    Family family;
    std::string key, value;
    const char* told;
  };
  Post stray;
  const Row rows[] = {
      {"a gap under no key", Family::gaps, "x", "\1\0\0"s, "gap with a key that makes no sense, 78"},
      {"a gap that cannot be read", Family::gaps, gap_key("s", at_minute(1)), "\1\x09\0"s,
       "gap source=s from=60000 cannot"},
      {"a gap inside another", Family::gaps, gap_key("social.example", at_minute(15)), "\1\0\0"s,
       "begins before the one before it ended"},
      {"a state that cannot be read", Family::sources, source_key("s"), "\1"s, "the state of source=s cannot be read"},
      {"a tally of another hour", Family::sources, tally_key("s", UtcTime{hours{2}}),
       encode_tally({.hour = UtcTime{hours{3}}}), "a tally of source=s"},
      {"a native id without a post", Family::natives, native_key(stray, hash_id("x")), encode_moment({}),
       "1 native ids have no post"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const Memory memory;
    blind(*memory.open(), 10, GapReason::down);
    answers(*memory.open(), 20);
    {
      const auto db = open_db(memory.settings()).value();
      REQUIRE((*db)->Put({}, db->of(row.family), row.key, row.value).ok());
    }
    const auto found = differences(*memory.open());
    CHECK_MESSAGE(found.find(row.told) != std::string::npos, found);
  }
}

}  // namespace
}  // namespace barometer
