#include "connectors/platforms/lemmy.hpp"

#include <filesystem>

#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "connectors/walk.hpp"
#include "tests/support/fixture.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime now = *parse_iso("2026-11-21T23:00:00Z");
const ParseOptions options{{}, "https://lemmy.example", "here", now};
const LemmyConfig config{
    .name = "here", .url = "https://lemmy.example", .listing = "posts", .community = "marlbeck@other.example"};

HttpResponse answer(int status, std::string body) { return {.status = status, .body = std::move(body)}; }

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// Comments made so many minutes before now, newest first.
std::string comments(int from, int to) {
  std::string list;
  for (int ago = from; ago <= to; ++ago)
    list += (list.empty() ? "" : ",") + ("{\"comment\":{\"id\":" + std::to_string(ago)) +
            ",\"content\":\"words\",\"ap_id\":\"https://lemmy.example/comment/" + std::to_string(ago) +
            "\",\"published\":\"" + to_iso(now - ago * 1min) + "\"}}";
  return "{\"comments\":[" + list + "]}";
}

}  // namespace

TEST_CASE("posts of Lemmy 0.19, in the order of the body") {
  const auto page = parse_lemmy(fixture("lemmy/v3_posts.json"), options);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 3);
  CHECK(page->unreadable == 1);
  const Post& tonight = page->posts[0];
  CHECK(tonight.id == "https://other.example/post/7");
  CHECK(tonight.native_id == "post/21");
  CHECK(tonight.url == tonight.id);
  CHECK(tonight.author == "dewi@other.example");
  CHECK(tonight.author_name == "Dewi E.");
  CHECK(tonight.title == "A&E tonight");
  CHECK(tonight.text == "Nine hours, see this\n#nhssm");
  CHECK(tonight.tags == std::vector<std::string>{"nhssm"});
  CHECK(tonight.made_at == *parse_iso("2026-11-20T10:00:02.123Z"));
  CHECK(tonight.edited_at == *parse_iso("2026-11-20T11:00:00Z"));
  CHECK(tonight.likes == 6);
  CHECK(tonight.replies == 2);
  CHECK(tonight.visibility == Visibility::public_);
  CHECK(page->posts[1].text == "Parking");
  CHECK(page->posts[1].visibility == Visibility::private_);
  CHECK(page->posts[2].deleted);
}

TEST_CASE("a search of Lemmy 1.0 holds comments and posts") {
  const auto page = parse_lemmy(fixture("lemmy/v4_search.json"), options);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 3);
  CHECK(page->unreadable == 0);
  CHECK(page->posts[0].native_id == "comment/34");
  CHECK(page->posts[0].text == "Same here");
  CHECK(page->posts[0].reply_to == "comment/12");
  CHECK(page->posts[0].author == "sam@lemmy.example");
  CHECK(page->posts[0].visibility == Visibility::unlisted);
  CHECK(page->posts[0].replies == 1);
  CHECK(page->posts[1].deleted);
  CHECK(page->posts[2].id == "https://other.example/post/7");
  CHECK(page->posts[2].likes == 6);
}

TEST_CASE("each generation of Lemmy is asked in its own words") {
  CHECK(lemmy_request(config, {}).url ==
        "https://lemmy.example/api/v3/post/list?sort=New&type_=All&community_name=marlbeck%40other.example&limit=50");
  auto late = config;
  late.generation = 4;
  late.listing = "search";
  late.query = "a & b";
  late.community.clear();
  CHECK(lemmy_request(late, {}).url ==
        "https://lemmy.example/api/v4/search?sort=new&search_term=a%20%26%20b&type_=all&listing_type=all&limit=50");
  late.generation = 3;
  CHECK(lemmy_request(late, {}).url ==
        "https://lemmy.example/api/v3/search?sort=New&q=a%20%26%20b&type_=All&listing_type=All&limit=50&page=1");
}

