#include "connectors/platforms/disqus.hpp"

#include <filesystem>

#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "connectors/walk.hpp"
#include "tests/support/fixture.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime now = *parse_iso("2026-11-21T23:00:00Z");
const ParseOptions options{{}, {}, "here", now};
const DisqusConfig config{
    .name = "here", .api = "https://disqus.example/api/3.0", .forum = "marlbeck", .key = "k&y", .limit = 3};

HttpResponse answer(int status, std::string body) { return {.status = status, .body = std::move(body)}; }

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// One comment a number, made that many minutes before now.
std::string comments(std::initializer_list<int> minutes, const std::string& next, bool has_next) {
  std::string list;
  for (const int ago : minutes)
    list += (list.empty() ? "" : ",") + ("{\"id\":\"" + std::to_string(ago)) +
            "\",\"message\":\"words\",\"createdAt\":\"" + to_iso(now - ago * 1min).substr(0, 19) + "\"}";
  return "{\"cursor\":{\"hasNext\":" + std::string(has_next ? "true" : "false") + ",\"next\":\"" + next +
         "\"},\"code\":0,\"response\":[" + list + "]}";
}

}  // namespace

TEST_CASE("comments on Disqus become posts, in the order of the body") {
  const auto page = parse_disqus(fixture("disqus/posts.json"), options);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 4);
  CHECK(page->unreadable == 1);
  const Post& fine = page->posts[0];
  CHECK(fine.id == "disqus:5003");
  CHECK(fine.native_id == "5003");
  CHECK(fine.url == "https://www.marlbeck.example/news/parking#comment-5003");
  CHECK(fine.text == "It took me an hour & a fine #parking");
  CHECK(fine.tags == std::vector<std::string>{"parking"});
  CHECK(fine.author == "dewi_example");
  CHECK(fine.author_name == "Dewi");
  CHECK(fine.made_at == *parse_iso("2026-11-20T10:00:02Z"));  // no zone in it means UTC
  CHECK(fine.reply_to == "5001");
  CHECK(fine.likes == 4);
  CHECK(page->posts[1].author.empty());
  CHECK(page->posts[1].author_name == "A visitor");
  CHECK(page->posts[1].text == "Thank you, ward 6");
  CHECK(page->posts[2].deleted);
  CHECK(page->posts[3].deleted);  // spam
}

TEST_CASE("Disqus' pages are read down by its cursor to what is known") {
  CHECK(disqus_request(config, {}, now).url ==
        "https://disqus.example/api/3.0/forums/listPosts.json?forum=marlbeck&limit=3&order=desc&include=approved"
        "&related=thread&api_key=k%26y");
  auto page = disqus_page(config, {}, answer(200, comments({1, 2, 3}, "a:0:0", true)), now);
  REQUIRE(page.has_value());
  CHECK(page->more);
  CHECK(page->posts.front().id == "disqus:3");  // oldest first
  CHECK(has(disqus_request(config, page->next, now).url, "&cursor=a%3A0%3A0"));

  SUBCASE("the page before once more is no next page") {
    const auto again = disqus_page(config, page->next, answer(200, comments({1, 2, 3}, "a:0:0", true)), now);
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error().remedy == Remedy::retry);
  }
  SUBCASE("the last page says `next` too") {
    page = disqus_page(config, page->next, answer(200, comments({4}, "b:0:0", false)), now);
    REQUIRE(page.has_value());
    CHECK_FALSE(page->more);
    const auto since = std::chrono::floor<std::chrono::seconds>((now - 31min).time_since_epoch()).count();
    const auto next = disqus_request(config, page->next, now).url;
    CHECK(has(next, "&since=" + std::to_string(since) + "&"));
    CHECK_FALSE(has(next, "cursor"));
    const auto day = std::chrono::floor<std::chrono::seconds>((now - 24h - 1min).time_since_epoch()).count();
    CHECK(has(disqus_request(config, page->next, now + 6h).url, "&since=" + std::to_string(day) + "&"));
  }
}

