#include <random>

#include <doctest/doctest.h>

#include "storage/bytes.hpp"
#include "storage/issue_codec.hpp"
#include "storage/keys.hpp"
#include "tests/storage/failing_disk.hpp"
#include "tests/storage/samples.hpp"

namespace barometer {
namespace {

using namespace std::string_literals;

constexpr std::int64_t day = 24 * 60;

Entry complaint(const std::string& id, std::int64_t minute, Theme theme, int severity, const std::string& author,
                const std::string& place = "ward-7") {
  auto entry = heard(id, minute, Sentiment::negative, {{.theme = theme, .severity = severity, .rule = "r"}});
  entry.post.author = author;
  entry.place = place;
  entry.utterance = Utterance{.voice = voice_number(entry.post.platform, author), .tag = "nhssm"};
  entry.utterance->concerns = {{theme, severity, "r"}};
  if (theme == Theme::complaint_ignored) entry.utterance->unanswered_since = entry.post.made_at - std::chrono::days{9};
  entry.tone = Tone::negative;
  return entry;
}

std::vector<Issue> issues(const Store& store, const IssueFilter& filter = {}) {
  std::vector<Issue> found;
  store.issues(filter, [&](const Issue& issue) { return found.push_back(issue), true; }).value();
  return found;
}

std::vector<std::string> posts_of(const Store& store, const Issue& issue) {
  std::vector<std::string> found;
  store.posts_of_issue(issue.id, [&](const StoredPost& kept) { return found.push_back(kept.post.id), true; }).value();
  return found;
}

std::string all_issues(const Store& store) {
  std::string bytes;
  for (const auto& issue : issues(store)) {
    bytes += encode_issue(issue);
    for (const auto& post : posts_of(store, issue)) bytes += post + '\n';
  }
  return bytes;
}

// A source falls silent, answers again, or is known to have missed what was said before.
SourceReport gap_of(std::int64_t minute, int what) {
  SourceReport report;
  report.source = "social.example";
  if (what == 0) report.blind = {{at_minute(minute), GapReason::down}};
  if (what == 1) report.heard = Heard{at_minute(minute), false};
  if (what == 2) report.missed = {{at_minute(minute - 3 * day), at_minute(minute - day), GapReason::down}};
  return report;
}

// Half a year of background at several places, with outbreaks, edits and deletions: the same for the same seed.
std::vector<Batch> half_year(unsigned seed) {
  std::mt19937 chance(seed);
  const auto below = [&chance](unsigned limit) { return static_cast<int>(chance() % limit); };
  constexpr std::array themes{Theme::waiting, Theme::pain, Theme::call_bell, Theme::complaint_ignored};
  std::vector<Batch> pages;
  std::vector<std::string> kept;
  for (int d = 0; d < 120; ++d) {
    std::vector<Entry> entries;
    const bool outbreak = (d > 60 && d < 66) || (d > 100 && d < 104);
    for (int n = below(4) + (outbreak ? 4 : 0); n > 0; --n) {
      const auto id = std::to_string(d) + "/" + std::to_string(n);
      const auto theme = outbreak && n < 5 ? Theme::falls : themes[static_cast<std::size_t>(below(4))];
      const std::string place = outbreak ? "ward-7" : "ward-" + std::to_string(below(4));
      entries.push_back(complaint(id, evening + d * day + below(600), theme, below(40) == 0 ? 4 : 1 + below(3),
                                  "~" + std::to_string(below(500)), place));
      kept.push_back(id);
    }
    for (int n = d < 90 ? 9 : 1; n > 0; --n) {  // then praise falls silent
      auto thanks =
          heard("t" + std::to_string(d) + "/" + std::to_string(n), evening + d * day + below(600), Sentiment::positive);
      thanks.place = "ward-1";
      thanks.tone = Tone::other;
      entries.push_back(std::move(thanks));
    }
    if (!kept.empty() && below(5) == 0) entries.push_back(tombstone(kept[chance() % kept.size()], evening + d * day));
    if (!entries.empty() && below(5) == 0) {
      auto again = entries.front();
      if (again.utterance) {
        again.utterance->concerns.front().severity = 3;
        entries.push_back(edited(again, "It hurt", evening + d * day + 700));
      }
    }
    pages.push_back(page(std::move(entries)));
    if (below(6) == 0) pages.back().reports = {gap_of(evening + d * day, below(3))};
  }
  return pages;
}

TEST_CASE("one post of severity 4 opens an issue, in the write that keeps the post") {
  const Memory memory;
  {
    const auto store = memory.open();
    commit(*store,
           page({complaint("p1", evening, Theme::abuse, 4, "~a"), complaint("p2", evening + 1, Theme::pain, 2, "~b")}));
  }
  const auto store = memory.open();
  const auto found = issues(*store);
  REQUIRE(found.size() == 1);
  CHECK(found[0].kind == IssueKind::red_flag);
  CHECK(found[0].theme == Theme::abuse);
  CHECK(found[0].place == "ward-7");
  CHECK(found[0].tag == "nhssm");
  CHECK(found[0].severity == 4);
  CHECK(found[0].posts == 1);
  CHECK(posts_of(*store, found[0]) == std::vector<std::string>{"p1"});
  CHECK(all_posts(*store).front().place == "ward-7");
}

TEST_CASE("issues are the same in one go, in batches with restarts between, and committed one post at a time") {
  for (const unsigned seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    const auto pages = half_year(seed);
    const Memory whole;
    const auto in_one_go = whole.open();
    in_one_go->commit(pages).value();
    const Memory parts;
    auto store = parts.open();
    const Memory singles;
    const auto one_by_one = singles.open();
    for (std::size_t i = 0; i < pages.size(); ++i) {
      if (i % 12 == 0) {
        store.reset();
        store = parts.open();
      }
      commit(*store, pages[i]);
      for (const auto& entry : pages[i].entries) commit(*one_by_one, page({entry}));
      auto told_last = page({});
      told_last.reports = pages[i].reports;
      commit(*one_by_one, told_last);
    }
    CHECK(issues(*in_one_go).size() > 1);
    CHECK(all_issues(*in_one_go) == all_issues(*store));
    CHECK(all_issues(*in_one_go) == all_issues(*one_by_one));
    CHECK(differences(*store).empty());
  }
}

TEST_CASE("praise anywhere takes no issue away and delays none") {
  for (const unsigned seed : {5U, 6U}) {
    CAPTURE(seed);
    const auto pages = half_year(seed);
    const Memory alone;
    const auto complaints = alone.open();
    complaints->commit(pages).value();
    std::mt19937 chance(seed);
    auto mixed = pages;
    int thanks = 0;
    for (auto& one : mixed)
      for (auto n = chance() % 9; n > 0; --n) {
        const auto at = one.entries.begin() + static_cast<std::ptrdiff_t>(chance() % (one.entries.size() + 1));
        const auto minute = evening + static_cast<std::int64_t>(chance() % (120 * day));
        one.entries.insert(at, heard("thanks " + std::to_string(thanks++), minute, Sentiment::positive,
                                     {{.theme = Theme::praise, .severity = 0, .rule = "p"}}));
      }
    const Memory both;
    const auto with_praise = both.open();
    with_praise->commit(mixed).value();
    CHECK(issues(*complaints).size() > 1);
    CHECK(all_issues(*with_praise) == all_issues(*complaints));
  }
}

TEST_CASE("a write that fails leaves the tracker as the disk is") {
  const auto pages = half_year(4);
  const Memory whole;
  const auto expected = whole.open();
  expected->commit(pages).value();
  FailingDisk disk;
  auto store = Store::open({.path = "/store", .env = &disk}).value();
  int failed = 0;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    // Now and then a thread of RocksDB that tidies up after the last failure meets the fault, and a later write is told.
    if (i % 20 == 7) disk.fail_at(1, FailingDisk::Fault::once);
    int attempts = 1;
    while (attempts <= 3 && !store->commit({&pages[i], 1}).has_value()) ++attempts;
    REQUIRE(attempts <= 3);
    failed += attempts - 1;
  }
  CHECK(failed > 0);
  CHECK(all_issues(*store) == all_issues(*expected));
}

TEST_CASE("a deleted post leaves its issue, and the last one closes it") {
  const Memory memory;
  auto store = memory.open();
  commit(*store,
         page({complaint("p1", evening, Theme::abuse, 4, "~a"), complaint("p2", evening + 1, Theme::abuse, 3, "~b")}));
  commit(*store, page({tombstone("p1")}));
  REQUIRE(issues(*store).size() == 1);
  CHECK(issues(*store)[0].posts == 1);
  CHECK(issues(*store)[0].voices == 1);
  CHECK_FALSE(issues(*store)[0].closed_at.has_value());
  CHECK(posts_of(*store, issues(*store)[0]) == std::vector<std::string>{"p2"});
  commit(*store, page({tombstone("p2")}));
  CHECK(issues(*store)[0].posts == 0);
  CHECK(issues(*store)[0].closed_at.has_value());
  CHECK(issues(*store, {.open = true}).empty());
}

TEST_CASE("an erased author's words leave no row of an issue behind") {
  const Memory memory;
  const auto store = memory.open();
  commit(*store,
         page({complaint("p1", evening, Theme::abuse, 4, "~a"), complaint("p2", evening + 1, Theme::abuse, 4, "~b")}));
  const Erasure erasure{.kind = ErasureKind::author, .what = "~a"};
  store->forget({&erasure, 1}, {}, at_minute(evening + 10)).value();
  REQUIRE(issues(*store).size() == 1);
  CHECK(posts_of(*store, issues(*store)[0]) == std::vector<std::string>{"p2"});
  commit(*store,
         page({complaint("p3", evening + 20, Theme::abuse, 3, "~c")}));  // the tracker was read anew and goes on
  CHECK(posts_of(*store, issues(*store)[0]) == std::vector<std::string>{"p2", "p3"});
  CHECK(differences(*store).empty());
}

TEST_CASE("what an issue calls for is raised once, with the post that opened it") {
  const Memory memory;
  const auto store = memory.open();
  store->tell_of_issues([](const Issue& issue, IssueChange change, UtcTime now) {
    std::vector<Alert> alerts;
    if (change != IssueChange::opened) return alerts;
    Alert one;
    one.id = "tell of " + issue.id;
    one.recipient = "lead";
    one.issue = issue;
    one.raised_at = now;
    alerts.push_back(one);
    return alerts;
  });
  commit(*store, page({complaint("p1", evening, Theme::abuse, 4, "~a")}));
  REQUIRE(waiting(*store).size() == 1);
  commit(*store, page({complaint("p2", evening + 5, Theme::abuse, 4, "~b")}));
  CHECK(waiting(*store).size() == 1);
  commit(*store, page({tombstone("p1")}));
  CHECK(waiting(*store).empty());  // withdrawn with its post
}

TEST_CASE("issues are found by what they are about") {
  const Memory memory;
  const auto store = memory.open();
  commit(*store, page({complaint("p1", evening, Theme::abuse, 4, "~a", "ward-1"),
                       complaint("p2", evening + 3 * day, Theme::pain, 4, "~b", "ward-2")}));
  CHECK(issues(*store, {.theme = Theme::abuse}).size() == 1);
  CHECK(issues(*store, {.place = "ward-2"}).size() == 1);
  CHECK(issues(*store, {.tag = "other"}).empty());
  CHECK(issues(*store, {.kind = IssueKind::burst}).empty());
  CHECK(issues(*store, {.from = at_minute(evening + day)}).size() == 1);
  CHECK(issues(*store, {.to = at_minute(evening + day)}).size() == 1);
}

TEST_CASE("records of issues come back with every field, and damaged ones are refused") {
  Utterance utterance{.post = hash_id("p"),
                      .made_at = at_minute(3),
                      .heard_at = at_minute(4),
                      .voice = 7,
                      .place = "ward-7",
                      .tag = "nhssm",
                      .source = "s"};
  utterance.concerns = {{Theme::falls, 3, "falls.fell"}, {Theme::pain, 1, "x"}};
  utterance.sketch = sketch_of("one two three four five six seven");
  utterance.unanswered_since = at_minute(2);
  utterance.copied = true;
  const auto key = post_key(utterance.heard_at, utterance.post);
  const auto bytes = encode_utterance(utterance);
  const auto read = decode_utterance(key, bytes);
  REQUIRE(read.has_value());
  CHECK(encode_utterance(*read) == bytes);
  CHECK(read->post == utterance.post);
  CHECK(read->heard_at == utterance.heard_at);
  CHECK(read->sketch == utterance.sketch);
  CHECK(read->unanswered_since == utterance.unanswered_since);
  Issue issue{.id = "0123456789abcdef", .kind = IssueKind::slow_burn, .theme = Theme::falls, .place = "ward-7"};
  issue.evidence.surprise = 3.5;
  issue.closed_at = at_minute(9);
  issue.told_voices = 4;
  issue.spells = {{Theme::falls, at_minute(1), at_minute(2)}};
  const auto record = encode_issue(issue);
  REQUIRE(decode_issue(record).has_value());
  CHECK(encode_issue(*decode_issue(record)) == record);
  for (std::size_t cut = 0; cut < record.size(); ++cut) CHECK_FALSE(decode_issue(record.substr(0, cut)).has_value());
  for (std::size_t cut = 0; cut < bytes.size(); ++cut)
    CHECK_FALSE(decode_utterance(key, bytes.substr(0, cut)).has_value());
  CHECK_FALSE(decode_member("\1\2").has_value());
}

TEST_CASE("records of issues from an earlier version are read without what was not known then") {
  Utterance utterance{.post = hash_id("p"), .made_at = at_minute(3), .heard_at = at_minute(4), .voice = 7, .tag = "t"};
  utterance.concerns = {{Theme::falls, 3, "falls.fell"}};
  const auto key = post_key(utterance.heard_at, utterance.post);
  auto bytes = encode_utterance(utterance);
  bytes = '\1' + bytes.substr(1, bytes.size() - 3);
  REQUIRE(decode_utterance(key, bytes).has_value());
  CHECK(decode_utterance(key, bytes)->voice == 7);
  const auto with_sketch = [&utterance](char form, auto part) {
    auto record = encode_utterance(utterance);
    record.replace(record.size() - 3, 1, 1, form);
    std::string parts;
    for (std::uint32_t i = 0; i < 16; ++i) put_word(parts, static_cast<decltype(part)>(part | i));
    return record.insert(record.size() - 2, parts);
  };
  const Sketch lowest_bytes{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  REQUIRE(decode_utterance(key, with_sketch(1, std::uint32_t{0xabcdef00})).has_value());
  CHECK(decode_utterance(key, with_sketch(1, std::uint32_t{0xabcdef00}))->sketch == lowest_bytes);
  REQUIRE(decode_utterance(key, with_sketch(2, std::uint16_t{0xab00})).has_value());
  CHECK(decode_utterance(key, with_sketch(2, std::uint16_t{0xab00}))->sketch == lowest_bytes);
  Issue issue{.id = "0123456789abcdef", .kind = IssueKind::slow_burn, .theme = Theme::falls, .place = "ward-7"};
  std::string tail;
  put_issue_tail(tail, issue);
  auto record = encode_issue(issue);
  record = '\1' + record.substr(1, record.size() - 1 - tail.size());
  REQUIRE(decode_issue(record).has_value());
  CHECK(decode_issue(record)->id == issue.id);
}

TEST_CASE("orders and counts of moods come back, and damaged ones are refused") {
  const IssueOrder order{.does = IssueOrder::Does::split,
                         .issue = "0123456789abcdef",
                         .posts = {hash_id("a"), hash_id("b")},
                         .by = "anna.smith",
                         .at = at_minute(7)};
  const auto bytes = encode_issue_order(order);
  const auto key = issue_order_key(order.at, bytes);
  CHECK(time_of_issue_order(key) == order.at);
  const auto read = decode_issue_order(order.at, bytes);
  REQUIRE(read.has_value());
  CHECK(read->posts == order.posts);
  CHECK(read->by == order.by);
  CHECK(encode_issue_order(*read) == bytes);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut)
    CHECK_FALSE(decode_issue_order(order.at, bytes.substr(0, cut)).has_value());
  const ToneDay tone{.place = "ward-7", .tag = "", .day = 20'000, .negative = 300, .all = 4'000};
  const auto again = decode_tone(tone_key(tone), encode_tone(tone));
  REQUIRE(again.has_value());
  CHECK(again->place == tone.place);
  CHECK(again->day == tone.day);
  CHECK(again->negative == tone.negative);
  CHECK(again->all == tone.all);
  CHECK_FALSE(decode_tone(tone_key(tone), encode_tone({.negative = 2, .all = 1})).has_value());
  CHECK_FALSE(decode_tone("tone", encode_tone(tone)).has_value());
  auto damaged = tone_key(tone);
  damaged.replace(damaged.size() - 4, 4, "\xac\0\x81\1"s);  // a day no year has
  CHECK(decode_tone(damaged, encode_tone(tone)).has_value());
}

TEST_CASE("people's orders are events: in one go, with restarts, and one post at a time they give the same issues") {
  const auto pages = half_year(9);
  const Memory whole;
  const auto in_one_go = whole.open();
  const Memory parts;
  auto store = parts.open();
  for (std::size_t i = 0; i < pages.size(); ++i) {
    if (i % 12 == 0) {
      store.reset();
      store = parts.open();
    }
    commit(*in_one_go, pages[i]);
    for (const auto& entry : pages[i].entries) commit(*store, page({entry}));
    auto told_last = page({});
    told_last.reports = pages[i].reports;
    commit(*store, told_last);
    const auto open = issues(*in_one_go, {.open = true});
    const auto at = at_minute(evening + static_cast<std::int64_t>(i) * day + 900);
    if (i % 9 == 4 && open.size() > 1) {
      const IssueOrder order{.issue = open[0].id, .other = open[1].id, .by = "anna", .at = at};
      CHECK(in_one_go->arrange(order).value().id == store->arrange(order).value().id);
    } else if (i % 7 == 3 && !open.empty() && open.back().posts > 2) {
      const IssueOrder order{.does = IssueOrder::Does::split,
                             .issue = open.back().id,
                             .posts = {hash_id(posts_of(*in_one_go, open.back()).front())},
                             .at = at};
      CHECK(in_one_go->arrange(order).value().id == store->arrange(order).value().id);
    }
  }
  CHECK(all_issues(*in_one_go) == all_issues(*store));
  int merged = 0;
  int split = 0;
  store
      ->issue_orders([&](const IssueOrder& order) {
        ++(order.does == IssueOrder::Does::merge ? merged : split);
        return true;
      })
      .value();
  CHECK(merged > 0);
  CHECK(split > 0);
  CHECK(differences(*store).empty());
}

TEST_CASE("a merged issue's posts are those of the other, and an order that makes no sense changes nothing") {
  const Memory memory;
  auto store = memory.open();
  commit(*store, page({complaint("p1", evening, Theme::abuse, 4, "~a", "ward-1"),
                       complaint("p2", evening + 1, Theme::pain, 4, "~b", "ward-2")}));
  const auto both = issues(*store);
  REQUIRE(both.size() == 2);
  const IssueOrder merge{.issue = both[0].id, .other = both[1].id, .by = "anna", .at = at_minute(evening + 9)};
  store->arrange(merge).value();
  store.reset();
  store = memory.open();
  const auto after = issues(*store);
  CHECK(after[0].posts == 2);
  CHECK(posts_of(*store, after[0]) == std::vector<std::string>{"p1", "p2"});
  CHECK(posts_of(*store, after[1]).empty());
  CHECK(after[1].merged_into == after[0].id);
  CHECK(issues(*store, {.open = true}).size() == 1);
  const auto before = all_issues(*store);
  for (const auto& odd : {merge, IssueOrder{.issue = "none", .other = both[0].id},
                          IssueOrder{.does = IssueOrder::Does::split, .issue = both[0].id},
                          IssueOrder{.does = IssueOrder::Does::split, .issue = both[0].id, .posts = {hash_id("p9")}}})
    CHECK_FALSE(store->arrange(odd).has_value());
  CHECK(all_issues(*store) == before);
  commit(*store, page({complaint("p3", evening + 20, Theme::pain, 3, "~c", "ward-2")}));  // where the part was
  CHECK(posts_of(*store, after[0]) == std::vector<std::string>{"p1", "p2", "p3"});
  const IssueOrder split{
      .does = IssueOrder::Does::split, .issue = both[0].id, .posts = {hash_id("p2")}, .at = at_minute(evening + 30)};
  const auto part = store->arrange(split).value();
  CHECK(part.theme == Theme::abuse);
  CHECK(posts_of(*store, part) == std::vector<std::string>{"p2"});
  commit(*store, page({tombstone("p2", evening + 40)}));
  CHECK(issues(*store, {.open = true}).size() == 1);
}

TEST_CASE("an order that the disk refuses changes nothing") {
  FailingDisk disk;
  auto store = Store::open({.path = "/store", .env = &disk}).value();
  commit(*store, page({complaint("p1", evening, Theme::abuse, 4, "~a", "ward-1"),
                       complaint("p2", evening + 1, Theme::pain, 4, "~b", "ward-2")}));
  const auto before = all_issues(*store);
  const auto both = issues(*store);
  disk.fail_at(1, FailingDisk::Fault::once);
  const IssueOrder merge{.issue = both[0].id, .other = both[1].id, .at = at_minute(evening + 9)};
  CHECK_FALSE(store->arrange(merge).has_value());
  commit(*store, page({}));
  CHECK(all_issues(*store) == before);
  CHECK(store->arrange(merge).has_value());
}

}  // namespace
}  // namespace barometer