TEST_CASE("a page_cursor leads down; where its post is gone, the walk begins again") {
  auto patient = config;
  patient.first_pages = 20;
  auto page = lemmy_page(patient, {}, answer(200, fixture("lemmy/v3_posts.json")), now);
  REQUIRE(page.has_value());
  CHECK(page->more);
  CHECK(page->posts.front().deleted);  // oldest first
  CHECK(has(lemmy_request(config, page->next).url, "&page_cursor=P13"));

  SUBCASE("the page before once more is no next page") {
    const auto again = lemmy_page(config, page->next, answer(200, fixture("lemmy/v3_posts.json")), now);
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error().remedy == Remedy::retry);
  }
  SUBCASE("gone") {
    for (int again = 0; again < 5; ++again) {
      page = lemmy_page(patient, page->next, answer(400, R"({"error":"couldnt_find_post"})"), now);
      REQUIRE(page.has_value());
      CHECK(page->more);
      CHECK_FALSE(has(lemmy_request(config, page->next).url, "page_cursor"));
      page = lemmy_page(patient, page->next, answer(200, fixture("lemmy/v3_posts.json")), now);
      REQUIRE(page.has_value());
    }
  }
  SUBCASE("a limit is no lost place") {
    const auto limited = lemmy_page(config, page->next, answer(400, R"({"error":"rate_limit_error"})"), now);
    REQUIRE_FALSE(limited.has_value());
    CHECK(limited.error().remedy == Remedy::retry);
  }
}

TEST_CASE("numbered pages overlap, and a shifted list is read again") {
  auto numbered = config;
  numbered.listing = "comments";
  numbered.limit = 10;
  auto page = lemmy_page(numbered, {}, answer(200, comments(1, 10)), now);
  REQUIRE(page.has_value());
  CHECK(page->more);
  const auto second = lemmy_request(numbered, page->next).url;
  CHECK(has(second, "&limit=9&page=2"));  // from the tenth on

  SUBCASE("the last of the page before stands first") {
    page = lemmy_page(numbered, page->next, answer(200, comments(10, 18)), now);
    REQUIRE(page.has_value());
    CHECK_FALSE(page->more);  // first_pages
  }
  SUBCASE("it does not: something was deleted meanwhile") {
    page = lemmy_page(numbered, page->next, answer(200, comments(11, 19)), now);
    REQUIRE(page.has_value());
    CHECK(page->more);
    CHECK(page->posts.size() == 9);
    CHECK(has(lemmy_request(numbered, page->next).url, "&limit=10&page=1"));
  }
}

TEST_CASE("what is no list of Lemmy's is a failure with its remedy") {
  struct Row {
    const char* fact;
    HttpResponse response;
    Remedy remedy;
  };
  auto limited = answer(429, "");
  limited.headers = {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "31"}};
  const Row rows[] = {
      {"nothing", answer(200, ""), Remedy::retry},
      {"half", answer(200, R"({"posts":[{)"), Remedy::retry},
      {"a wall", answer(200, "<html>"), Remedy::ask_operator},
      {"another shape", answer(200, "[]"), Remedy::skip},
      {"another answer", answer(200, R"({"site_view":{}})"), Remedy::skip},
      {"one post", answer(200, R"({"post_view":{"post":{"id":1,"name":"a"}}})"), Remedy::retry},
      {"0.19's limit, a 400", answer(400, R"({"error":"rate_limit_error"})"), Remedy::retry},
      {"1.0's limit", limited, Remedy::wait},
      {"no such community", answer(404, R"({"error":"not_found"})"), Remedy::ask_operator},
      {"no such community, 0.19", answer(400, R"({"error":"couldnt_find_community"})"), Remedy::ask_operator},
      {"a private server", answer(400, R"({"error":"instance_is_private"})"), Remedy::ask_operator},
      {"a login", answer(401, R"({"error":"incorrect_login"})"), Remedy::ask_operator},
      {"another error", answer(400, R"({"error":"unknown"})"), Remedy::ask_operator},
      {"trouble", answer(502, ""), Remedy::retry},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto page = lemmy_page(config, {}, row.response, now);
    REQUIRE_FALSE(page.has_value());
    CHECK(page.error().remedy == row.remedy);
  }
  CHECK(lemmy_page(config, {}, limited, now).error().not_before == now + 31s);
}

