#include "connectors/platforms/hackernews.hpp"

#include <filesystem>

#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime now = *parse_iso("2026-11-21T23:00:00Z");
const ParseOptions options{{}, {}, "here", now};
const HackerNewsConfig config{
    .name = "here", .api = "https://search.example", .items = "https://items.example", .query = "a & b", .limit = 3};

HttpResponse answer(int status, std::string body) { return {.status = status, .body = std::move(body)}; }

std::string hits(std::initializer_list<int> seconds) {
  std::string list;
  int number = 0;
  for (const int second : seconds)
    list += (list.empty() ? "" : ",") + ("{\"objectID\":\"" + std::to_string(++number) + "\",\"created_at_i\":") +
            std::to_string(1'795'000'000 + second) + ",\"comment_text\":\"words\"}";
  return "{\"hits\":[" + list + "]}";
}

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("stories and comments of Hacker News become posts, in the order of the body") {
  const auto page = parse_hackernews(fixture("hackernews/search.json"), options);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 3);
  CHECK(page->unreadable == 1);
  const Post& story = page->posts[0];
  CHECK(story.id == "hackernews:42000003");
  CHECK(story.url == "https://news.ycombinator.com/item?id=42000003");
  CHECK(story.title == "Marlbeck trust opens its #booking code");
  CHECK(story.text == *story.title);
  CHECK(story.tags == std::vector<std::string>{"booking"});
  CHECK(story.likes == 12);
  CHECK(story.replies == 4);
  const Post& comment = page->posts[1];
  CHECK(comment.text == "It's faster than ours.\nSee https://www.example.org/a");
  CHECK(comment.reply_to == "42000001");
  CHECK(comment.author == "dewi_example");
  CHECK(comment.made_at == *parse_iso("2026-11-20T10:00:02Z"));
  CHECK(page->posts[2].text == "Ask: hospital letters & how to read them");
}

TEST_CASE("an item that was deleted, killed or never was is a tombstone") {
  const KeptPost kept{"hackernews:42000001", "42000001", {}};
  CHECK(hackernews_item_request(config, kept).url == "https://items.example/v0/item/42000001.json");
  struct Row {
    const char* fact;
    std::string body;
    bool deleted;
  };
  const Row rows[] = {
      {"as it was", fixture("hackernews/item.json"), false},
      {"deleted", R"({"deleted":true,"id":42000001,"time":1795168801,"type":"comment"})", true},
      {"killed", R"({"dead":true,"id":42000001,"by":"x","text":"[dead]"})", true},
      {"none", "null", true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto page = hackernews_item_page(config, kept, answer(200, row.body), now);
    REQUIRE(page.has_value());
    REQUIRE(page->posts.size() == 1);
    CHECK(page->posts[0].id == kept.id);
    CHECK(page->posts[0].deleted == row.deleted);
  }
  CHECK(hackernews_item_page(config, kept, answer(503, ""), now).error().remedy == Remedy::retry);
}

TEST_CASE("a story asked for again reads as it was found") {
  const auto found = parse_hackernews(fixture("hackernews/search.json"), options);
  const auto again = parse_hackernews(fixture("hackernews/item.json"), options);
  REQUIRE(again.has_value());
  const Post& before = found->posts[2];
  const Post& after = again->posts[0];
  CHECK(after.id == before.id);
  CHECK(after.text == before.text);
  CHECK(after.title == before.title);
  CHECK(after.author == before.author);
  CHECK(after.made_at == before.made_at);
}

TEST_CASE("pages of Hacker News are parted by time") {
  const auto first = hackernews_request(config, {});
  CHECK(first.url ==
        "https://search.example/api/v1/search_by_date?query=a%20%26%20b&tags=%28story%2Ccomment%29&hitsPerPage=3");
  auto page = hackernews_page(config, {}, answer(200, hits({3000, 2000, 1000})), now);
  REQUIRE(page.has_value());
  CHECK(page->more);
  CHECK(page->posts.front().made_at < page->posts.back().made_at);
  CHECK(has(hackernews_request(config, page->next).url, "numericFilters=created_at_i%3C%3D1795001120"));

  SUBCASE("the last page is short; then only what is newer is asked for, less half an hour") {
    page = hackernews_page(config, page->next, answer(200, hits({1000, 5})), now);
    CHECK_FALSE(page->more);
    CHECK(has(hackernews_request(config, page->next).url, "numericFilters=created_at_i%3E1795001200"));
  }
  SUBCASE("a second that fills a page has further pages of its own") {
    page = hackernews_page(config, page->next, answer(200, hits({1120, 1120, 1120})), now);
    const auto next = hackernews_request(config, page->next).url;
    CHECK(has(next, "created_at_i%3C%3D1795001120&page=1"));
  }
  SUBCASE("an old answer is no page of this walk") {
    const auto stale = hackernews_page(config, page->next, answer(200, hits({3000, 2000, 1000})), now);
    REQUIRE_FALSE(stale.has_value());
    CHECK(stale.error().remedy == Remedy::retry);
  }
}

TEST_CASE("what is no answer of the search is a failure with its remedy") {
  struct Row {
    const char* fact;
    HttpResponse response;
    Remedy remedy;
  };
  const Row rows[] = {
      {"nothing", answer(200, ""), Remedy::retry},
      {"half", answer(200, R"({"hits":[{"objectID":)"), Remedy::retry},
      {"a wall", answer(200, "<html>"), Remedy::ask_operator},
      {"another shape", answer(200, "[]"), Remedy::skip},
      {"a refused question", answer(200, R"({"message":"invalid","status":400})"), Remedy::ask_operator},
      {"a bad request", answer(400, "{}"), Remedy::ask_operator},
      {"trouble", answer(502, ""), Remedy::retry},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto page = hackernews_page(config, {}, row.response, now);
    REQUIRE_FALSE(page.has_value());
    CHECK(page.error().remedy == row.remedy);
  }
}

TEST_CASE("a constructed answer of Hacker News' search") {
  const std::filesystem::path file = std::filesystem::path(RECORDINGS) / "hackernews/synthetic-search_by_date.json";
  if (!std::filesystem::exists(file)) {
    MESSAGE("skipped: no " << file.string());
    return;
  }
  const auto page = parse_hackernews(file_bytes(file), options);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 1);
  CHECK(page->posts[0].id == "hackernews:42000001");
  CHECK(page->posts[0].text == "The NHS app 'works' for me");
}
