#include "connectors/platforms/reddit.hpp"

#include <filesystem>

#include <doctest/doctest.h>

#include "connectors/platforms/reddit_answer.hpp"
#include "connectors/time.hpp"
#include "connectors/walk.hpp"
#include "tests/support/fixture.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime now = *parse_iso("2026-11-21T23:00:00Z");
const ParseOptions options{{}, {}, "here", now};
const RedditConfig config{
    .name = "here", .api = "https://oauth.example", .listing = "new", .subreddit = "marlbeck", .limit = 3};

HttpResponse answer(int status, std::string body) { return {.status = status, .body = std::move(body)}; }

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// One post a number, made that many minutes before now.
std::string listing(std::initializer_list<int> minutes, const std::string& after) {
  std::string list;
  for (const int ago : minutes) {
    const auto at = std::chrono::floor<std::chrono::seconds>((now - ago * 1min).time_since_epoch()).count();
    list += (list.empty() ? "" : ",") + ("{\"kind\":\"t3\",\"data\":{\"name\":\"t3_" + std::to_string(ago)) +
            "\",\"title\":\"a\",\"selftext\":\"words\",\"created_utc\":" + std::to_string(at) + ".0}}";
  }
  return "{\"kind\":\"Listing\",\"data\":{\"children\":[" + list +
         "],\"after\":" + (after.empty() ? "null" : '"' + after + '"') + "}}";
}

}  // namespace

TEST_CASE("posts of a subreddit, in the order of the body") {
  const auto page = parse_reddit(fixture("reddit/new.json"), options);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 6);
  CHECK(page->unreadable == 1);  // a subreddit among them
  const Post& waited = page->posts[0];
  CHECK(waited.id == "reddit:t3_m1f");
  CHECK(waited.native_id == "t3_m1f");
  CHECK(waited.url == "https://www.reddit.com/r/marlbeck/comments/m1f/waited_nine_hours/");
  CHECK(waited.author == "dewi_example");
  CHECK(waited.title == "Waited nine hours at A&E #nhssm");
  CHECK(waited.text == "Nine hours with my mum.\nno chair\nno water & no news");
  CHECK(waited.tags == std::vector<std::string>{"nhssm"});
  CHECK(waited.made_at == UtcTime{1795168800s});
  CHECK_FALSE(waited.edited_at.has_value());
  CHECK(waited.likes == 12);
  CHECK(waited.replies == 4);
  CHECK(waited.reposts == 1);
  const Post& link = page->posts[1];
  CHECK(link.text == "Parking at the new wing");
  CHECK(link.edited_at == UtcTime{1795168750500ms});
  CHECK(link.likes == 0);
  CHECK(page->posts[2].deleted);
  CHECK(page->posts[3].deleted);
  CHECK_FALSE(page->posts[4].deleted);
  CHECK(page->posts[4].author.empty());
  CHECK(page->posts[5].repost_of == "t3_zzz");
}

TEST_CASE("a thread gives a comment before its replies") {
  const auto page = parse_reddit(fixture("reddit/thread.json"), options);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 4);
  CHECK(page->unreadable == 0);
  CHECK(page->posts[0].id == "reddit:t3_m1f");
  CHECK(page->posts[1].id == "reddit:t1_c1");
  CHECK(page->posts[1].text == "nine hours\nLast week too");
  CHECK(page->posts[1].reply_to == "t3_m1f");
  CHECK(page->posts[1].url == "https://www.reddit.com/comments/m1f/_/c1/");
  CHECK(page->posts[2].id == "reddit:t1_c2");
  CHECK(page->posts[2].reply_to == "t1_c1");
  CHECK(page->posts[3].deleted);
}

TEST_CASE("Reddit's Atom gives the same posts by the same ids") {
  const auto page = parse_reddit(fixture("reddit/new.atom"), options);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 2);
  CHECK(page->posts[0].id == "reddit:t3_m1f");
  CHECK(page->posts[0].platform == "reddit");
  CHECK(page->posts[0].author == "dewi_example");
  CHECK(page->posts[0].text == "Nine hours at A&E #nhssm");
  CHECK(page->posts[1].text == "Parking at the new wing");
}

