#include <doctest/doctest.h>

#include "storage/keys.hpp"
#include "storage/open_db.hpp"
#include "storage/review_codec.hpp"
#include "tests/storage/failing_disk.hpp"
#include "tests/storage/samples.hpp"
#include "tests/support/temp_dir.hpp"

namespace barometer {
namespace {

const ReviewSubject issue{.issue = "5f"};
ReviewSubject post(const char* id) { return {.post = hash_id(id)}; }

ReviewAction claim(std::int64_t minute = evening) {
  return {.step = ReviewStep::claimed,
          .who = "anna",
          .at = at_minute(minute),
          .about = "anna",
          .until = at_minute(minute + 30)};
}

ReviewAction verdict(std::int64_t minute = evening) {
  return {.step = ReviewStep::judged,
          .who = "ben",
          .at = at_minute(minute),
          .verdict = ReviewVerdict::regraded,
          .severity = 2,
          .concerns = {{Theme::call_bell, 4, "call_bell.1"}}};
}

ReviewAction note(std::int64_t minute = evening) {
  return {.step = ReviewStep::noted, .who = "anna", .at = at_minute(minute), .text = "rang the ward"};
}

void add(Store& store, const ReviewSubject& subject, const ReviewAction& action) {
  const auto there = store.review_of(subject).value().size();
  REQUIRE(store.add_review(subject, there, action).has_value());
}

std::string all(const Store& store) {
  std::string out;
  const auto each = [&](const ReviewSubject& subject, const std::vector<ReviewAction>& actions) {
    out += (subject.issue.empty() ? "post" : subject.issue) + ':' + std::to_string(actions.size()) + ' ';
    return true;
  };
  store.reviews(each).value();
  return out;
}

TEST_CASE("the keys and bytes of a review never change") {
  CHECK(review_key(issue, 258) == std::string("i5f\0\1\0\0\1\2", 9));
  CHECK(review_key(post("a"), 1) == 'p' + std::string(hash_id("a").data(), 16) + std::string("\0\0\0\1", 4));
  CHECK(review_key(issue, 9) < review_key(issue, 10));
  CHECK(encode_review({.step = ReviewStep::moved,
                       .who = "anna",
                       .at = UtcTime{std::chrono::milliseconds{1}},
                       .status = ReviewStatus::actioned,
                       .about = "x",
                       .text = "y",
                       .until = UtcTime{std::chrono::milliseconds{2}}}) ==
        std::string("\1\3\4anna\2\4\0\0\1x\1y\1\4\0", 18));
  CHECK(static_cast<int>(ReviewStep::sampled) == 12);
  CHECK(static_cast<int>(ReviewStatus::closed) == 7);
  CHECK(static_cast<int>(ReviewVerdict::missed) == 7);
}

TEST_CASE("a step comes back as it was written, and no other bytes are one") {
  for (const auto& action : {claim(), verdict(), note()}) {
    const auto bytes = encode_review(action);
    const auto read = decode_review(bytes);
    REQUIRE(read.has_value());
    CHECK(encode_review(*read) == bytes);
    CHECK(read->who == action.who);
    CHECK(read->until == action.until);
    for (std::size_t end = 0; end < bytes.size(); ++end) CHECK_FALSE(decode_review(bytes.substr(0, end)).has_value());
    CHECK_FALSE(decode_review(bytes + '\0').has_value());
  }
  const auto read = decode_review(encode_review(verdict()));
  CHECK(read->concerns.at(0).rule == "call_bell.1");
  CHECK(read->severity == 2);
  for (const auto& subject : {issue, post("a"), ReviewSubject{.issue = std::string("a\0b", 3)}}) {
    const auto key = review_key(subject, 70'000);
    REQUIRE(parse_review_key(key).has_value());
    CHECK(parse_review_key(key)->subject == subject);
    CHECK(parse_review_key(key)->number == 70'000);
    CHECK_FALSE(parse_review_key(key + 'x').has_value());
  }
  for (const char* odd : {"", "i", "x123456789012345678901234", "p1234"})
    CHECK_FALSE(parse_review_key(odd).has_value());
}

TEST_CASE("every name of a status and a verdict leads back to it") {
  for (int i = 1; i <= 7; ++i) {
    CHECK(review_status(name_of(static_cast<ReviewStatus>(i))) == static_cast<ReviewStatus>(i));
    CHECK(review_verdict(name_of(static_cast<ReviewVerdict>(i))) == static_cast<ReviewVerdict>(i));
  }
  CHECK_FALSE(review_status("").has_value());
  CHECK_FALSE(review_verdict("maybe").has_value());
}

TEST_CASE("steps are kept in their order, each subject by itself, over a restart") {
  const Memory memory;
  {
    const auto store = memory.open();
    add(*store, issue, claim());
    add(*store, post("a"), verdict());
    add(*store, issue, note());
    add(*store, {.issue = "5f0"}, note());
    CHECK(differences(*store) == "");
  }
  const auto store = memory.open();
  const auto steps = store->review_of(issue).value();
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].step == ReviewStep::claimed);
  CHECK(steps[1].text == "rang the ward");
  CHECK(store->review_of(post("b")).value().empty());
  CHECK(all(*store) == "5f:2 5f0:1 post:1 ");
}

TEST_CASE("of two who decide by what they both saw, the second is told to look again") {
  const Memory memory;
  const auto store = memory.open();
  REQUIRE(store->add_review(issue, 0, claim()).has_value());
  const auto late = store->add_review(issue, 0, claim());
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().remedy == Remedy::retry);
  CHECK(store->review_of(issue).value().size() == 1);
}

TEST_CASE("a reader beside the daemon sees the steps, and adds none") {
  const TempDir folder;
  const auto writer = Store::open({.path = folder.path()}).value();
  add(*writer, issue, claim());
  const auto reader = Store::open({.path = folder.path(), .read_only = true}).value();
  CHECK(reader->review_of(issue).value().size() == 1);
  const auto refused = reader->add_review(issue, 1, note());
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().remedy == Remedy::ask_operator);
}

