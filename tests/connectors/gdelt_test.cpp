#include "connectors/platforms/gdelt.hpp"

#include <filesystem>

#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime now = *parse_iso("2026-11-21T23:00:00Z");
const ParseOptions options{{}, {}, "here", now};
const GdeltConfig config{.name = "here", .api = "https://gdelt.example", .query = "\"a b\"", .limit = 2};

HttpResponse answer(int status, std::string body, std::string type = "application/json") {
  return {.status = status, .headers = {{"content-type", std::move(type)}}, .body = std::move(body)};
}

std::string articles(std::initializer_list<const char*> times) {
  std::string list;
  int number = 0;
  for (const char* time : times)
    list += (list.empty() ? "" : ",") + ("{\"url\":\"https://news.example/" + std::to_string(++number)) +
            "\",\"title\":\"t\",\"seendate\":\"" + time + "\"}";
  return "{\"articles\":[" + list + "]}";
}

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("articles that GDELT saw become posts of their titles") {
  const auto page = parse_gdelt(fixture("gdelt/artlist.json"), options);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 2);
  CHECK(page->unreadable == 1);
  const Post& post = page->posts[0];
  CHECK(post.id == "https://news.example/marlbeck-ward");
  CHECK(post.url == post.id);
  CHECK(post.text.starts_with("Marlbeck ward reopens"));
  CHECK(post.made_at == *parse_iso("2026-11-20T10:15:00Z"));
  CHECK(post.author == "news.example");
  CHECK(post.lang == "en");
  CHECK(page->posts[1].lang == "cy");
}

TEST_CASE("the window of GDELT moves down, then up to what is new") {
  const auto first = gdelt_request(config, {}, now).url;
  CHECK(has(first, "https://gdelt.example/api/v2/doc/doc?query=%22a%20b%22&mode=artlist&format=json"));
  CHECK(has(first, "&startdatetime=20261114230000&enddatetime=20261121230001"));
  auto page = gdelt_page(config, {}, answer(200, articles({"20261121T220000Z", "20261121T210000Z"})), now);
  REQUIRE(page.has_value());
  CHECK(page->more);
  CHECK(page->hints.not_before == now + gdelt_pause);
  CHECK(has(gdelt_request(config, page->next, now).url, "&enddatetime=20261121210001"));

  SUBCASE("a short answer is the last; the next window begins an hour before the newest") {
    page = gdelt_page(config, page->next, answer(200, articles({"20261121T203000Z"})), now);
    CHECK_FALSE(page->more);
    CHECK(has(gdelt_request(config, page->next, now).url, "&startdatetime=20261121210000&enddatetime=20261121230001"));
  }
  SUBCASE("no hits are no failure") {
    page = gdelt_page(config, page->next, answer(200, "{}"), now);
    REQUIRE(page.has_value());
    CHECK_FALSE(page->more);
  }
  SUBCASE("a step of the clock that fills an answer is left behind, and counts as missed") {
    page = gdelt_page(config, page->next, answer(200, articles({"20261121T210000Z", "20261121T210000Z"})), now);
    REQUIRE(page->missed.size() == 1);
    CHECK(page->missed[0].to == *parse_iso("2026-11-21T21:00:00Z"));
    CHECK(has(gdelt_request(config, page->next, now).url, "&enddatetime=20261121210000"));
  }
  SUBCASE("an old answer is no page of this walk") {
    const auto stale = gdelt_page(config, page->next, answer(200, articles({"20261121T220000Z"})), now);
    REQUIRE_FALSE(stale.has_value());
    CHECK(stale.error().remedy == Remedy::retry);
  }
}

TEST_CASE("GDELT tells of errors in words, often with status 200") {
  struct Row {
    const char* fact;
    HttpResponse response;
    Remedy remedy;
  };
  const Row rows[] = {
      {"a query that it refuses", answer(200, "Your query had a phrase of one letter.\n", "text/html"),
       Remedy::ask_operator},
      {"too fast, politely", answer(200, "Please limit requests to one every 5 seconds.", "text/html"), Remedy::wait},
      {"too fast", answer(429, "Please limit requests to one every 5 seconds.", "text/html"), Remedy::wait},
      {"too fast, in other words", answer(429, "Slow down.", "text/html"), Remedy::wait},
      {"a wall", answer(200, "<html>no</html>", "text/html"), Remedy::ask_operator},
      {"nothing", answer(200, ""), Remedy::retry},
      {"half", answer(200, R"({"articles":[{"url":)"), Remedy::retry},
      {"another shape", answer(200, R"({"timeline":[]})"), Remedy::skip},
      {"trouble", answer(503, ""), Remedy::retry},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto page = gdelt_page(config, {}, row.response, now);
    REQUIRE_FALSE(page.has_value());
    CHECK(page.error().remedy == row.remedy);
    CHECK(page.error().not_before.has_value() == (row.remedy == Remedy::wait));
  }
}

TEST_CASE("titles with control characters and broken escapes are read all the same") {
  const auto page =
      parse_gdelt("{\"articles\":[{\"url\":\"https://a.example/\",\"title\":\"one\ttwo \\ud83d\"}]}", options);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 1);
  CHECK(page->posts[0].text == "one two \xEF\xBF\xBD");
}

TEST_CASE("constructed answers of GDELT") {
  const std::filesystem::path folder = std::filesystem::path(RECORDINGS) / "gdelt";
  if (!std::filesystem::exists(folder)) {
    MESSAGE("skipped: no recordings at " << folder.string());
    return;
  }
  const auto parsed = [&](const char* file) { return parse_gdelt(file_bytes(folder / file), options); };
  CHECK(parsed("synthetic-artlist.json")->posts.at(0).text == "NHS winter plan published");
  CHECK(parsed("synthetic-empty.json")->posts.empty());
  CHECK(parsed("synthetic-error_200_text.txt").error().remedy == Remedy::ask_operator);
  CHECK(parsed("synthetic-error_429.txt").error().remedy == Remedy::wait);
}
