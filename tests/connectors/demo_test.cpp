#include "connectors/platforms/demo.hpp"

#include <algorithm>
#include <future>
#include <set>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <doctest/doctest.h>

using namespace barometer;
using namespace std::chrono;
using namespace std::chrono_literals;

namespace {

constexpr sys_days saturday{2026y / November / 21};

Page fetch(DemoSource& source, const Cursor& cursor, UtcTime now) {
  asio::io_context loop;
  auto page = asio::co_spawn(loop, source.fetch(cursor, now), asio::use_future);
  loop.run();
  return page.get().value();
}

// Everything that is told from `cursor` on, and the cursor after it.
std::vector<Post> told(DemoSource& source, Cursor& cursor, UtcTime now) {
  std::vector<Post> posts;
  for (bool more = true; more;) {
    auto page = fetch(source, cursor, now);
    CHECK(page.posts.size() <= demo_page_size);
    posts.insert(posts.end(), page.posts.begin(), page.posts.end());
    cursor = page.next;
    more = page.more;
  }
  return posts;
}

}  // namespace

TEST_CASE("the story is a fortnight that ends on the day it was started, oldest first") {
  const auto story = demo_story(saturday);
  CHECK(story.size() > 300);
  CHECK(floor<days>(story.front().made_at) == saturday - days{14});
  CHECK(floor<days>(story.back().made_at) == saturday);
  CHECK(std::ranges::is_sorted(story, {}, [](const Post& post) { return post.edited_at.value_or(post.made_at); }));
}

TEST_CASE("every post is public, from nowhere real, and its answers and reposts point at posts of the story") {
  const auto story = demo_story(saturday);
  std::set<std::string> ids;
  for (const auto& post : story) ids.insert(post.id);
  for (const auto& post : story) {
    CAPTURE(post.id);
    CHECK(post.author.ends_with(".example"));
    CHECK(post.visibility == Visibility::public_);
    CHECK_FALSE(post.text.empty());
    if (post.reply_to) CHECK(ids.contains(*post.reply_to));
    if (post.repost_of) CHECK(ids.contains(*post.repost_of));
  }
}

TEST_CASE("the chat is at eight on the Wednesday before, by clocks in the United Kingdom") {
  struct Row {
    const char* fact;
    sys_days started;
    UtcTime eight;
  };
  const Row rows[] = {
      {"in winter", 2026y / November / 21, sys_days{2026y / November / 18} + 20h},
      {"in summer an hour earlier by UTC", 2026y / July / 4, sys_days{2026y / July / 1} + 19h},
      {"started on a Wednesday: the last one, which is over", 2026y / November / 25,
       sys_days{2026y / November / 18} + 20h},
      {"started on a Thursday: yesterday", 2026y / November / 26, sys_days{2026y / November / 25} + 20h},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto story = demo_story(row.started);
    const auto welcome = std::ranges::find_if(
        story, [](const Post& post) { return post.text.starts_with("Good evening and welcome to the #nhssm chat"); });
    REQUIRE(welcome != story.end());
    CHECK(floor<minutes>(welcome->made_at) == row.eight);
  }
}

TEST_CASE("what is past is told at once, the rest when its time comes") {
  DemoSource source{"demo"};
  const auto story = demo_story(saturday);
  Cursor cursor;
  const auto by_ten = told(source, cursor, saturday + 10h);
  CHECK(by_ten.size() < story.size());
  CHECK(by_ten.back().made_at <= saturday + 10h);
  CHECK(by_ten.back().source == "demo");
  CHECK(fetch(source, cursor, saturday + 10h).unchanged);
  const auto later = told(source, cursor, saturday + days{1});
  CHECK(by_ten.size() + later.size() == story.size());
}

TEST_CASE("a restart tells on where it was, with the times of the first start") {
  Cursor cursor;
  DemoSource first{"demo"};
  const auto page = fetch(first, cursor, saturday + 12h);
  CHECK(page.next.bytes == "2026-11-21 20");
  cursor = page.next;
  DemoSource second{"demo"};
  const auto rest = told(second, cursor, saturday + days{3});
  const auto story = demo_story(saturday);
  REQUIRE(page.posts.size() + rest.size() == story.size());
  CHECK(rest.front().id == story[page.posts.size()].id);
  CHECK(rest.back().made_at == story.back().made_at);
  CHECK(told(second, cursor, saturday + days{30}).empty());
}

TEST_CASE("a cursor that is not one of ours begins the story") {
  DemoSource source{"demo"};
  for (const char* bytes : {"", "x", "2026-11-21", "2026-11-21 ", "2026-11-21 1x", "never 5"}) {
    CAPTURE(bytes);
    const auto page = fetch(source, Cursor{bytes}, saturday + 12h);
    REQUIRE(page.posts.size() == demo_page_size);
    CHECK(page.posts.front().id == demo_story(saturday).front().id);
  }
}

TEST_CASE("parse reads posts one a line, and counts the lines that are none") {
  const auto row = demo_connector();
  const auto page =
      row.parse(R"({"platform":"demo","id":"demo/1","made_at":"2026-11-21T20:15:00Z","text":"Lovely tea"})"
                "\n\nnot a post\n",
                ParseOptions{.source = "stage"});
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 1);
  CHECK(page->posts[0].source == "stage");
  CHECK(page->unreadable == 1);
}
