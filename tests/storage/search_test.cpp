#include <algorithm>
#include <random>

#include <doctest/doctest.h>

#include "storage/open_db.hpp"
#include "storage/word_index.hpp"
#include "tests/storage/samples.hpp"

namespace barometer {
namespace {

using Ids = std::vector<std::string>;

constexpr std::array vocabulary{"trolley", "ward", "call", "bell", "staff", "kind", "hours", "nobody", "tea", "pain"};

Entry saying(std::string id, std::string text, std::int64_t minute = evening) {
  auto entry = heard(std::move(id), minute);
  entry.post.text = std::move(text);
  return entry;
}

// The most obvious way: every post, its words between blanks.
bool meets(const StoredPost& kept, const PostFilter& filter) {
  const auto& judged = kept.assessment;
  const auto text = ' ' + kept.post.title.value_or("") + " | " + kept.post.text + ' ';
  for (const auto& phrase : filter.phrases)
    if (text.find(' ' + phrase + ' ') == std::string::npos) return false;
  bool raises = !filter.concern;
  for (const auto& concern : judged.concerns) raises = raises || concern.theme == *filter.concern;
  bool counts = !filter.tag;
  for (const auto& tag : kept.watched) counts = counts || tag == *filter.tag;
  return raises && counts && judged.severity >= filter.min_severity &&
         (!filter.voice || judged.voice == *filter.voice) && (!filter.place || kept.place == *filter.place) &&
         (!filter.source || kept.post.source == *filter.source) &&
         (!filter.sentiment || judged.sentiment == *filter.sentiment) &&
         (!filter.from || kept.post.made_at >= *filter.from) && (!filter.to || kept.post.made_at < *filter.to);
}

std::string mark(const StoredPost& kept) {
  return to_text(place_of(kept)) + ' ' + kept.post.text + ' ' + kept.post.title.value_or("");
}

std::vector<std::string> found(const Store& store, PostFilter filter, bool newest_first, std::size_t page,
                               std::size_t reads) {
  std::vector<std::string> marks;
  filter.reads = reads;
  for (bool more = true; more;) {
    std::size_t left = page;
    const auto gave_up = store.posts(filter, newest_first, [&](const StoredPost& kept) {
      marks.push_back(mark(kept));
      filter.after = read_place(to_text(place_of(kept)));
      return --left > 0;
    });
    more = left == 0 || gave_up.value();
    if (gave_up.value()) filter.after = *gave_up;
  }
  return marks;
}

class Chance {
 public:
  explicit Chance(unsigned seed) : random_(seed) {}
  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  bool one_in(int number) { return below(number) == 0; }

  std::string word() { return vocabulary[static_cast<std::size_t>(below(vocabulary.size()))]; }
  std::string text() {
    std::string text = word();
    for (int more = below(7); more > 0; --more) text += ' ' + word();
    return text;
  }

  Entry entry(UtcTime now) {
    const auto id = "post " + std::to_string(below(60));
    if (one_in(10)) {
      auto gone = tombstone(id);
      gone.post.seen_at = now;
      return gone;
    }
    auto entry = saying(id, text(), evening + below(4) * 1439 + below(6));
    entry.post.made_at += std::chrono::milliseconds{below(3) * 700};
    entry.post.seen_at = now;
    entry.post.author = "~" + std::to_string(below(9));
    if (one_in(3)) entry.post.title = text();
    if (one_in(3)) entry.post.source = "other.example";
    if (one_in(3)) entry.watched.push_back("trust");
    if (one_in(3)) entry.place = one_in(2) ? "northvale" : "southvale";
    if (one_in(2)) entry.post.edited_at = now;
    if (one_in(2)) entry.assessment.concerns = {{.theme = one_in(2) ? Theme::pain : Theme::waiting}};
    entry.assessment.severity = below(severities);
    entry.assessment.voice = static_cast<Voice>(below(4));
    entry.assessment.sentiment = static_cast<Sentiment>(below(3));
    return entry;
  }

  PostFilter filter() {
    PostFilter filter;
    for (int phrases = below(3); phrases > 0; --phrases)
      filter.phrases.push_back(one_in(3) ? word() + ' ' + word() : word());
    if (one_in(4)) filter.tag = one_in(2) ? "trust" : "nhssm";
    if (one_in(4)) filter.source = one_in(2) ? "other.example" : "social.example";
    if (one_in(4)) filter.concern = one_in(2) ? Theme::pain : Theme::waiting;
    if (one_in(4)) filter.min_severity = below(severities + 1);
    if (one_in(4)) filter.voice = static_cast<Voice>(below(4));
    if (one_in(4)) filter.place = one_in(3) ? "" : one_in(2) ? "northvale" : "nowhere";
    if (one_in(6)) filter.sentiment = static_cast<Sentiment>(below(3));
    if (one_in(3)) filter.from = at_minute(evening + below(4) * 1440 - below(90));
    if (one_in(3)) filter.to = at_minute(evening + below(4) * 1440 + below(90));
    return filter;
  }

