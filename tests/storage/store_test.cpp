#include <doctest/doctest.h>

#include "tests/storage/samples.hpp"

namespace barometer {
namespace {

using Ids = std::vector<std::string>;
using Outcomes = std::vector<Outcome>;

std::int64_t count(const Store& store, Resolution resolution, Sentiment sentiment, int severity = 0) {
  std::int64_t sum = 0;
  for (const auto& point : points(store, {.resolution = resolution}))
    sum += point.posts[static_cast<std::size_t>(sentiment)][static_cast<std::size_t>(severity)];
  return sum;
}

TEST_CASE("posts, counts and cursor of a page are there together, also after closing") {
  const Memory memory;
  commit(*memory.open(), page({heard("a"), heard("b", evening + 1, Sentiment::negative)}, "after b"));
  const auto store = memory.open();
  CHECK(ids(*store) == Ids{"a", "b"});
  CHECK(store->cursor("social.example").value().bytes == "after b");
  CHECK(store->has("a").value());
  CHECK_FALSE(store->has("c").value());
  CHECK(store->post("b").value()->post.text == "Nineteen hours on a trolley");
  CHECK_FALSE(store->post("c").value().has_value());
  CHECK(points(*store, {.resolution = Resolution::minute}).size() == 2);
  CHECK(count(*store, Resolution::day, Sentiment::negative) == 1);
  CHECK(differences(*store) == "");
}

TEST_CASE("a source that was never asked has an empty cursor") {
  CHECK(Memory{}.open()->cursor("social.example").value() == Cursor{});
}

TEST_CASE("a post counts once under its class and severity, and under each concern at that concern's severity") {
  const Memory memory;
  const auto store = memory.open();
  auto entry = heard("a", evening, Sentiment::negative,
                     {{.theme = Theme::pain, .severity = 3}, {.theme = Theme::waiting, .severity = 1}});
  entry.watched = {"nhssm", "trust", "nhssm"};
  commit(*store, page({entry}));
  const auto found = points(*store, {.resolution = Resolution::hour});
  REQUIRE(found.size() == 2);
  CHECK(found[0].tag == "nhssm");
  CHECK(found[1].tag == "trust");
  for (const auto& point : found) {
    CHECK(point.posts[0][3] == 1);
    CHECK(point.posts[0][1] == 0);
    REQUIRE(point.concerns.size() == 2);
    CHECK(point.concerns[0].theme == Theme::pain);
    CHECK(point.concerns[0].severity == 3);
    CHECK(point.concerns[1].posts == 1);
  }
}

TEST_CASE("copies count once, in one page, in one group and later") {
  const Memory memory;
  const auto store = memory.open();
  CHECK(commit(*store, page({heard("a"), heard("a")})) == Outcomes{Outcome::stored, Outcome::duplicate});
  const std::array group{page({heard("a"), heard("b")}), page({heard("b")})};
  const auto committed = store->commit(group).value();
  CHECK(committed[0].outcomes == Outcomes{Outcome::duplicate, Outcome::stored});
  CHECK(committed[1].outcomes == Outcomes{Outcome::duplicate});
  CHECK(count(*store, Resolution::hour, Sentiment::neutral) == 2);
  CHECK(differences(*store) == "");
}

TEST_CASE("likes, links and the source that heard it make no edit") {
  const Memory memory;
  const auto store = memory.open();
  commit(*store, page({heard("a")}));
  auto again = heard("a");
  again.post.likes = 12;
  again.post.url = "https://other.example/a";
  again.post.source = "other.example";
  CHECK(commit(*store, page({again})) == Outcomes{Outcome::duplicate});
  CHECK(all_posts(*store).at(0).post.source == "social.example");
}

TEST_CASE("an edit moves what the post counts for, and keeps when and where it was first heard") {
  const Memory memory;
  const auto store = memory.open();
  commit(*store, page({heard("a", evening, Sentiment::positive)}));
  auto changed = edited(heard("a", evening + 5, Sentiment::negative, {{.theme = Theme::pain, .severity = 2}}),
                        "It hurt", evening + 5);
  changed.post.source = "other.example";
  CHECK(commit(*store, page({changed})) == Outcomes{Outcome::edited});
  const auto kept = all_posts(*store);
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].post.text == "It hurt");
  CHECK(kept[0].post.made_at == at_minute(evening));
  CHECK(kept[0].post.seen_at == at_minute(evening + 1));
  CHECK(kept[0].post.source == "social.example");
  CHECK(count(*store, Resolution::minute, Sentiment::positive) == 0);
  CHECK(count(*store, Resolution::minute, Sentiment::negative, 2) == 1);
  CHECK(points(*store, {.resolution = Resolution::minute}).size() == 1);
  CHECK(differences(*store) == "");
}

