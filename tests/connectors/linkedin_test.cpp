#include "connectors/platforms/linkedin.hpp"

#include <doctest/doctest.h>

#include "connectors/platforms/linkedin_answer.hpp"
#include "connectors/platforms/linkedin_text.hpp"
#include "connectors/talks.hpp"
#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/parsing.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

const UtcTime noon = *parse_iso("2026-11-18T12:00:00Z");

LinkedInConfig config() {
  LinkedInConfig config;
  config.name = "our page";
  config.api = "https://api.example";
  config.organization = "urn:li:organization:1001";
  config.limit = 3;
  return config;
}

std::string header(const HttpRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers)
    if (key == name) return value;
  return {};
}

// A list of posts with those numbers.
std::string posts(int start, std::initializer_list<int> numbers, bool more) {
  std::string body;
  for (const int number : numbers)
    body += (body.empty() ? "" : ",") + (R"({"id":"urn:li:share:)" + std::to_string(number)) +
            R"(","commentary":"x","publishedAt":)" + std::to_string(1'795'000'000'000 + number) +
            R"(,"lastModifiedAt":)" + std::to_string(1'795'000'000'000 + number) + "}";
  return R"({"paging":{"start":)" + std::to_string(start) + R"(,"count":3,"links":[)" +
         (more ? R"({"rel":"next","href":"/rest/posts"})" : "") + R"(]},"elements":[)" + body + "]}";
}

std::string start_of(const Cursor& cursor) {
  const auto url = linkedin_request(config(), cursor, noon).url;
  const auto at = url.find("&start=") + 7;
  return url.substr(at, url.find('&', at) - at);
}

}  // namespace

TEST_CASE("little text reads as people see it") {
  struct Row {
    const char* little;
    const char* text;
    std::vector<std::string> tags;
  };
  const Row rows[] = {
      {"plain", "plain", {}},
      {R"(a \(b\) \[c\] \{d\} \_e\_ \~ \\ \| \< \> \* \@x)", R"(a (b) [c] {d} _e_ ~ \ | < > * @x)", {}},
      {R"({hashtag|\#|NHSsm} day)", "#NHSsm day", {"nhssm"}},
      {"{hashtag|#|a-b} #c {hashtag|\\#|d}", "#a-b #c #d", {"a-b", "c", "d"}},
      {"{hashtag|\xEF\xBC\x83|x}", "\xEF\xBC\x83x", {"x"}},
      {"thanks @[Sam Example](urn:li:person:abc)!", "thanks Sam Example!", {}},
      {R"(@[Trust \(Marlbeck\)](urn:li:organization:1))", "Trust (Marlbeck)", {}},
      {"@[half", "@[half", {}},
      {"@[half](", "@[half](", {}},
      {"{hashtag|\\#", "{hashtag|#", {}},
      {"{other|a|b}", "{other|a|b}", {}},
      {R"(a\b \)", R"(a\b \)", {}},
      {"", "", {}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.little);
    const auto read = read_little_text(row.little);
    CHECK(read.text == row.text);
    CHECK(read.tags == row.tags);
  }
}

TEST_CASE("an organisation's posts") {
  const auto page = parse_linkedin(fixture("linkedin/posts.json"), {"posts", {}, "here", noon});
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 4);
  CHECK(page->unreadable == 1);
  const Post& plan = page->posts[0];
  CHECK(plan.id == "linkedin:urn:li:share:7100000000000000004");
  CHECK(plan.url == "https://www.linkedin.com/feed/update/urn:li:share:7100000000000000004");
  CHECK(plan.text == "Our winter plan #NHSsm is out, thanks to Sam Example (and all of ward 7) #1");
  CHECK(plan.tags == std::vector<std::string>{"nhssm"});
  CHECK(plan.author == "urn:li:organization:1001");
  CHECK(to_iso(plan.made_at) == "2026-11-18T10:30:00.500Z");
  CHECK(to_iso(plan.edited_at.value_or(UtcTime{})) == "2026-11-18T11:30:00.000Z");
  CHECK(page->posts[1].text == "Careers day");
  CHECK(name_of(page->posts[1].visibility) == name_of(Visibility::unlisted));
  CHECK_FALSE(page->posts[1].edited_at);
  CHECK(page->posts[2].repost_of == "urn:li:share:6900000000000000001");
  CHECK(page->posts[3].text == "When should the café open?\nOpening hours");
  CHECK(name_of(page->posts[3].visibility) == name_of(Visibility::private_));
}