 private:
  std::mt19937 random_;
};

void compare(const Store& store, Chance& chance) {
  for (int queries = 0; queries < 6; ++queries) {
    const auto filter = chance.filter();
    const bool newest_first = chance.one_in(2);
    std::vector<std::string> expected;
    for (const auto& kept : all_posts(store, {}, newest_first))
      if (meets(kept, filter)) expected.push_back(mark(kept));
    const auto page = static_cast<std::size_t>(1 + chance.below(7));
    CHECK(found(store, filter, newest_first, page, static_cast<std::size_t>(chance.below(4))) == expected);
  }
}

TEST_CASE(
    "after any history of posts, edits, deletions, erasures, expiry and restarts, a search finds what reading all "
    "finds") {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    Chance chance{seed};
    const Memory memory;
    auto store = memory.open();
    auto now = at_minute(evening + 5 * 1440);
    for (int step = 0; step < 30; ++step, now += std::chrono::hours{5}) {
      CAPTURE(step);
      Batch batch = page({});
      for (int left = chance.below(9); left > 0; --left) batch.entries.push_back(chance.entry(now));
      commit(*store, batch);
      if (chance.one_in(6)) {
        store.reset();
        store = memory.open();
      }
      if (chance.one_in(12)) {
        const std::vector<Erasure> erasure{{ErasureKind::author, "~" + std::to_string(chance.below(9))}};
        CHECK(store->forget(erasure, {}, now).value().finished);
      }
      if (chance.one_in(6)) {
        const Retention retention{
            .text = std::chrono::days{2}, .author = std::chrono::days{3}, .labels = std::chrono::days{5}};
        std::string next;
        do next = store->expire(retention, now, next, 3).value().next;
        while (!next.empty());
      }
      compare(*store, chance);
      CHECK(differences(*store) == "");
    }
  }
}

TEST_CASE("a list goes on behind the last post of a page, whatever comes and goes meanwhile") {
  const Memory memory;
  const auto store = memory.open();
  std::vector<Entry> first;
  for (int i = 0; i < 9; ++i) first.push_back(saying("post " + std::to_string(i), "on a trolley", evening + i / 3));
  commit(*store, page(first));
  PostFilter filter{.phrases = {"trolley"}};
  Ids seen;
  for (int i = 0; i < 9; ++i) {
    store
        ->posts(filter, true,
                [&](const StoredPost& kept) {
                  seen.push_back(kept.post.id);
                  filter.after = place_of(kept);
                  return false;
                })
        .value();
    commit(*store, page({saying("newer " + std::to_string(i), "on a trolley", evening + 60)}));
    if (i == 4) commit(*store, page({tombstone(seen.back())}));  // the very place where the list stands
  }
  auto expected = ids(*store, {.to = at_minute(evening + 30)}, true);
  expected.insert(expected.begin() + 4, seen[4]);
  CHECK(seen == expected);
}

TEST_CASE("a place is read as it was written, and nothing else is a place") {
  const PostPlace place{at_minute(evening), {'\1', '\xff'}};
  const auto text = to_text(place);
  CHECK(text.size() == 48);
  CHECK(read_place(text)->made_at == place.made_at);
  CHECK(read_place(text)->hash == place.hash);
  for (const auto& wrong : {std::string{}, text.substr(1), text + "00", text.substr(0, 46) + "0G"})
    CHECK_FALSE(read_place(wrong));
}

TEST_CASE("a search that reads in vain gives up where it is told to, and says where") {
  const Memory memory;
  const auto store = memory.open();
  std::vector<Entry> posts;
  for (int i = 0; i < 9; ++i) posts.push_back(saying("post " + std::to_string(i), "bell call", evening + i));
  posts.push_back(saying("old", "call bell", evening - 9));
  commit(*store, page(posts));
  PostFilter filter{.phrases = {"call bell"}, .reads = 4};
  Ids seen;
  const auto take = [&](const StoredPost& kept) { return seen.push_back(kept.post.id), true; };
  for (const auto minute : {5, 1}) {
    filter.after = store->posts(filter, true, take).value();
    REQUIRE(filter.after);
    CHECK(filter.after->made_at == at_minute(evening + minute));
    CHECK(seen.empty());
  }
  CHECK_FALSE(store->posts(filter, true, take).value());
  CHECK(seen == Ids{"old"});
}

// Words, as the rows of the index hold them; the labels of the post are still there.
std::size_t postings_in(const Memory& memory) {
  const auto db = open_db(memory.settings()).value();
  const std::unique_ptr<rocksdb::Iterator> row{(*db)->NewIterator({}, db->of(Family::words))};
  std::size_t postings = 0;
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    Postings read;
    CHECK(read.read(0, row->value().ToStringView()));
    postings += read.added_up().size();
  }
  return postings;
}

