#include "connectors/platforms/wordpress.hpp"

#include <filesystem>

#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

const UtcTime now = *parse_iso("2026-11-21T23:00:00Z");
const WordpressConfig config{.name = "trust", .url = "https://marlbeck.example", .limit = 2};

HttpResponse answer(std::string body, int status = 200) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  response.headers = {{"content-type", "application/json"}};
  return response;
}

Page parsed(const char* file, const char* kind = "") {
  auto page = parse_wordpress(fixture(file), ParseOptions{kind, "https://marlbeck.example", "here", now});
  REQUIRE(page.has_value());
  return std::move(*page);
}

std::string item(int number, const std::string& modified) {
  const auto id = std::to_string(number);
  return "{\"id\":" + id + ",\"date_gmt\":\"2026-11-20T09:00:00\",\"modified\":\"" + modified +
         "\",\"link\":\"https://a.example/" + id +
         "\",\"title\":{\"rendered\":\"t\"},\"content\":{\"rendered\":\"w\"}}";
}

Page page_of(const Cursor& cursor, const std::string& body) {
  auto page = wordpress_page(config, cursor, answer(body), now);
  REQUIRE(page.has_value());
  return std::move(*page);
}

std::string asked(const Cursor& cursor) { return wordpress_request(config, cursor, now).url; }
bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a WordPress post has the identity of its feed, and names where they are embedded") {
  const auto page = parsed("wordpress/posts.json");
  REQUIRE(page.posts.size() == 2);
  const auto& post = page.posts[0];
  CHECK(post.platform == "wordpress");
  CHECK(post.id == "https://marlbeck.example/?p=7");
  CHECK(post.native_id == "7");
  CHECK(post.url == "https://marlbeck.example/flu/");
  CHECK(post.title == "Flu jabs & more");
  CHECK(post.text == "Book now 🙂\n#NHSsm");
  CHECK(post.author == "Comms team");
  CHECK(to_iso(post.made_at) == "2026-11-20T09:00:00.000Z");
  REQUIRE(post.edited_at.has_value());
  CHECK(to_iso(*post.edited_at) == "2026-11-20T11:30:00.000Z");
  CHECK(post.tags == std::vector<std::string>{"vaccination", "nhssm"});
  CHECK(page.posts[1].text == "Only a headline");
  CHECK_FALSE(page.posts[1].edited_at.has_value());
}

TEST_CASE("a WordPress comment says what it answers") {
  const auto page = parsed("wordpress/comments.json");
  REQUIRE(page.posts.size() == 2);
  CHECK(page.posts[0].id == "https://marlbeck.example/flu/#comment-31");
  CHECK(page.posts[0].text == "Waited six hours in A&E");
  CHECK(page.posts[0].author == "Maud Example");
  CHECK(page.posts[0].reply_to == "https://marlbeck.example/flu/");
  CHECK(page.posts[1].reply_to == "https://marlbeck.example/flu/#comment-31");
}

TEST_CASE("tags are no posts, feeds are") {
  CHECK(parsed("wordpress/tags.json").posts.empty());
  const auto page = parsed("feed/rss2.xml");
  REQUIRE(page.posts.size() == 3);
  CHECK(page.posts[0].platform == "wordpress");
}

TEST_CASE("rounds begin a little before the newest, and pages where the last one ended") {
  CHECK(has(asked({}), "/?rest_route=/wp/v2/posts&_embed=author,wp:term&order=asc&per_page=2&orderby=modified"));
  Cursor beginning;
  beginning.not_before = now - std::chrono::days{30};
  CHECK(has(asked(beginning), "modified_after=2026-10-22T23%3A00%3A00"));
  const auto full = page_of({}, '[' + item(1, "2026-11-20T10:00:00") + ',' + item(2, "2026-11-20T11:00:00") + ']');
  CHECK(full.more);
  CHECK(full.posts.size() == 2);
  CHECK(has(asked(full.next), "modified_after=2026-11-20T10%3A59%3A59"));
  const auto last = page_of(full.next, '[' + item(2, "2026-11-20T11:00:00") + ']');
  CHECK_FALSE(last.more);
  CHECK(has(asked(last.next), "modified_after=2026-11-20T09%3A00%3A00"));
  CHECK(page_of(last.next, "[]").next == last.next);
}