TEST_CASE("what is no answer of Disqus' is a failure with its remedy") {
  struct Row {
    const char* fact;
    HttpResponse response;
    Remedy remedy;
  };
  auto limited = answer(400, R"({"code":13,"response":"too many"})");
  limited.headers = {{"x-ratelimit-remaining", "0"},
                     {"x-ratelimit-reset", std::to_string((now + 5min).time_since_epoch() / 1s)}};
  const Row rows[] = {
      {"nothing", answer(200, ""), Remedy::retry},
      {"half", answer(200, R"({"code":0,"response":[{)"), Remedy::retry},
      {"a wall", answer(200, "<html>"), Remedy::ask_operator},
      {"another shape", answer(200, R"({"a":1})"), Remedy::skip},
      {"a single comment", answer(200, fixture("disqus/details.json")), Remedy::retry},
      {"a wrong key", answer(401, R"({"code":5,"response":"Invalid API key"})"), Remedy::ask_operator},
      {"a wrong forum", answer(400, R"({"code":2,"response":"no"})"), Remedy::ask_operator},
      {"no rights", answer(403, R"({"code":12,"response":"no"})"), Remedy::ask_operator},
      {"a code not known", answer(400, R"({"code":99,"response":"no"})"), Remedy::ask_operator},
      {"an error with 200", answer(200, R"({"code":15,"response":"no"})"), Remedy::retry},
      {"a limit until a second since 1970", limited, Remedy::wait},
      {"a limit that says no more", answer(400, R"({"code":14,"response":"no"})"), Remedy::retry},
      {"trouble", answer(500, R"({"code":15,"response":"no"})"), Remedy::retry},
      {"a gateway", answer(502, ""), Remedy::retry},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto page = disqus_page(config, {}, row.response, now);
    REQUIRE_FALSE(page.has_value());
    CHECK(page.error().remedy == row.remedy);
    CHECK_FALSE(has(page.error().detail, "k&y"));
  }
  CHECK(disqus_page(config, {}, limited, now).error().not_before == now + 5min);
}

TEST_CASE("a comment asked for again is edited, or gone") {
  const KeptPost kept{"disqus:5003", "5003", {}};
  CHECK(has(disqus_details_request(config, kept).url, "/posts/details.json?post=5003&"));
  const auto edited = disqus_details_page(config, kept, answer(200, fixture("disqus/details.json")), now);
  REQUIRE(edited.has_value());
  REQUIRE(edited->posts.size() == 1);
  CHECK(edited->posts[0].text == "It took me two hours");
  for (const auto& none : {answer(400, R"({"code":2,"response":"no"})"), answer(404, "{}")}) {
    const auto gone = disqus_details_page(config, kept, none, now);
    REQUIRE(gone.has_value());
    REQUIRE(gone->posts.size() == 1);
    CHECK(gone->posts[0].deleted);
    CHECK(gone->posts[0].id == kept.id);
  }
  const KeptPost other{"disqus:1", "1", {}};
  CHECK(disqus_details_page(config, other, answer(200, fixture("disqus/details.json")), now)->posts.empty());
  CHECK(disqus_details_page(config, kept, answer(401, R"({"code":5,"response":"no"})"), now).error().remedy ==
        Remedy::ask_operator);
}

TEST_CASE("constructed answers of Disqus") {
  const std::filesystem::path recordings = std::filesystem::path(RECORDINGS) / "disqus";
  if (!std::filesystem::exists(recordings)) {
    MESSAGE("skipped: no " << recordings.string());
    return;
  }
  const auto first = parse_disqus(file_bytes(recordings / "synthetic-listPosts_p1.json"), options);
  REQUIRE(first.has_value());
  REQUIRE(first->posts.size() == 2);
  CHECK(first->posts[0].id == "disqus:903");
  CHECK(first->posts[0].text == "Parking is a nightmare");
  CHECK(first->posts[0].made_at == *parse_iso("2026-11-01T10:00:00Z"));
  CHECK(first->posts[1].reply_to == "901");
  auto page = disqus_page(config, {}, answer(200, file_bytes(recordings / "synthetic-listPosts_p1.json")), now);
  REQUIRE(page.has_value());
  CHECK(page->more);
  page = disqus_page(config, page->next, answer(200, file_bytes(recordings / "synthetic-listPosts_p2_last.json")), now);
  REQUIRE(page.has_value());
  CHECK(page->posts.size() == 1);
  CHECK_FALSE(page->more);
  const auto key = parse_disqus(file_bytes(recordings / "synthetic-error_5_bad_key.json"), options);
  REQUIRE_FALSE(key.has_value());
  CHECK(key.error().remedy == Remedy::ask_operator);
  const auto limit = parse_disqus(file_bytes(recordings / "synthetic-error_13_rate_limit.json"), options);
  REQUIRE_FALSE(limit.has_value());
  CHECK(limit.error().remedy == Remedy::retry);
}