TEST_CASE("a listing is read down with `after`, never with `before`") {
  CHECK(reddit_request(config, {}, now).url == "https://oauth.example/r/marlbeck/new?raw_json=1&limit=3");
  auto page = reddit_page(config, {}, answer(200, listing({1, 2, 3}, "t3_3")), now);
  REQUIRE(page.has_value());
  CHECK(page->more);
  CHECK(page->posts.front().id == "reddit:t3_3");  // oldest first
  const auto second = reddit_request(config, page->next, now);
  CHECK(has(second.url, "&after=t3_3"));
  CHECK_FALSE(has(second.url, "before"));

  SUBCASE("the page before once more is no next page") {
    const auto again = reddit_page(config, page->next, answer(200, listing({1, 2, 3}, "t3_3")), now);
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error().remedy == Remedy::retry);
  }
  SUBCASE("where the thing it names is gone, the one above it is tried") {
    page = reddit_page(config, page->next, answer(200, listing({}, "")), now);
    REQUIRE(page.has_value());
    CHECK(page->more);
    CHECK(has(reddit_request(config, page->next, now).url, "&after=t3_2"));
    page = reddit_page(config, page->next, answer(200, listing({}, "")), now);
    CHECK(has(reddit_request(config, page->next, now).url, "&after=t3_1"));
    page = reddit_page(config, page->next, answer(200, listing({}, "")), now);
    CHECK_FALSE(page->more);
  }
  SUBCASE("after the first walk one page is enough, until what is known is met") {
    page = reddit_page(config, page->next, answer(200, listing({4, 5}, "")), now);
    CHECK_FALSE(page->more);
    page = reddit_page(config, page->next, answer(200, listing({0, 1, 50}, "t3_50")), now);
    CHECK_FALSE(page->more);
    CHECK(page->missed.empty());
  }
}

TEST_CASE("every six hours a walk goes a day below what is known") {
  auto page = reddit_page(config, {}, answer(200, listing({1, 2}, "")), now);
  REQUIRE(page.has_value());
  const auto later = now + 7h;
  page = reddit_page(config, page->next, answer(200, listing({0, 60, 120}, "t3_120")), later);
  CHECK(page->more);
  page = reddit_page(config, page->next, answer(200, listing({180, 1500}, "t3_1500")), later);
  CHECK_FALSE(page->more);
  page = reddit_page(config, page->next, answer(200, listing({0, 60}, "t3_60")), later + 1min);
  CHECK_FALSE(page->more);
}

TEST_CASE("where Reddit's listing ends above what is known, a period is missed") {
  auto page = reddit_page(config, {}, answer(200, listing({600}, "")), now - 600min);
  REQUIRE(page.has_value());
  auto hundred = config;
  hundred.limit = 100;
  auto walk = walk_of(page->next);
  walk.pages = 9;
  walk.token = "t3_9";
  page = reddit_page(hundred, cursor_of(walk), answer(200, listing({300}, "")), now);
  REQUIRE(page.has_value());
  REQUIRE(page->missed.size() == 1);
  CHECK(page->missed[0].from == now - 600min);
  CHECK(page->missed[0].to == now - 300min);
}

TEST_CASE("a search looks back as far as its gap") {
  auto search = config;
  search.listing = "search";
  search.subreddit.clear();
  search.query = "marlbeck OR nhssm";
  CHECK(reddit_request(search, {}, now).url ==
        "https://oauth.example/search?raw_json=1&limit=3&q=marlbeck%20OR%20nhssm&sort=new&type=link&t=week");
  Walk walk;
  walk.known = now - 240h;
  CHECK(has(reddit_request(search, cursor_of(walk), now).url, "&t=month"));
  walk.known = now - 2400h;
  CHECK(has(reddit_request(search, cursor_of(walk), now).url, "&t=year"));
}

TEST_CASE("a token is asked for with the app's secret") {
  const RedditLogin app{.url = "https://www.example", .client_id = "id", .client_secret = "secret"};
  const auto request = reddit_token_request(app);
  CHECK(request.method == "POST");
  CHECK(request.url == "https://www.example/api/v1/access_token");
  CHECK(request.headers[0].second == "Basic aWQ6c2VjcmV0");
  CHECK(request.body == "grant_type=client_credentials");
  auto script = app;
  script.username = "marlbeck_comms";
  script.password = "p&w";
  CHECK(reddit_token_request(script).body == "grant_type=password&username=marlbeck_comms&password=p%26w");
  CHECK(reddit_user_agent("Barometer/0.1.0 (+https://www.example.org)", "marlbeck_comms") ==
        "linux:barometer:0.1.0 (by /u/marlbeck_comms)");
  CHECK(reddit_user_agent("", "a") == "linux:barometer:0 (by /u/a)");
}

