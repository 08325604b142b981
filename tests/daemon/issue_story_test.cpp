#include "daemon/issue_story.hpp"

#include <doctest/doctest.h>

#include "daemon/orders.hpp"
#include "tests/support/temp_dir.hpp"

using namespace barometer;

namespace {

using std::chrono::days;
using std::chrono::hours;

const UtcTime opened{std::chrono::sys_days{std::chrono::year{2026} / 3 / 4}};

Entry complaint(const std::string& id, UtcTime made_at, const std::string& text, int severity) {
  Entry entry;
  entry.post.platform = "mastodon";
  entry.post.source = "social.example";
  entry.post.id = id;
  entry.post.author = "~" + id;
  entry.post.made_at = entry.post.seen_at = made_at;
  entry.post.text = text;
  entry.watched = {"nhssm"};
  entry.place = "ward-7";
  entry.utterance = Utterance{.voice = voice_number("mastodon", id), .tag = "nhssm"};
  entry.utterance->concerns = {{Theme::abuse, severity, "r"}};
  return entry;
}

void keep(Store& store, Entry entry) {
  Batch batch;
  batch.source = "social.example";
  batch.entries = {std::move(entry)};
  store.commit({&batch, 1}).value();
}

std::vector<Issue> issues(const Store& store) {
  std::vector<Issue> all;
  store.issues({}, [&](const Issue& issue) { return all.push_back(issue), true; }).value();
  return all;
}

}  // namespace

TEST_CASE("an issue tells which words are new, which sources were blind, and which issues were like it") {
  const TempDir folder;
  const auto store = Store::open({.path = folder.path() / "store"}).value();
  for (int i = 0; i < 30; ++i)
    keep(*store,
         complaint("before" + std::to_string(i), opened - days{5} + hours{i}, "I waited on the ward for hours", 1));
  keep(*store, complaint("p0", opened, "The chest drain was left in for days", 4));
  keep(*store, complaint("p1", opened + hours{1}, "Nobody looked at his chest drain", 3));
  keep(*store, complaint("p2", opened + hours{2}, "Chest drain again, on the same ward", 3));
  Batch gap;
  gap.source = "social.example";
  gap.reports.resize(1);
  gap.reports[0].source = "feed.example";
  gap.reports[0].missed = {{opened - hours{9}, opened - hours{4}, GapReason::down}};
  store->commit({&gap, 1}).value();
  REQUIRE(issues(*store).size() == 1);
  const auto story = story_of(*store, issues(*store)[0]).value();
  REQUIRE(story.phrases.size() == 1);
  CHECK(story.phrases[0].words == "chest drain");
  REQUIRE(story.could_not_hear.size() == 1);
  CHECK(story.could_not_hear[0].source == "feed.example");
  CHECK(story.could_not_hear[0].length == hours{5});
  CHECK(story.similar.empty());
  JsonObject json;
  put_story(json, story);
  CHECK(
      json.done() ==
      R"({"phrases":[{"words":"chest drain","texts":3,"before":0}],"could_not_hear":[{"source":"feed.example","hours":5}],"similar":[]})");
}

TEST_CASE("an order to split an issue goes to the daemon and back as a line, and names posts by their ids") {
  const TempDir folder;
  const auto store = Store::open({.path = folder.path() / "store"}).value();
  keep(*store, complaint("p0", opened, "They pinched her", 4));
  keep(*store, complaint("p1", opened + hours{1}, "They laughed at him", 3));
  Order order{.does = Order::Does::split_issue};
  order.issue = issues(*store)[0].id;
  order.posts = {"p1"};
  const auto read = read_order(order_text(order)).value();
  CHECK(read.issue == order.issue);
  CHECK(read.posts == order.posts);
  CHECK(carry_out(read, *store, Config{}, opened + hours{2}).has_value());
  CHECK(issues(*store).size() == 2);
  order.posts = {"p9"};
  CHECK_FALSE(carry_out(order, *store, Config{}, opened + hours{2}).has_value());
  Order merge{.does = Order::Does::merge_issues};
  merge.issue = issues(*store)[0].id;
  merge.other = issues(*store)[1].id;
  CHECK(carry_out(merge, *store, Config{}, opened + hours{3}).has_value());
  CHECK(issues(*store)[1].merged_into == issues(*store)[0].id);
}