TEST_CASE("which version of a post is kept") {
  struct Row {
    const char* fact;
    std::int64_t kept_edit, heard_edit;  // minutes; 0: never edited
    const char* source;
    Outcome outcome;
  };
  const Row rows[] = {
      {"the later edit", 10, 20, "social.example", Outcome::edited},
      {"the later edit, whoever heard it", 10, 20, "other.example", Outcome::edited},
      {"not an earlier edit", 20, 10, "social.example", Outcome::duplicate},
      {"not the version before any edit", 20, 0, "social.example", Outcome::duplicate},
      {"the first edit", 0, 10, "other.example", Outcome::edited},
      {"without a time, what its own source says", 0, 0, "social.example", Outcome::edited},
      {"without a time, not what another says", 0, 0, "other.example", Outcome::duplicate},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const Memory memory;
    const auto store = memory.open();
    auto kept = heard("a");
    if (row.kept_edit != 0) kept.post.edited_at = at_minute(evening + row.kept_edit);
    commit(*store, page({kept}));
    auto other = heard("a");
    other.post.text = "Other words";
    other.post.source = row.source;
    if (row.heard_edit != 0) other.post.edited_at = at_minute(evening + row.heard_edit);
    CHECK(commit(*store, page({other})) == Outcomes{row.outcome});
    CHECK(differences(*store) == "");
  }
}

TEST_CASE("a deletion takes back what the post counted for, and no later copy brings it back") {
  const Memory memory;
  {
    const auto store = memory.open();
    CHECK(commit(*store, page({heard("a"), tombstone("a"), heard("a")})) ==
          Outcomes{Outcome::stored, Outcome::deleted, Outcome::duplicate});
    commit(*store, page({heard("b"), heard("c")}));
    CHECK(commit(*store, page({tombstone("b"), tombstone("b")})) == Outcomes{Outcome::deleted, Outcome::duplicate});
  }
  const auto store = memory.open();
  CHECK(commit(*store, page({heard("a"), edited(heard("b"), "Anew", evening + 90)})) ==
        Outcomes{Outcome::duplicate, Outcome::duplicate});
  CHECK(ids(*store) == Ids{"c"});
  CHECK_FALSE(store->has("b").value());
  CHECK(count(*store, Resolution::day, Sentiment::neutral) == 1);
  CHECK(differences(*store) == "");
}

TEST_CASE("a post whose deletion was heard first is never kept") {
  const Memory memory;
  const auto store = memory.open();
  CHECK(commit(*store, page({tombstone("a")})) == Outcomes{Outcome::duplicate});
  CHECK(commit(*store, page({heard("a")})) == Outcomes{Outcome::duplicate});
  CHECK(all_posts(*store).empty());
  CHECK(differences(*store) == "");
}

TEST_CASE("a post that comes late counts when it was made, also before 1970") {
  const Memory memory;
  const auto store = memory.open();
  commit(*store, page({heard("now"), heard("last week", evening - 7 * 24 * 60), heard("long ago", -1)}));
  const auto days = points(*store, {.resolution = Resolution::day});
  REQUIRE(days.size() == 3);
  CHECK(days[0].bucket == at_minute(-24 * 60));
  CHECK(days[1].bucket == at_minute(29'911'680));
  CHECK(days[2].bucket == at_minute(29'921'760));
  CHECK(ids(*store) == Ids{"long ago", "last week", "now"});
  CHECK(differences(*store) == "");
}

TEST_CASE("posts are found by time and by what is said of them, newest or oldest first") {
  const Memory memory;
  const auto store = memory.open();
  auto other = heard("c", evening + 2, Sentiment::negative, {{.theme = Theme::pain, .severity = 4}});
  other.post.source = "feed";
  other.watched = {"trust"};
  commit(*store, page({heard("a"), heard("b", evening + 1), other}));
  const Ids all{"a", "b", "c"};
  CHECK(ids(*store) == all);
  CHECK(ids(*store, {}, true) == Ids{all.rbegin(), all.rend()});
  const PostFilter range{.from = at_minute(evening + 1), .to = at_minute(evening + 2)};
  CHECK(ids(*store, range) == Ids{"b"});
  CHECK(ids(*store, range, true) == Ids{"b"});
  CHECK(ids(*store, {.from = at_minute(evening + 2), .to = at_minute(evening)}).empty());
  CHECK(ids(*store, {.tag = "trust"}) == Ids{"c"});
  CHECK(ids(*store, {.source = "feed"}) == Ids{"c"});
  CHECK(ids(*store, {.concern = Theme::pain}) == Ids{"c"});
  CHECK(ids(*store, {.concern = Theme::falls}).empty());
  CHECK(ids(*store, {.sentiment = Sentiment::neutral}) == Ids{"a", "b"});
  CHECK(ids(*store, {.min_severity = 4}) == Ids{"c"});
}

