#include "connectors/platforms/nhsuk.hpp"

#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime now = *parse_iso("2026-11-21T23:00:00Z");
const ParseOptions options{{}, {}, "here", now};
const NhsUkConfig config{.name = "here",
                         .api = "https://reviews.example/comments",
                         .key = "k",
                         .key_header = "apikey",
                         .organisation = "HOS",
                         .ods_code = "RZZ01"};

HttpResponse answer(int status, std::string body) { return {.status = status, .body = std::move(body)}; }
bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("reviews become posts by the usual names of their fields, or by those that are set") {
  const auto page = parse_nhsuk(fixture("nhsuk/reviews.json"), options);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 2);
  const Post& review = page->posts[0];
  CHECK(review.id == "nhsuk:c-2");
  CHECK(review.text == "The & staff at Marlbeck were kind.");
  CHECK(review.title == "Kind staff");
  CHECK(review.author == "A visitor");
  CHECK(review.made_at == *parse_iso("2026-11-19T12:00:00Z"));

  auto named = config;
  named.fields = {.list = "rows", .id = "n", .title = {}, .text = "said", .made_at = "on"};
  const auto other = nhsuk_page(
      named, {}, answer(200, R"({"rows":[{"n":7,"said":"Words","on":"2026-11-20","text":"not this"}]})"), now);
  REQUIRE(other.has_value());
  REQUIRE(other->posts.size() == 1);
  CHECK(other->posts[0].id == "nhsuk:7");
  CHECK(other->posts[0].text == "Words");
  CHECK(other->posts[0].made_at == *parse_iso("2026-11-20T00:00:00Z"));
}

TEST_CASE("after what is published, what was removed is asked for, and gives tombstones") {
  Cursor beginning;
  beginning.not_before = now - std::chrono::days{30};
  const auto first = nhsuk_request(config, beginning, now);
  CHECK(first.url ==
        "https://reviews.example/comments?orgType=HOS&odsCode=RZZ01&status=published&offset=0&limit=100"
        "&fromDate=2026-10-22&api-version=1.0");
  CHECK(first.headers.back() == std::pair<std::string, std::string>{"apikey", "k"});
  auto page = nhsuk_page(config, {}, answer(200, fixture("nhsuk/reviews.json")), now);
  REQUIRE(page.has_value());
  CHECK(page->more);
  page = nhsuk_page(config, page->next, answer(200, fixture("nhsuk/reviews.json")), now);
  CHECK_FALSE(page->more);

  CHECK(has(nhsuk_request(config, page->next, now).url, "status=removed&offset=0"));
  page = nhsuk_page(config, page->next, answer(200, R"({"reviews":[{"commentId":"c-1"}]})"), now);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 1);
  CHECK(page->posts[0].deleted);
  CHECK(page->posts[0].id == "nhsuk:c-1");
  CHECK(has(nhsuk_request(config, page->next, now).url, "status=removed"));  // until its last page
  page = nhsuk_page(config, page->next, answer(200, "[]"), now);
  CHECK(has(nhsuk_request(config, page->next, now).url, "status=published&offset=0&limit=100&fromDate=2026-11-18"));
  CHECK(has(nhsuk_request(config, page->next, now + 5h).url, "status=published"));
  CHECK(has(nhsuk_request(config, page->next, now + 6h).url, "status=removed"));
}

TEST_CASE("answers without reviews, or with reviews of another shape, are failures with their remedy") {
  struct Row {
    const char* fact;
    HttpResponse response;
    Remedy remedy;
    const char* says;
  };
  const Row rows[] = {
      {"no list", answer(200, "{}"), Remedy::ask_operator, "list_field"},
      {"other names", answer(200, R"([{"n":1,"said":"x"}])"), Remedy::ask_operator, "text_field"},
      {"half", answer(200, "[{"), Remedy::retry, ""},
      {"nothing", answer(200, ""), Remedy::retry, ""},
      {"a wall", answer(200, "<!DOCTYPE html>"), Remedy::ask_operator, "web page"},
      {"a wrong key", answer(401, "{}"), Remedy::ask_operator, ""},
      {"trouble", answer(500, ""), Remedy::retry, ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto page = nhsuk_page(config, {}, row.response, now);
    REQUIRE_FALSE(page.has_value());
    CHECK(page.error().remedy == row.remedy);
    CHECK(has(page.error().detail, row.says));
  }
}