TEST_CASE("a token is used until a minute before its end") {
  const auto token = reddit_token(
      answer(200, R"({"access_token": "t", "token_type": "bearer", "expires_in": 3600, "scope": "*"})"), now);
  REQUIRE(token.has_value());
  CHECK(token->text == "t");
  CHECK(token->good_until == now + 59min);
  struct Row {
    const char* fact;
    HttpResponse response;
    Remedy remedy;
  };
  const Row rows[] = {
      {"a wrong user, with 200", answer(200, R"({"error": "invalid_grant"})"), Remedy::ask_operator},
      {"a wrong secret", answer(401, R"({"message": "Unauthorized", "error": 401})"), Remedy::ask_operator},
      {"another answer", answer(200, listing({1}, "")), Remedy::retry},
      {"half", answer(200, R"({"access_token": "t)"), Remedy::retry},
      {"trouble", answer(503, ""), Remedy::retry},
      {"a wall", answer(200, "<html>"), Remedy::ask_operator},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto none = reddit_token(row.response, now);
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().remedy == row.remedy);
  }
}

TEST_CASE("what is no listing of Reddit's is a failure with its remedy") {
  struct Row {
    const char* fact;
    HttpResponse response;
    Remedy remedy;
    const char* detail;
  };
  auto elsewhere = answer(200, listing({1}, ""));
  elsewhere.url = "https://oauth.example/subreddits/search?q=marlbeck";
  auto limited = answer(429, "{}");
  limited.headers = {{"x-ratelimit-remaining", "0.0"}, {"x-ratelimit-reset", "120"}};
  const Row rows[] = {
      {"nothing", answer(200, ""), Remedy::retry, "empty"},
      {"half", answer(200, R"({"kind": "Listing", "data": {"children": [], "after": null})"), Remedy::retry, "breaks"},
      {"a wall", answer(200, "<html>"), Remedy::ask_operator, "web page"},
      {"a thread", answer(200, "[" + listing({1}, "") + "]"), Remedy::retry, "other than"},
      {"a redirect to the search for subreddits", elsewhere, Remedy::ask_operator, "no such subreddit"},
      {"a redirect", answer(302, "<html>"), Remedy::ask_operator, "no such subreddit"},
      {"the token refused again", answer(401, R"({"error": 401})"), Remedy::ask_operator, "401"},
      {"private", answer(403, R"({"reason": "private", "message": "Forbidden", "error": 403})"), Remedy::ask_operator,
       "private"},
      {"banned", answer(404, R"({"reason": "banned", "error": 404})"), Remedy::ask_operator, "banned"},
      {"for legal reasons", answer(451, ""), Remedy::ask_operator, "legal"},
      {"a limit in seconds left", limited, Remedy::wait, "slower"},
      {"a limit on a page for people", answer(429, "<html>please wait 9 second(s) and try"), Remedy::wait, "slower"},
      {"a limit that says no more", answer(429, R"({"message": "Too Many Requests", "error": 429})"), Remedy::retry,
       "slower"},
      {"trouble", answer(502, ""), Remedy::retry, "502"},
      {"trouble of the wall's", answer(520, ""), Remedy::retry, "520"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto page = reddit_page(config, {}, row.response, now);
    REQUIRE_FALSE(page.has_value());
    CHECK(page.error().remedy == row.remedy);
    CHECK_MESSAGE(has(page.error().detail, row.detail), page.error().detail);
  }
  CHECK(reddit_page(config, {}, limited, now).error().not_before == now + 2min);
}

TEST_CASE("posts asked for again are edited, gone or as they were") {
  const std::vector<KeptPost> kept = {{"reddit:t3_m1f", "t3_m1f", {}},  {"reddit:t3_m1e", "t3_m1e", {}},
                                      {"reddit:t3_m1d", {}, {}},        {"reddit:t3_m1c", "t3_m1c", {}},
                                      {"reddit:t3_m1b", "t3_m1b", {}},  {"reddit:t3_m1a", "t3_m1a", {}},
                                      {"reddit:t3_gone", "t3_gone", {}}};
  CHECK(has(reddit_info_request(config, kept).url, "/api/info?raw_json=1&id=t3_m1f,t3_m1e,t3_m1d,"));
  const auto page = reddit_info_page(config, kept, answer(200, fixture("reddit/new.json")), now);
  REQUIRE(page.has_value());
  std::vector<std::string> gone;
  for (const auto& post : page->posts)
    if (post.deleted) gone.push_back(post.id);
  CHECK(gone == std::vector<std::string>{"reddit:t3_m1c", "reddit:t3_m1d", "reddit:t3_gone"});
  const auto other = reddit_info_page(config, kept, answer(200, listing({7}, "")), now);
  REQUIRE_FALSE(other.has_value());
  CHECK(other.error().remedy == Remedy::retry);
}

TEST_CASE("settings that cannot work are complained of") {
  struct Row {
    const char* fact;
    std::map<std::string, std::string> settings;
    const char* key;  // of the complaint; empty: none
  };
  const Row rows[] = {
      {"enough", {{"subreddit", "marlbeck+nhs"}, {"account", "a-b_c"}}, ""},
      {"no subreddit", {}, "subreddit"},
      {"a path", {{"subreddit", "r/marlbeck"}}, "subreddit"},
      {"another listing", {{"subreddit", "a"}, {"listing", "hot"}}, "listing"},
      {"a search for nothing", {{"listing", "search"}}, "query"},
      {"an account with a slash", {{"subreddit", "a"}, {"account", "/u/a"}}, "account"},
      {"a user without a password", {{"subreddit", "a"}, {"username", "a"}}, "username"},
      {"too many", {{"subreddit", "a"}, {"limit", "101"}}, "limit"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto complaints = reddit_connector().check(SourceConfig{"here", "reddit", row.settings});
    CHECK(complaints.size() == (*row.key ? 1 : 0));
    if (!complaints.empty()) CHECK(complaints[0].key == row.key);
  }
}

TEST_CASE("recorded answers of Reddit") {
  const std::filesystem::path recordings = std::filesystem::path(RECORDINGS) / "reddit";
  if (!std::filesystem::exists(recordings)) {
    MESSAGE("skipped: no " << recordings.string());
    return;
  }
  struct Row {
    const char* file;
    std::size_t posts;
    const char* first;
  };
  const Row rows[] = {
      {"comments_thread.json", 3, "reddit:t3_2gmzqe"},
      {"deleted_comment_info.json", 1, "reddit:t1_d7ltvl0"},
      {"deleted_submission.json", 5, "reddit:t3_4b1tfm"},
      {"edited_submission.json", 5, "reddit:t3_4b1tfm"},
      {"info_unknown_id.json", 0, ""},
      {"listing_empty.json", 0, ""},
      {"poll_1.json", 16, "reddit:t1_dgauydy"},
      {"poll_2_empty_before.json", 0, ""},
      {"poll_3.json", 17, ""},
      {"poll_submission.json", 1, "reddit:t3_ga3hiq"},
      {"search.json", 6, ""},
      {"subreddit.atom", 25, ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.file);
    const auto page = parse_reddit(file_bytes(recordings / row.file), options);
    REQUIRE(page.has_value());
    CHECK(page->posts.size() == row.posts);
    CHECK(page->unreadable == 0);
    if (*row.first) CHECK(page->posts[0].id == row.first);
  }
  CHECK(parse_reddit(file_bytes(recordings / "deleted_comment_info.json"), options)->posts[0].deleted);
  CHECK(parse_reddit(file_bytes(recordings / "deleted_submission.json"), options)->posts[0].deleted);
  CHECK(parse_reddit(file_bytes(recordings / "edited_submission.json"), options)->posts[0].edited_at ==
        UtcTime{1458445019s});
  struct Refused {
    const char* file;
    Remedy remedy;
    const char* detail;
  };
  const Refused refused[] = {
      {"access_token_client_credentials.json", Remedy::skip, "token"},
      {"bad_json_200.txt", Remedy::retry, "breaks off"},
      {"error_401.json", Remedy::ask_operator, "401"},
      {"error_403.json", Remedy::ask_operator, "403"},
      {"error_404.json", Remedy::ask_operator, "404"},
      {"error_414.txt", Remedy::skip, "414"},
      {"error_429_retry_after.html", Remedy::wait, "429"},
      {"error_502_empty.json", Remedy::retry, "empty"},
      {"redirect_302.html", Remedy::ask_operator, "302"},
  };
  for (const auto& row : refused) {
    CAPTURE(row.file);
    const auto page = parse_reddit(file_bytes(recordings / row.file), options);
    REQUIRE_FALSE(page.has_value());
    CHECK(page.error().remedy == row.remedy);
    CHECK_MESSAGE(has(page.error().detail, row.detail), page.error().detail);
  }
}
