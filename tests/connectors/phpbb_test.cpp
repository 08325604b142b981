#include "connectors/platforms/phpbb.hpp"

#include <filesystem>

#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime now = *parse_iso("2026-11-21T23:00:00Z");
const PhpbbConfig config{{"here", "https://board.example/app.php/feed"}};

HttpResponse answer(int status, std::string body) { return {.status = status, .body = std::move(body)}; }

}  // namespace

TEST_CASE("posts of a phpBB board come without what the board adds") {
  const auto page = parse_phpbb(fixture("phpbb/feed.xml"), {{}, {}, "here", now});
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 2);
  const Post& answered = page->posts[0];
  CHECK(answered.platform == "phpbb");
  CHECK(answered.id == "https://board.example/viewtopic.php?p=55#p55");
  CHECK(answered.url == "https://board.example/viewtopic.php?p=55#p55");
  CHECK(answered.text == "Nine hours.\nAgain. #nhssm");
  CHECK(answered.tags == std::vector<std::string>{"nhssm"});
  CHECK_FALSE(answered.title.has_value());
  CHECK(answered.author == "dewi");
  CHECK(answered.made_at == *parse_iso("2026-11-20T10:00:02Z"));  // without a zone
  CHECK(page->posts[1].title == "Thanks — to ceri's ward");
  CHECK(page->posts[1].text == "Kind nurses — all of them");  // the board speaks German
}

TEST_CASE("a phpBB feed's address is made of the settings") {
  struct Row {
    const char* script;
    const char* mode;
    const char* forum;
    const char* topic;
    const char* url;
  };
  const Row rows[] = {
      {"app.php/feed", "", "", "", "https://board.example/f/app.php/feed"},
      {"app.php/feed", "topics", "", "", "https://board.example/f/app.php/feed/topics"},
      {"feed", "topics", "5", "", "https://board.example/f/feed/forum/5"},
      {"feed", "", "5", "7", "https://board.example/f/feed/topic/7"},
      {"feed.php", "topics", "", "", "https://board.example/f/feed.php?mode=topics"},
      {"feed.php", "", "5", "", "https://board.example/f/feed.php?f=5"},
      {"feed.php", "", "", "7", "https://board.example/f/feed.php?t=7"},
  };
  for (const auto& row : rows)
    CHECK(phpbb_feed_url("https://board.example/f/", row.script, row.mode, row.forum, row.topic) == row.url);
}

TEST_CASE("a fetched phpBB feed is oldest first, and unchanged the second time") {
  const auto page = phpbb_page(config, {}, answer(200, fixture("phpbb/feed.xml")), now);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 2);
  CHECK(page->posts[0].author == "ceri");
  const auto again = phpbb_page(config, page->next, answer(200, fixture("phpbb/feed.xml")), now + 1h);
  REQUIRE(again.has_value());
  CHECK(again->unchanged);
  CHECK(again->posts.empty());
  CHECK(phpbb_page(config, {}, answer(503, ""), now).error().remedy == Remedy::retry);
}

TEST_CASE("settings of phpBB that cannot work are complained of") {
  struct Row {
    const char* fact;
    std::map<std::string, std::string> settings;
    const char* key;
  };
  const Row rows[] = {
      {"enough", {{"url", "https://board.example"}, {"forum", "5"}, {"mode", "topics"}}, ""},
      {"a mode of none", {{"mode", "hot"}}, "mode"},
      {"a forum's name", {{"forum", "General"}}, "forum"},
      {"a query for a path", {{"script", "feed.php?mode=a"}}, "script"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto complaints = phpbb_connector().check(SourceConfig{"here", "phpbb", row.settings});
    CHECK(complaints.size() == (*row.key ? 1 : 0));
    if (!complaints.empty()) CHECK(complaints[0].key == row.key);
  }
}

TEST_CASE("a constructed phpBB feed") {
  const std::filesystem::path file = std::filesystem::path(RECORDINGS) / "phpbb/synthetic-feed.xml";
  if (!std::filesystem::exists(file)) {
    MESSAGE("skipped: no " << file.string());
    return;
  }
  const auto page = parse_phpbb(file_bytes(file), {{}, {}, "here", now});
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 1);
  CHECK(page->posts[0].id == "https://forum.example/viewtopic.php?p=55#p55");
  CHECK(page->posts[0].text == "Six hours again. #nhssm");
  CHECK(page->posts[0].made_at == *parse_iso("2026-11-01T09:30:00Z"));
}