TEST_CASE("a post or comment of Lemmy asked for again is edited, or gone") {
  const KeptPost comment{"https://lemmy.example/comment/34", "comment/34", {}};
  CHECK(lemmy_view_request(config, comment).url == "https://lemmy.example/api/v3/comment?id=34");
  const KeptPost post{"https://other.example/post/7", "post/21", {}};
  CHECK(lemmy_view_request(config, post).url == "https://lemmy.example/api/v3/post?id=21");
  const std::string view =
      R"({"post_view":{"post":{"id":21,"name":"A","body":"now","ap_id":"https://other.example/post/7",)";
  const auto edited = lemmy_view_page(
      config, post, answer(200, view + R"("published":"2026-11-20T10:00:02Z"}},"cross_posts":[{"post":{"id":3}}]})"),
      now);
  REQUIRE(edited.has_value());
  REQUIRE(edited->posts.size() == 1);
  CHECK(edited->posts[0].text == "now");
  for (const auto& none : {answer(200, view + R"("removed":true}}})"), answer(404, R"({"error":"not_found"})"),
                           answer(400, R"({"error":"couldnt_find_post"})")}) {
    const auto gone = lemmy_view_page(config, post, none, now);
    REQUIRE(gone.has_value());
    REQUIRE(gone->posts.size() == 1);
    CHECK(gone->posts[0].deleted);
    CHECK(gone->posts[0].id == post.id);
  }
  CHECK(lemmy_view_page(config, post, answer(404, "<html>"), now).error().remedy == Remedy::ask_operator);
  CHECK(lemmy_view_page(config, post, answer(503, ""), now).error().remedy == Remedy::retry);
}

TEST_CASE("settings of Lemmy that cannot work are complained of") {
  struct Row {
    const char* fact;
    std::map<std::string, std::string> settings;
    const char* key;
  };
  const Row rows[] = {
      {"enough", {{"url", "https://lemmy.example"}}, ""},
      {"a listing of none", {{"listing", "hot"}}, "listing"},
      {"a search for nothing", {{"listing", "search"}}, "query"},
      {"a generation to come", {{"generation", "5"}}, "generation"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto complaints = lemmy_connector().check(SourceConfig{"here", "lemmy", row.settings});
    CHECK(complaints.size() == (*row.key ? 1 : 0));
    if (!complaints.empty()) CHECK(complaints[0].key == row.key);
  }
}

TEST_CASE("constructed answers of Lemmy") {
  const std::filesystem::path recordings = std::filesystem::path(RECORDINGS) / "lemmy";
  if (!std::filesystem::exists(recordings)) {
    MESSAGE("skipped: no " << recordings.string());
    return;
  }
  const auto old = parse_lemmy(file_bytes(recordings / "synthetic-v3_search.json"), options);
  REQUIRE(old.has_value());
  REQUIRE(old->posts.size() == 2);
  CHECK(old->posts[0].id == "https://lemmy.example/post/11");
  CHECK(old->posts[0].text == "Text in Markdown #nhssm");
  CHECK(old->posts[0].title == "Waiting lists");
  CHECK(old->posts[1].deleted);
  const auto late = parse_lemmy(file_bytes(recordings / "synthetic-v4_post_list.json"), options);
  REQUIRE(late.has_value());
  REQUIRE(late->posts.size() == 1);
  CHECK(late->posts[0].author == "dai@lemmy.example");
  CHECK(late->posts[0].likes == 6);
  CHECK(late->posts[0].made_at == old->posts[0].made_at);
  CHECK(parse_lemmy(file_bytes(recordings / "synthetic-error_429_v4.txt"), options).error().remedy == Remedy::retry);
  CHECK(parse_lemmy(file_bytes(recordings / "synthetic-error_not_found.json"), options).error().remedy ==
        Remedy::ask_operator);
  CHECK(parse_lemmy(file_bytes(recordings / "synthetic-error_rate_limit_v3.json"), options).error().remedy ==
        Remedy::retry);
}
