#include <doctest/doctest.h>

#include "storage/open_db.hpp"
#include "storage/rocks_store.hpp"
#include "tests/storage/failing_disk.hpp"
#include "tests/storage/samples.hpp"

namespace barometer {
namespace {

using Ids = std::vector<std::string>;
using std::chrono::days;

constexpr std::int64_t day = 24 * 60;

TakenAway sweep(Store& store, const Retention& retention, UtcTime now, std::size_t limit = 2) {
  TakenAway sum;
  std::string next;
  do {
    const auto swept = store.expire(retention, now, next, limit).value();
    for (const auto count : {&TakenAway::posts, &TakenAway::texts, &TakenAway::authors, &TakenAway::alerts,
                             &TakenAway::tombstones, &TakenAway::counts})
      sum.*count += swept.taken.*count;
    next = swept.next;
  } while (!next.empty());
  return sum;
}

Entry full(std::string id, std::int64_t minute) {
  auto entry =
      heard(std::move(id), minute, Sentiment::negative, {{.theme = Theme::pain, .severity = 4, .begin = 2, .end = 5}});
  entry.post.title = "A title";
  entry.post.native_id = "n" + entry.post.id;
  entry.post.url = "https://social.example/@author/" + entry.post.id;
  entry.post.reply_to = "before";
  entry.assessment.why = {{.begin = 0, .end = 3, .weight = -1}};
  entry.alerts = {alert("alert of " + entry.post.id, entry)};
  return entry;
}

std::int64_t counted(const Store& store) {
  std::int64_t posts = 0;
  for (const auto& point : points(store, {.resolution = Resolution::day})) posts += point.posts[0][4];
  return posts;
}

TEST_CASE("each class of what is kept goes when its time is over, and the counts stay the posts' at every moment") {
  const Memory memory;
  auto store = memory.open();
  const Retention retention;
  commit(*store, page({full("a", evening), full("b", evening + 1)}));
  store->mark_sent("alert of a", at_minute(evening)).value();
  store->mark_sent("alert of b", at_minute(evening)).value();
  const auto after = [](int number) { return at_minute(evening + number * day + 10); };

  CHECK(sweep(*store, retention, after(29)) == TakenAway{});
  CHECK(store->post("a").value()->post.text != "");

  CHECK(sweep(*store, retention, after(30)).texts == 2);
  auto kept = store->post("a").value().value();
  CHECK(kept.text_gone);
  CHECK_FALSE(kept.author_gone);
  CHECK(kept.post.text == "");
  CHECK_FALSE(kept.post.title.has_value());
  CHECK(kept.post.tags.empty());
  CHECK(kept.assessment.why.empty());
  CHECK(kept.assessment.concerns.at(0).end == 0);
  CHECK(kept.assessment.concerns.at(0).severity == 4);
  CHECK(kept.post.url != "");
  CHECK(differences(*store) == "");

  const auto nameless = sweep(*store, retention, after(90));
  CHECK(nameless.authors == 2);
  CHECK(nameless.alerts == 2);
  kept = store->post("a").value().value();
  CHECK(kept.author_gone);
  CHECK((kept.post.author + kept.post.id + kept.post.native_id + kept.post.url) == "");
  CHECK_FALSE(kept.post.reply_to.has_value());
  CHECK(kept.assessment.severity == 4);
  CHECK(differences(*store) == "");
  CHECK(counted(*store) == 2);

  CHECK(sweep(*store, retention, after(400)).posts == 2);
  CHECK(ids(*store).empty());
  CHECK(counted(*store) == 2);
  CHECK(differences(*store) == "");
  store.reset();
  store = memory.open();
  CHECK(commit(*store, page({full("a", evening)})) == std::vector{Outcome::duplicate});
  CHECK(counted(*store) == 2);

  CHECK(sweep(*store, retention, after(800)).alerts == 2);
  CHECK(differences(*store) == "");
}

TEST_CASE("counts go with their posts, or later, or never, as the settings say") {
  struct Row {
    const char* fact;
    int counts, at;  // days
    std::int64_t left;
  };
  const Row rows[] = {
      {"never", 0, 5000, 1},
      {"not before their time", 500, 499, 1},
      {"later", 500, 500, 0},
      {"with the posts", 400, 400, 0},
      {"with the posts, never before them", 10, 399, 1},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const Memory memory;
    const auto store = memory.open();
    commit(*store, page({full("a", evening)}));
    const Retention retention{.counts = days{row.counts}};
    for (const int at : {row.at > 400 ? 400 : row.at, row.at})
      sweep(*store, retention, at_minute(evening + at * day + 1));
    CHECK(counted(*store) == row.left);
    CHECK(differences(*store) == "");
  }
}

TEST_CASE("counts of one day go minute by minute, each when its time is over") {
  const Memory memory;
  const auto store = memory.open();
  commit(*store, page({full("a", evening), full("b", evening + 30), full("c", evening + 60)}));
  const Retention retention{.counts = days{500}};
  sweep(*store, retention, at_minute(evening + 400 * day + 100));
  REQUIRE(counted(*store) == 3);
  CHECK(sweep(*store, retention, at_minute(evening + 500 * day + 30)).counts == 2);
  CHECK(counted(*store) == 1);
  CHECK(differences(*store) == "");
  CHECK(sweep(*store, retention, at_minute(evening + 500 * day + 60)).counts == 1);
  CHECK(counted(*store) == 0);
  CHECK(differences(*store) == "");
}

TEST_CASE("posts under a hold stay as they are, with their alerts") {
  const Memory memory;
  const auto store = memory.open();
  auto held = full("held", evening);
  held.watched = {"inquiry"};
  commit(*store, page({held, full("free", evening)}));
  for (const char* id : {"held", "free"}) store->mark_sent("alert of " + std::string(id), at_minute(evening)).value();
  const Retention retention{.holds = {{.tag = "inquiry"}}};
  sweep(*store, retention, at_minute(evening + 900 * day));
  CHECK(ids(*store) == Ids{"held"});
  CHECK(store->post("held").value()->post.text != "");
  Ids alerts;
  store->alerts([&](const Alert& kept) { return alerts.push_back(kept.id), true; }).value();
  CHECK(alerts == Ids{"alert of held"});
  CHECK(differences(*store) == "");
}

TEST_CASE("a post that is filled in late stays as long as the rest") {
  const Memory memory;
  const auto store = memory.open();
  auto old = full("old", evening - 700 * day);
  old.post.seen_at = at_minute(evening);
  commit(*store, page({old}));
  CHECK(sweep(*store, {}, at_minute(evening + 29 * day)) == TakenAway{});
  CHECK(sweep(*store, {}, at_minute(evening + 31 * day)).texts == 1);
  CHECK(differences(*store) == "");
}

TEST_CASE("a faded post can be edited and deleted, and its counts move") {
  const Memory memory;
  const auto store = memory.open();
  auto plain = full("a", evening);
  plain.alerts.clear();
  commit(*store, page({plain}));
  sweep(*store, {}, at_minute(evening + 100 * day));
  CHECK(commit(*store, page({plain})) == std::vector{Outcome::duplicate});
  auto changed = edited(plain, "Anew", evening + 100 * day);
  changed.assessment = {};
  CHECK(commit(*store, page({changed})) == std::vector{Outcome::edited});
  CHECK(counted(*store) == 0);
  CHECK(differences(*store) == "");
  sweep(*store, {}, at_minute(evening + 101 * day));
  CHECK(store->post("a").value()->text_gone);
  CHECK(commit(*store, page({tombstone("a")})) == std::vector{Outcome::deleted});
  CHECK(points(*store).empty());
  CHECK(differences(*store) == "");
}

TEST_CASE("a tombstone goes when nothing was heard of its post for long; that of an erased post never") {
  const Memory memory;
  const auto store = memory.open();
  commit(*store, page({heard("a"), heard("b"), heard("c")}));
  commit(*store, page({tombstone("a", evening), tombstone("b", evening)}));
  const std::vector<Erasure> c{{ErasureKind::url, "c"}};
  store->forget(c, {}, at_minute(evening)).value();
  auto copy = heard("b");
  copy.post.seen_at = at_minute(evening + 300 * day);
  CHECK(commit(*store, page({copy})) == std::vector{Outcome::duplicate});
  CHECK(sweep(*store, {}, at_minute(evening + 399 * day)).tombstones == 0);
  CHECK(sweep(*store, {}, at_minute(evening + 400 * day)).tombstones == 1);
  CHECK(commit(*store, page({copy, heard("c"), heard("a")})) ==
        std::vector{Outcome::duplicate, Outcome::duplicate, Outcome::stored});
  CHECK(differences(*store) == "");
}

TEST_CASE("a tombstone of an older barometer has its time from when it is first met") {
  const Memory memory;
  {
    const auto db = open_db(memory.settings()).value();
    const auto hash = hash_id("a");
    REQUIRE((*db)
                ->Put({}, db->of(Family::ids), rocksdb::Slice(hash.data(), hash.size()), encode_id({.deleted = true}))
                .ok());
  }
  const auto store = memory.open();
  CHECK(sweep(*store, {}, at_minute(0)).tombstones == 0);
  CHECK(sweep(*store, {}, at_minute(399 * day)).tombstones == 0);
  CHECK(sweep(*store, {}, at_minute(400 * day)).tombstones == 1);
}

TEST_CASE("each pass that took something away leaves a proof, finished once the old tables are gone") {
  const Memory memory;
  auto store = memory.open();
  const auto proofs = [&] {
    std::vector<Deletion> all;
    store->deletions([&](const Deletion& proof) { return all.push_back(proof), true; }).value();
    return all;
  };
  commit(*store, page({full("a", evening), full("b", evening), full("c", evening + 60 * day)}));
  sweep(*store, {}, at_minute(evening + 1));
  CHECK(proofs().empty());
  CHECK(store->expire({}, at_minute(evening + 31 * day), "", 1).value().taken.texts == 1);
  REQUIRE(proofs().size() == 1);
  CHECK_FALSE(proofs()[0].finished);
  store.reset();  // a restart in the middle: the pass begins again
  store = memory.open();
  sweep(*store, {}, at_minute(evening + 31 * day + 5));
  REQUIRE(proofs().size() == 2);
  for (const auto& proof : proofs()) {
    CHECK(proof.finished);
    CHECK(proof.kind == DeletionKind::retention);
    CHECK(proof.taken.texts == 1);
  }
}

TEST_CASE("wherever a pass is cut short, the counts are the posts' and the next pass ends in the same state") {
  bool crashed = true;
  for (int operation = 1; crashed; operation += 1 + operation / 5) {  // dense where posts go, sparse in what follows
    CAPTURE(operation);
    FailingDisk disk;
    const StoreSettings settings{.path = "/store", .env = &disk};
    const Retention retention;
    {
      const auto store = Store::open(settings).value();
      commit(*store, page({full("a", evening), full("b", evening + 1), full("c", evening + 380 * day)}));
      commit(*store, page({tombstone("gone", evening)}));
      disk.fail_at(operation, FailingDisk::Fault::crash);
      for (std::string next; !disk.has_failed();) {
        const auto swept = store->expire(retention, at_minute(evening + 400 * day + 30), next, 1);
        if (!swept || swept->next.empty()) break;
        next = swept->next;
      }
      crashed = disk.has_failed();
    }
    disk.reboot();
    const auto store = Store::open(settings).value();
    CHECK(differences(*store) == "");
    sweep(*store, retention, at_minute(evening + 400 * day + 30), 1);
    CHECK(ids(*store) == Ids{"c"});
    CHECK(counted(*store) == 3);
    CHECK(differences(*store) == "");
  }
}

}  // namespace
}  // namespace barometer