TEST_CASE("comments and their answers") {
  const auto page = parse_linkedin(fixture("linkedin/comments.json"), {{}, {}, "here", noon});
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 2);
  const Post& first = page->posts[0];
  CHECK(first.native_id == "urn:li:comment:(urn:li:activity:7100000000000000009,7100000000000000021)");
  CHECK(first.reply_to == "urn:li:activity:7100000000000000009");
  CHECK(first.likes == 2);
  CHECK(first.replies == 1);
  CHECK(first.edited_at.has_value());
  CHECK(first.tags == std::vector<std::string>{"nhssm"});
  const Post& second = page->posts[1];
  CHECK(second.native_id == "urn:li:comment:(urn:li:activity:7100000000000000009,7100000000000000022)");
  CHECK(second.reply_to == first.native_id);
  CHECK_FALSE(second.edited_at);
}

TEST_CASE("each error of LinkedIn's says what to do") {
  struct Row {
    int status;
    const char* body;
    Remedy remedy;
    const char* says;
  };
  const Row rows[] = {
      {401, R"({"status":401,"code":"EXPIRED_ACCESS_TOKEN","message":"x"})", Remedy::ask_operator, "token_file"},
      {403, R"({"status":403,"code":"ACCESS_DENIED","message":"x"})", Remedy::ask_operator, "r_organization_social"},
      {404, R"({"status":404,"code":"NOT_FOUND","message":"x"})", Remedy::ask_operator, "404"},
      {426, R"({"status":426,"code":"NONEXISTENT_VERSION","message":"x"})", Remedy::ask_operator, "version"},
      {400, R"({"status":400,"code":"VERSION_MISSING","message":"x"})", Remedy::ask_operator, "version"},
      {429, R"({"status":429,"message":"APPLICATION DAY limit for calls"})", Remedy::wait, "midnight UTC"},
      {429, R"({"status":429,"message":"slow down"})", Remedy::retry, "slower"},
      {500, R"({"status":500,"message":"x"})", Remedy::retry, "trouble"},
      {503, "<html></html>", Remedy::retry, "trouble"},
      {200, R"({"status":429,"message":"APPLICATION DAY limit for calls"})", Remedy::wait, "midnight UTC"},
      {200, "<html></html>", Remedy::ask_operator, "web page"},
      {200, R"({"elements":[{)", Remedy::retry, "breaks off"},
      {200, R"({"localizedName":"Marlbeck"})", Remedy::skip, "neither"},
      {200, "[]", Remedy::skip, "neither"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.status);
    CAPTURE(row.body);
    const auto page = linkedin_page(config(), {}, http_answer(row.status, row.body), noon);
    REQUIRE_FALSE(page.has_value());
    CHECK(name_of(page.error().remedy) == name_of(row.remedy));
    CHECK_MESSAGE(page.error().detail.find(row.says) != std::string::npos, page.error().detail);
  }
  const auto limited = linkedin_page(config(), {}, http_answer(429, R"({"message":"MEMBER DAY limit"})"), noon);
  CHECK(limited.error().not_before == parse_iso("2026-11-19T00:00:00Z"));
  const auto told = http_answer(429, R"({"message":"MEMBER DAY limit"})", {{"retry-after", "60"}});
  CHECK(linkedin_page(config(), {}, told, noon).error().not_before == noon + 60s);
}

TEST_CASE("a request names a version that lives, or the configured one") {
  const auto request = linkedin_request(config(), {}, noon);
  CHECK(request.url ==
        "https://api.example/rest/"
        "posts?author=urn%3Ali%3Aorganization%3A1001&q=author&start=0&count=3&sortBy=LAST_MODIFIED");
  CHECK(header(request, "LinkedIn-Version") == "202608");
  CHECK(header(linkedin_request(config(), {}, *parse_iso("2027-02-01")), "LinkedIn-Version") == "202611");
  CHECK(header(request, "X-Restli-Protocol-Version") == "2.0.0");
  CHECK(header(request, "X-RestLi-Method") == "FINDER");
  auto fixed = config();
  fixed.version = "202605";
  CHECK(header(linkedin_request(fixed, {}, noon), "LinkedIn-Version") == "202605");
}