TEST_CASE("whoever reads posts or series may stop") {
  const Memory memory;
  const auto store = memory.open();
  commit(*store, page({heard("a"), heard("b", evening + 60)}));
  int read = 0;
  CHECK(store->posts({}, true, [&](const StoredPost&) { return ++read, false; }).has_value());
  CHECK(store->series({}, [&](const SeriesPoint&) { return ++read, false; }).has_value());
  CHECK(read == 2);
}

TEST_CASE("series come in order of tag, source and time, and are found by each") {
  const Memory memory;
  const auto store = memory.open();
  std::vector<Entry> entries;
  for (const char* tag : {"b", "a", "ab"})
    for (const char* source : {"y", "x"})
      for (const int hour : {2, 1, 0}) {
        auto entry = heard(std::string(tag) + source + std::to_string(hour), evening + 60 * hour);
        entry.watched = {tag};
        entry.post.source = source;
        entries.push_back(entry);
      }
  commit(*store, page(entries));
  const auto first = at_minute(29'921'940);  // 20:00
  std::vector<std::string> order;
  for (const auto& point : points(*store)) order.push_back(point.tag + point.source);
  CHECK(order == Ids{"ax", "ax", "ax", "ay", "ay", "ay", "abx", "abx", "abx", "aby", "aby", "aby", "bx", "bx", "bx",
                     "by", "by", "by"});
  CHECK(points(*store, {.tag = "a"}).size() == 6);
  CHECK(points(*store, {.tag = "a", .source = "y"}).size() == 3);
  CHECK(points(*store, {.source = "y"}).size() == 9);
  CHECK(points(*store, {.resolution = Resolution::day}).size() == 6);
  const auto middle =
      points(*store, {.source = "x", .from = first + std::chrono::hours{1}, .to = first + std::chrono::hours{2}});
  REQUIRE(middle.size() == 3);
  CHECK(middle[2].tag == "b");
  CHECK(middle[2].bucket == first + std::chrono::hours{1});
}

TEST_CASE("series are read on from any of their places, whatever the names") {
  using namespace std::string_literals;
  const Memory memory;
  const auto store = memory.open();
  std::vector<Entry> entries;
  for (const auto& tag : {"a"s, "a\0"s, "ab"s, "\xff"s})
    for (const auto& source : {"x"s, "x\0\1"s, "y"s})
      for (const int minutes : {0, 60, 26 * 60}) {
        auto entry = heard(std::to_string(entries.size()), evening + minutes);
        entry.watched = {tag};
        entry.post.source = source;
        entries.push_back(entry);
      }
  commit(*store, page(entries));
  const auto all = points(*store);
  REQUIRE(all.size() == 36);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto rest = points(*store, {.after = {{all[i].tag, all[i].source, all[i].bucket}}});
    REQUIRE(rest.size() == all.size() - i - 1);
    if (rest.empty()) continue;
    CHECK(rest.front().bucket == all[i + 1].bucket);
    CHECK(rest.front().source == all[i + 1].source);
  }
  const SeriesFilter::Place before_all{"", "", UtcTime::min()};
  CHECK(points(*store, {.tag = "ab", .after = before_all}).size() == 9);
  const SeriesFilter::Place after_all{"\xff\xff", "", UtcTime::max()};
  CHECK(points(*store, {.tag = "ab", .after = after_all}).empty());
}

TEST_CASE("names of tags and sources never mix, whatever bytes they hold") {
  using namespace std::string_literals;
  const Memory memory;
  const auto store = memory.open();
  const std::vector<std::string> names{"", "a", "a\0"s, "a\0\1"s, "a\xff"s, "\0"s, "a/b"};
  std::vector<Entry> entries;
  for (const auto& tag : names)
    for (const auto& source : names) {
      auto entry = heard(std::to_string(entries.size()));
      entry.watched = {tag};
      entry.post.source = source;
      entries.push_back(entry);
    }
  commit(*store, page(entries));
  CHECK(points(*store).size() == names.size() * names.size());
  for (const auto& tag : names)
    for (const auto& source : names) {
      const auto found = points(*store, {.tag = tag, .source = source});
      REQUIRE(found.size() == 1);
      CHECK(found[0].tag == tag);
      CHECK(found[0].source == source);
    }
  CHECK(differences(*store) == "");
}

TEST_CASE("the size of a store grows with what is in it") {
  const Memory memory;
  const auto store = memory.open();
  const auto before = store->size();
  commit(*store, page({heard("a")}));
  CHECK(store->size().posts == 1);
  CHECK(store->size().bytes > before.bytes);
}

}  // namespace
}  // namespace barometer