TEST_CASE("a store of the fifth schema is brought up to date by the daemon, and by nobody else") {
  const TempDir folder;
  commit(*Store::open({.path = folder.path()}).value(), page({heard("a")}));
  {
    const auto db = open_db({.path = folder.path()}).value();
    REQUIRE((*db)->DropColumnFamily(db->of(Family::reviews)).ok());
    REQUIRE((*db)->Put({}, db->of(Family::meta), "schema", "\1\5").ok());
  }
  const auto beside = Store::open({.path = folder.path(), .read_only = true});
  REQUIRE_FALSE(beside.has_value());
  CHECK(beside.error().detail.find("start the daemon once") != std::string::npos);
  const auto store = Store::open({.path = folder.path()}).value();
  CHECK(ids(*store) == std::vector<std::string>{"a"});
  add(*store, issue, claim());
  CHECK(differences(*store) == "");
  CHECK(Store::open({.path = folder.path(), .read_only = true}).has_value());
}

TEST_CASE("a step is on the disk when it was taken, wherever the machine stops") {
  for (int operation = 1; operation <= 3; ++operation) {
    CAPTURE(operation);
    FailingDisk disk;
    bool taken = false;
    {
      const auto store = Store::open({.path = "/store", .env = &disk}).value();
      add(*store, issue, claim());
      disk.fail_at(operation, FailingDisk::Fault::crash);
      taken = store->add_review(issue, 1, note()).has_value();
      CHECK(taken == (operation == 3));  // its log is appended to, then synced
    }
    disk.reboot();
    const auto store = Store::open({.path = "/store", .env = &disk}).value();
    const auto steps = store->review_of(issue).value().size();
    CHECK(steps >= (taken ? 2 : 1));
    CHECK(steps <= 2);
    CHECK(differences(*store) == "");
  }
}

TEST_CASE("verify tells of a step that is missing, and of one that cannot be read") {
  const TempDir folder;
  {
    const auto store = Store::open({.path = folder.path()}).value();
    for (const auto& step : {claim(), note(), note()}) add(*store, issue, step);
    add(*store, {.issue = "6a"}, note());
  }
  {
    const auto db = open_db({.path = folder.path()}).value();
    REQUIRE((*db)->Delete({}, db->of(Family::reviews), review_key(issue, 1)).ok());
    REQUIRE((*db)->Put({}, db->of(Family::reviews), review_key({.issue = "6a"}, 0), "x").ok());
  }
  const auto store = Store::open({.path = folder.path()}).value();
  const auto told = differences(*store);
  CHECK(told.find("lacks the step before its number 2") != std::string::npos);
  CHECK(told.find("cannot be read") != std::string::npos);
  CHECK(store->verify({}).value().differences.size() == 2);
}

TEST_CASE("what people did with an erased author's posts goes with them; other reviews stay") {
  const Memory memory;
  const auto store = memory.open();
  auto entry = heard("a");
  entry.post.author = "~anna";
  commit(*store, page({entry, heard("b", evening + 1)}));
  for (const char* id : {"a", "b"}) add(*store, post(id), verdict());
  add(*store, issue, note());
  const Erasure erasure{ErasureKind::author, "~anna"};
  const auto gone = store->forget({&erasure, 1}, {}, at_minute(evening + 9)).value();
  CHECK(gone.taken.reviews == 1);
  CHECK(store->review_of(post("a")).value().empty());
  CHECK(all(*store) == "5f:1 post:1 ");
  CHECK(differences(*store) == "");
  std::uint64_t proven = 0;
  store->deletions([&](const Deletion& deletion) { return proven += deletion.taken.reviews, true; }).value();
  CHECK(proven == 1);
}

TEST_CASE("a review stays for as long as somebody goes on with it, then all of it goes") {
  const Memory memory;
  const auto store = memory.open();
  constexpr std::int64_t day = 24 * 60;
  const Retention retention{.labels = std::chrono::days{10}, .audit = std::chrono::days{20}};
  const auto sweep = [&](std::int64_t minute) {
    std::uint64_t gone = 0;
    for (std::string next;;) {
      const auto swept = store->expire(retention, at_minute(minute), next, 2).value();
      gone += swept.taken.reviews;
      next = swept.next;
      if (next.empty()) return gone;
    }
  };
  for (const auto& step : {claim(), note(), note(evening + 5 * day)}) add(*store, issue, step);
  add(*store, post("a"), verdict());
  CHECK(sweep(evening + 10 * day - 1) == 0);
  CHECK(sweep(evening + 10 * day) == 1);
  CHECK(sweep(evening + 24 * day) == 0);
  CHECK(sweep(evening + 25 * day) == 3);
  CHECK(all(*store) == "");
  CHECK(differences(*store) == "");
}

}  // namespace
}  // namespace barometer