TEST_CASE("pages overlap by one, and a list that has shifted is read from its beginning") {
  const auto step = [](const Cursor& cursor, const std::string& body) {
    auto page = linkedin_page(config(), cursor, http_answer(200, body), noon);
    REQUIRE(page.has_value());
    return *page;
  };
  const Page first = step({}, posts(0, {9, 8, 7}, true));
  CHECK(start_of(first.next) == "2");
  CHECK(start_of(step(first.next, posts(2, {7, 6, 5}, true)).next) == "4");
  CHECK_MESSAGE(start_of(step(first.next, posts(2, {6, 5, 4}, true)).next) == "0",
                "7 was not met again: something went");
  CHECK_MESSAGE(start_of(step(first.next, posts(0, {9, 8, 7}, true)).next) == "2", "an answer kept somewhere");
  const Page last = step(first.next, posts(2, {7, 6}, false));
  CHECK(last.more);
  CHECK(linkedin_request(config(), last.next, noon).url.find("/socialActions/urn%3Ali%3Ashare%3A6/comments?start=0") !=
        std::string::npos);
}

TEST_CASE("comments answer the post that they were asked of, and those with answers are asked in turn") {
  auto page = linkedin_page(config(), {}, http_answer(200, posts(0, {1}, false)), noon);
  REQUIRE(page.has_value());
  page = linkedin_page(config(), page->next, http_answer(200, fixture("linkedin/comments.json")), noon);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 2);
  CHECK(page->posts[1].reply_to == "urn:li:share:1");
  CHECK(page->more);
  CHECK(next_talk(talk_place_of(page->next)) == page->posts[1].native_id);
  const auto gone = http_answer(404, R"({"status":404,"code":"NOT_FOUND"})");
  page = linkedin_page(config(), page->next, gone, noon);
  REQUIRE(page.has_value());
  CHECK_FALSE(page->more);
}

TEST_CASE("what became of a post or comment") {
  const KeptPost post{"linkedin:urn:li:share:1", "urn:li:share:1", ""};
  const KeptPost comment{"linkedin:c", "urn:li:comment:(urn:li:activity:9,21)", ""};
  CHECK(linkedin_item_request(config(), post, noon).url == "https://api.example/rest/posts/urn%3Ali%3Ashare%3A1");
  CHECK(linkedin_item_request(config(), comment, noon).url ==
        "https://api.example/rest/socialActions/urn%3Ali%3Aactivity%3A9/comments/21");
  const auto gone = linkedin_item_page(config(), post, http_answer(404, R"({"status":404})"), noon);
  REQUIRE(gone.has_value());
  REQUIRE(gone->posts.size() == 1);
  CHECK(gone->posts[0].deleted);
  CHECK_MESSAGE(!linkedin_item_page(config(), post, http_answer(404, "<html>"), noon).has_value(), "a proxy's 404");
  CHECK_FALSE(linkedin_item_page(config(), post, http_answer(403, R"({"status":403})"), noon).has_value());
}

TEST_CASE("a LinkedIn source's settings are checked") {
  const auto row = linkedin_connector();
  const std::string file = FIXTURES "/linkedin/posts.json";
  CHECK(complained(row, {{"organization", "1001"}, {"token_file", file}}).empty());
  CHECK(complained(row, {{"organization", "urn:li:organization:1001"},
                         {"client_id", "a"},
                         {"client_secret_file", file},
                         {"refresh_token_file", file}})
            .empty());
  CHECK(complained(row,
                   {{"organization", "Marlbeck"}, {"version", "v2"}, {"limit", "1"}, {"refresh_token_file", file}}) ==
        std::set<std::string>{"organization", "version", "limit", "refresh_token_file"});
  CHECK(complained(row, {{"organization", "1"}}) == std::set<std::string>{"token_file"});
}

TEST_CASE("recorded LinkedIn answers") {
  if (no_recordings()) return;
  check_recordings(
      parse_linkedin,
      {{"linkedin/synthetic-posts_by_author_p1.json", 2, "linkedin:urn:li:share:7000000000000000002",
        "Our winter plan #nhssm is out, thanks to Asha"},
       {"linkedin/synthetic-comments.json", 1,
        "linkedin:urn:li:comment:(urn:li:activity:7000000000000000000,7000000000000000009)", "Still waiting"}});
  check_refusals(parse_linkedin,
                 {{"linkedin/synthetic-error_401.json", Remedy::ask_operator, "taken back"},
                  {"linkedin/synthetic-error_426_version.json", Remedy::ask_operator, "LinkedIn-Version"},
                  {"linkedin/synthetic-error_429.json", Remedy::wait, "midnight UTC"}});
}

}  // namespace barometer
