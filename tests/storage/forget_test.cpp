#include <fstream>
#include <iterator>
#include <random>

#include <doctest/doctest.h>

#include "storage/erasures.hpp"
#include "storage/open_db.hpp"
#include "tests/storage/failing_disk.hpp"
#include "tests/storage/samples.hpp"
#include "tests/support/temp_dir.hpp"

namespace barometer {
namespace {

using Ids = std::vector<std::string>;

constexpr auto now = [] { return at_minute(evening + 600); };

Entry by(Entry entry, const std::string& author) {
  entry.post.author = author;
  entry.post.native_id = "native-" + entry.post.id;
  entry.post.url = "https://social.example/@" + author + "/" + entry.post.id;
  return entry;
}

TakenAway forget(Store& store, std::vector<Erasure> what, UtcTime when = now()) {
  const auto deletion = store.forget(what, {}, when).value();
  CHECK(deletion.finished);
  return deletion.taken;
}

// Files of a folder in which the bytes stand.
std::string holding(const std::filesystem::path& folder, const std::string& bytes) {
  std::string found;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (!file.is_regular_file()) continue;
    std::ifstream in{file.path(), std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (text.find(bytes) != std::string::npos) found += file.path().filename().string() + ' ';
  }
  return found;
}

// Bytes of every kind, and many: a table that compresses its blocks has to write them as they are.
std::string secret(unsigned seed) {
  std::mt19937 random{seed};
  std::string bytes;
  for (int i = 0; i < 600; ++i) bytes.push_back(static_cast<char>(random() % 256));
  return bytes;
}

TEST_CASE("an erased author's posts, their counts and what points to them are gone, and stay away") {
  const Memory memory;
  auto store = memory.open();
  auto grave = by(heard("a1", evening, Sentiment::negative, {{.theme = Theme::pain, .severity = 4}}), "~anna");
  grave.alerts = {alert("waits", grave), alert("sent", grave)};
  auto reply = by(heard("b1", evening + 2), "~ben");
  reply.post.reply_to = "a1";
  auto repost = by(heard("b2", evening + 3), "~ben");
  repost.post.repost_of = "a1";
  commit(*store, page({grave, by(heard("a2", evening + 1), "~anna"), reply, repost, by(heard("c"), "~cecil")}));
  store->mark_sent("sent", at_minute(evening + 1)).value();

  const auto taken = forget(*store, {{ErasureKind::author, "~anna"}});
  CHECK(taken.posts == 3);
  CHECK(taken.references == 1);
  CHECK(taken.alerts == 2);
  CHECK(ids(*store) == Ids{"c", "b1"});
  CHECK_FALSE(store->post("b1").value()->post.reply_to.has_value());
  CHECK(waiting(*store).empty());
  CHECK(differences(*store) == "");
  std::vector<Alert> alerts;
  store->alerts([&](const Alert& kept) { return alerts.push_back(kept), true; }).value();
  REQUIRE(alerts.size() == 2);
  for (const auto& kept : alerts) CHECK(kept.post.empty());

  store.reset();
  store = memory.open();
  auto again = by(heard("b3", evening + 9), "~ben");
  again.post.quote_of = "a2";
  auto passed_on = by(heard("b4", evening + 9), "~ben");
  passed_on.post.repost_of = "a2";
  CHECK(commit(*store, page({grave, by(heard("a3", evening + 9), "~anna"), again, passed_on})) ==
        std::vector{Outcome::duplicate, Outcome::duplicate, Outcome::stored, Outcome::duplicate});
  CHECK_FALSE(store->post("b3").value()->post.quote_of.has_value());
  CHECK(differences(*store) == "");
}

TEST_CASE("an address is forgotten as the link or as the id of its post, and nothing else with it") {
  const Memory memory;
  const auto store = memory.open();
  commit(*store, page({by(heard("a"), "~anna"), by(heard("b", evening + 1), "~anna"), by(heard("c"), "~anna")}));
  CHECK(forget(*store, {{ErasureKind::url, "https://social.example/@~anna/b"}}).posts == 1);
  CHECK(forget(*store, {{ErasureKind::url, "c"}}).posts == 1);
  CHECK(forget(*store, {{ErasureKind::url, "https://social.example/@~anna/none"}}) == TakenAway{});
  CHECK(ids(*store) == Ids{"a"});
  CHECK(commit(*store, page({by(heard("b"), "~anna"), by(heard("d"), "~anna")})) ==
        std::vector{Outcome::duplicate, Outcome::stored});
  CHECK(differences(*store) == "");
}

TEST_CASE("what a source brought is forgotten with its ledger; what it brings later is kept") {
  const Memory memory;
  const auto store = memory.open();
  auto other = heard("b");
  other.post.source = "other.example";
  auto batch = page({heard("a"), other}, "after a");
  batch.reports = {{.source = "social.example",
                    .blind = {{at_minute(evening), GapReason::down}},
                    .heard = Heard{at_minute(evening + 1), true},
                    .record = SourceRecord{.platform = "mastodon"},
                    .tally = HourTally{.hour = at_minute(evening), .heard = 1}}};
  commit(*store, batch);
  const auto taken = forget(*store, {{ErasureKind::source, "social.example"}});
  CHECK(taken.posts == 1);
  CHECK(taken.sources == 4);
  CHECK(store->cursor("social.example").value() == Cursor{});
  CHECK(points(*store, {.source = "social.example"}).empty());
  CHECK(ids(*store) == Ids{"b"});
  auto later = heard("c", evening + 700);
  CHECK(commit(*store, page({heard("a"), later})) == std::vector{Outcome::duplicate, Outcome::stored});
  CHECK(differences(*store) == "");
}

TEST_CASE("posts under a hold are not forgotten, and nothing else is either") {
  const Memory memory;
  const auto store = memory.open();
  commit(*store, page({by(heard("a"), "~anna"), by(heard("b", evening + 90), "~anna")}));
  const std::vector<Erasure> anna{{ErasureKind::author, "~anna"}};
  const auto refused = store->forget(anna, {{.from = at_minute(evening + 60)}}, now());
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().detail.find("1 of the posts to forget are under a hold") != std::string::npos);
  CHECK(ids(*store).size() == 2);
  CHECK(store->forget(anna, {{.from = at_minute(evening + 91)}}, now()).value().taken.posts == 2);
}

TEST_CASE("after an erasure its bytes are in no file of the store: neither tables, logs nor lists of tables") {
  const TempDir folder;
  const auto path = folder.path() / "store";
  const auto word = secret(1);
  const auto handle = "~" + secret(2);
  auto store = Store::open({.path = path}).value();
  auto mine = by(heard("https://social.example/users/" + secret(3) + "/1"), handle);
  mine.post.text = word;
  mine.post.native_id = secret(4);
  auto answer = by(heard("answer", evening + 1), "~ben");
  answer.post.reply_to = mine.post.id;
  mine.alerts = {alert("1", mine)};
  const std::vector<std::string> gone{word, handle, secret(3), secret(4)};
  auto batch = page({mine, answer});
  batch.reports = {{.source = "social.example", .record = SourceRecord{.platform = "mastodon"}}};
  batch.reports[0].record->sweep = SweepPlace{native_key(mine.post, hash_id(mine.post.id)), at_minute(evening)};
  commit(*store, batch);
  // In tables of both ends of the tree, in their list, and in the log.
  store.reset();
  {
    const auto db = open_db({.path = path}).value();
    REQUIRE(scrub(*db).ok());
  }
  store = Store::open({.path = path}).value();
  commit(*store, page({edited(mine, word + " edited", evening + 5)}));
  for (const auto& bytes : gone) CHECK(holding(path, bytes).find(".sst") != std::string::npos);
  CHECK(holding(path, word).find(".log") != std::string::npos);

  CHECK(forget(*store, {{ErasureKind::author, handle}}).posts == 1);
  commit(*store, page({mine}));  // and is not let in again
  for (const auto& bytes : gone) CHECK(holding(path, bytes) == "");
  CHECK(differences(*store) == "");
  store.reset();
  CHECK(ids(*Store::open({.path = path}).value()) == Ids{"answer"});
  for (const auto& bytes : gone) CHECK(holding(path, bytes) == "");
}

TEST_CASE("a source's name is in no file of the store once it is forgotten") {
  const TempDir folder;
  const auto path = folder.path() / "store";
  const auto store = Store::open({.path = path}).value();
  auto mine = heard("a");
  mine.post.source = secret(5);
  auto batch = page({mine, heard("b")}, "place");
  batch.source = mine.post.source;
  commit(*store, batch);
  CHECK(holding(path, mine.post.source) != "");
  forget(*store, {{ErasureKind::source, mine.post.source}});
  CHECK(holding(path, mine.post.source) == "");
  CHECK(ids(*store) == Ids{"b"});
}

TEST_CASE(
    "an erasure that a crash cut short, anywhere, is finished when the store is opened, and its account is exact") {
  const auto history = [] {
    std::vector<Entry> entries;
    for (int i = 0; i < 12; ++i) {
      auto entry = by(heard("p" + std::to_string(i), evening + i), i % 3 == 0 ? "~ben" : "~anna");
      if (i % 3 == 0) entry.post.reply_to = "p" + std::to_string(i + 1);
      entries.push_back(entry);
    }
    return page(std::move(entries), "end");
  }();
  bool crashed = true;
  for (int operation = 1; crashed; operation += 1 + operation / 5) {  // dense where posts go, sparse in what follows
    CAPTURE(operation);
    FailingDisk disk;
    const StoreSettings settings{.path = "/store", .env = &disk};
    bool begun = false;
    {
      const auto store = Store::open(settings).value();
      commit(*store, history);
      disk.fail_at(operation, FailingDisk::Fault::crash);
      const std::vector<Erasure> what{{ErasureKind::author, "~anna"}};
      begun = store->forget(what, {}, now()).has_value();
      crashed = disk.has_failed();
    }
    disk.reboot();
    const auto store = Store::open(settings);
    REQUIRE_MESSAGE(store.has_value(), store.error().detail);
    std::vector<Deletion> proofs;
    (*store)->deletions([&](const Deletion& proof) { return proofs.push_back(proof), true; }).value();
    CHECK(proofs.size() <= 1);
    if (begun) CHECK(proofs.size() == 1);
    CHECK(ids(**store).size() == (proofs.empty() ? 12 : 4));
    for (const auto& proof : proofs) {
      CHECK(proof.finished);
      CHECK(proof.taken.posts == 8);
      CHECK(proof.taken.references == 4);
    }
    CHECK(differences(**store) == "");
  }
}

TEST_CASE("what was erased is remembered as a digest that names nobody") {
  ErasureSet set;
  set.make_key();
  set.add(set.digest_of(ErasureKind::author, "~anna"), at_minute(1));
  const auto text = ledger_text(set);
  CHECK(text.find("anna") == std::string::npos);
  const auto read = read_ledger(text);
  REQUIRE(read.has_value());
  CHECK(read->all() == set.all());
  CHECK(read->key() == set.key());
  Post post;
  post.author = "~anna";
  CHECK(read->bars(post, {}));
  post.author = "~ben";
  CHECK_FALSE(read->bars(post, {}));
  for (const auto& bad : {std::string(""), std::string("key 00\n"), text + "9 00 1\n", text + "x", text.substr(4)})
    CHECK_FALSE(read_ledger(bad).has_value());
}

}  // namespace
}  // namespace barometer