TEST_CASE("more posts of one moment than a page holds are read on by offset") {
  const auto body = '[' + item(1, "2026-11-20T10:00:00") + ',' + item(2, "2026-11-20T10:00:00") + ']';
  auto page = page_of({}, body);
  page = page_of(page.next, body);
  CHECK(page.more);
  CHECK(has(asked(page.next), "&offset=1"));
  page = page_of(page.next, '[' + item(3, "2026-11-20T10:00:00") + ',' + item(4, "2026-11-20T10:00:09") + ']');
  CHECK_FALSE(has(asked(page.next), "&offset="));
}

TEST_CASE("a tag is asked for its number first") {
  auto tagged = config;
  tagged.tag_slug = "vaccination";
  CHECK(has(wordpress_request(tagged, {}, now).url, "/wp/v2/tags&slug=vaccination"));
  const auto page = wordpress_page(tagged, {}, answer(fixture("wordpress/tags.json")), now);
  REQUIRE(page.has_value());
  CHECK(page->more);
  CHECK(has(wordpress_request(tagged, page->next, now).url, "&tags=2"));
  const auto unknown = wordpress_page(tagged, {}, answer("[]"), now);
  REQUIRE(unknown.has_value());
  CHECK_FALSE(unknown->more);
}

TEST_CASE("posts that the site no longer knows are taken away, others come as they are now") {
  const std::vector<KeptPost> kept = {{"https://marlbeck.example/?p=7", "7", ""}, {"gone", "9", ""}};
  CHECK(has(wordpress_recheck_request(config, kept).url, "&include=7,9"));
  const auto page = wordpress_recheck_page(config, kept, answer(fixture("wordpress/posts.json")), now);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 3);
  CHECK_FALSE(page->posts[0].deleted);
  CHECK(page->posts[2].deleted);
  CHECK(page->posts[2].id == "gone");
  CHECK_FALSE(wordpress_recheck_page(config, kept, answer("", 500), now).has_value());
}

TEST_CASE("what WordPress refuses is named for what to do about it") {
  struct Row {
    int status;
    const char* body;
    const char* remedy;
    const char* says;
  };
  const Row rows[] = {
      {401, "{\"code\":\"rest_not_logged_in\",\"message\":\"x\"}", "ask_operator", "set by to feed"},
      {404, "{\"code\":\"rest_no_route\"}", "ask_operator", "rest_no_route"},
      {200, "<html><body>no robots</body></html>", "ask_operator", "a web page"},
      {200, "[{\"id\":1,", "retry", "breaks off"},
      {200, "", "retry", "empty"},
      {200, "{\"a\":1}", "skip", "no kind"},
      {503, "", "retry", "503"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.body);
    const auto page = wordpress_page(config, {}, answer(row.body, row.status), now);
    REQUIRE_FALSE(page.has_value());
    CHECK(std::string(name_of(page.error().remedy)) == row.remedy);
    CHECK_MESSAGE(has(page.error().detail, row.says), page.error().detail);
  }
  const auto end = wordpress_page(config, {}, answer("{\"code\":\"rest_post_invalid_page_number\"}", 400), now);
  REQUIRE(end.has_value());
  CHECK(end->posts.empty());
}

TEST_CASE("recorded answers of WordPress") {
  const std::filesystem::path recordings = RECORDINGS;
  if (!std::filesystem::exists(recordings)) {
    MESSAGE("skipped: no recordings at " << recordings.string());
    return;
  }
  struct Row {
    const char* file;
    int posts;  // -1: a failure
  };
  const Row rows[] = {{"api_posts_p1.json", 3},
                      {"api_posts_p2.json", 3},
                      {"api_comments.json", 7},
                      {"api_tags.json", 0},
                      {"api_posts_past_end_400.json", -1},
                      {"api_users_401.json", -1},
                      {"feed_rss2_p1.xml", 5},
                      {"tag_unknown.xml", 0},
                      {"search_feed_empty.xml", 0},
                      {"home.html", -1},
                      {"feed_304_etag.txt", -1}};
  for (const auto& row : rows) {
    CAPTURE(row.file);
    const auto page =
        parse_wordpress(file_bytes(recordings / "wordpress" / row.file), ParseOptions{{}, {}, "here", now});
    CHECK((page.has_value() ? static_cast<int>(page->posts.size()) : -1) == row.posts);
  }
  const auto api =
      parse_wordpress(file_bytes(recordings / "wordpress/api_posts_p1.json"), ParseOptions{{}, {}, "here", now});
  const auto feed =
      parse_wordpress(file_bytes(recordings / "wordpress/feed_rss2_p1.xml"), ParseOptions{{}, {}, "here", now});
  REQUIRE(api.has_value());
  REQUIRE(feed.has_value());
  CHECK(api->posts.at(0).id == feed->posts.at(0).id);
}

}  // namespace barometer