TEST_CASE("words go with their text, and with their post the row that held them") {
  const Memory memory;
  const auto made = saying("post", "on a trolley");
  commit(*memory.open(), page({made}));
  CHECK(postings_in(memory) == 5);  // three words, a tag, a source
  std::string next;
  do next = memory.open()->expire({.text = std::chrono::days{1}}, at_minute(evening + 9000), next, 9).value().next;
  while (!next.empty());
  CHECK(postings_in(memory) == 2);
  CHECK(ids(*memory.open(), {.phrases = {"trolley"}}).empty());
  CHECK(ids(*memory.open(), {.tag = "nhssm"}) == Ids{"post"});
  const std::vector<Erasure> erasure{{ErasureKind::url, "post"}};
  CHECK(memory.open()->forget(erasure, {}, at_minute(evening + 9000)).value().finished);
  const auto db = open_db(memory.settings()).value();
  const std::unique_ptr<rocksdb::Iterator> row{(*db)->NewIterator({}, db->of(Family::words))};
  row->SeekToFirst();
  CHECK_FALSE(row->Valid());
}

void drop_all_words(const OpenDb& db) {
  const std::unique_ptr<rocksdb::Iterator> row{db->NewIterator({}, db.of(Family::words))};
  for (row->SeekToFirst(); row->Valid(); row->Next()) CHECK(db->Delete({}, db.of(Family::words), row->key()).ok());
}

TEST_CASE(
    "a store without an index, or with one of another scheme, gets it when it is opened; a reader waits for that") {
  const Memory memory;
  std::vector<Entry> posts;
  for (int i = 0; i < 12'000; ++i)
    posts.push_back(saying("post " + std::to_string(i), i % 100 ? "bell" : "trolley", evening + i));
  commit(*memory.open(), page(posts));
  const auto spoil = [&](const std::string& progress) {
    const auto db = open_db(memory.settings()).value();
    if (progress.empty()) {
      CHECK((*db)->Delete({}, db->of(Family::meta), "words").ok());
      drop_all_words(*db);
    } else {
      CHECK((*db)->Put({}, db->of(Family::meta), "words", progress).ok());
    }
  };
  for (const std::string progress : {"", "\1\x7f\1"}) {
    spoil(progress);
    auto reader = memory.settings();
    reader.read_only = true;
    CHECK_FALSE(Store::open(reader).has_value());
    const auto store = memory.open();
    CHECK(ids(*store, {.phrases = {"trolley"}}).size() == 120);
    CHECK(differences(*store) == "");
  }
}

TEST_CASE("building the index, stopped in the middle, goes on there") {
  const Memory memory;
  std::vector<Entry> posts;
  for (int i = 0; i < 30; ++i) posts.push_back(saying("post " + std::to_string(i), "bell", evening + i));
  commit(*memory.open(), page(posts));
  {
    const auto db = open_db(memory.settings()).value();
    const std::unique_ptr<rocksdb::Iterator> row{(*db)->NewIterator({}, db->of(Family::posts))};
    WordTally first;
    std::string until;
    row->SeekToFirst();
    drop_all_words(*db);
    for (int i = 0; i < 10; ++i, row->Next()) {
      const auto kept = decode_post(row->value().ToStringView())->kept;
      first.count(kept.post, kept.assessment, kept.watched, kept.place, +1);
      until = row->key().ToString();
    }
    rocksdb::WriteBatch batch;
    write_words(*db, first, batch);
    batch.Put(db->of(Family::meta), "words", std::string{'\1', '\1', '\2'} + until);
    CHECK((*db)->Write({}, &batch).ok());
  }
  const auto store = memory.open();
  CHECK(ids(*store, {.phrases = {"bell"}}).size() == 30);
  CHECK(differences(*store) == "");
}

TEST_CASE("verify finds a word too many, one too few and one elsewhere; of a range of days, only there") {
  const Memory memory;
  commit(*memory.open(), page({saying("post", "on a trolley"), saying("later", "the bell", evening + 1440)}));
  const auto day = at_minute(evening - evening % 1440);
  const auto tamper = [&](const Entry& entry, int number) {
    const auto db = open_db(memory.settings()).value();
    WordTally words;
    words.count(entry.post, {}, {}, "", number);
    rocksdb::WriteBatch batch;
    write_words(*db, words, batch);
    CHECK((*db)->Write({}, &batch).ok());
  };
  struct Row {
    const char* fact;
    Entry entry;
    int number;
  };
  const Row rows[] = {{"too many", saying("x", "tea"), 1},
                      {"too few", saying("x", "trolley"), -1},
                      {"at another second", saying("x", "trolley", evening + 1), 1},
                      {"on a day without posts", saying("x", "tea", evening - 5000), 1}};
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    tamper(row.entry, row.number);
    CHECK(differences(*memory.open()).find("words of the day ") != std::string::npos);
    CHECK(memory.open()->verify({.from = day + std::chrono::hours{30}}).value().differences.empty());
    CHECK_FALSE(memory.open()->verify({.to = day + std::chrono::hours{1}}).value().differences.empty());
    tamper(row.entry, -row.number);
    CHECK(differences(*memory.open()) == "");
  }
  CHECK(memory.open()->verify({.from = day, .to = day + std::chrono::hours{24}}).value().posts == 1);
}

}  // namespace
}  // namespace barometer
