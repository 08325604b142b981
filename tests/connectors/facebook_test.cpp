#include "connectors/platforms/facebook.hpp"

#include <filesystem>

#include <doctest/doctest.h>

#include "connectors/talks.hpp"
#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/parsing.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

const UtcTime noon = *parse_iso("2026-11-18T12:00:00Z");

FacebookConfig config() {
  FacebookConfig config;
  config.name = "our page";
  config.base = "https://graph.example/v23.0";
  config.page = "1001";
  config.limit = 5;
  return config;
}

}  // namespace

TEST_CASE("a page's feed: what was written, by whom, and how it was taken") {
  const auto page = parse_facebook(fixture("facebook/feed.json"), {"feed", {}, "here", noon});
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 4);
  CHECK(page->unreadable == 1);
  const Post& plan = page->posts[0];
  CHECK(plan.id == "facebook:1001_30");
  CHECK(plan.native_id == "1001_30");
  CHECK(plan.text == "Our winter plan is out: fewer corridor waits at Marlbeck General. #NHSsm");
  CHECK(plan.tags == std::vector<std::string>{"nhssm"});
  CHECK(plan.author == "1001");
  CHECK(plan.author_name == "Marlbeck Hospitals");
  CHECK(to_iso(plan.made_at) == "2026-11-18T09:30:00.000Z");
  CHECK(plan.url == "https://www.facebook.com/1001/posts/30/");
  CHECK(plan.likes == 21);
  CHECK(plan.reposts == 4);
  CHECK(plan.replies == 3);
  CHECK_MESSAGE(!plan.edited_at, "updated_time also moves when somebody comments");
  CHECK(page->posts[1].text == "Book your flu jab\nClinics near you, every day until Christmas.");
  CHECK(page->posts[2].author == "777");
  CHECK(name_of(page->posts[3].visibility) == name_of(Visibility::private_));
}

TEST_CASE("comments answer their post or their comment, and are known by id or permanent link alike") {
  const auto page = parse_facebook(fixture("facebook/comments.json"), {{}, {}, "here", noon});
  REQUIRE(page.has_value());
  struct Row {
    const char* id;
    const char* reply_to;
    Visibility visibility;
  };
  const Row rows[] = {{"facebook:30_903", "30_901", Visibility::public_},
                      {"facebook:30_902", "1001_30", Visibility::public_},
                      {"facebook:30_901", "1001_30", Visibility::private_},
                      {"facebook:30_904", "30_901", Visibility::public_}};
  REQUIRE(page->posts.size() == std::size(rows));
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    CAPTURE(i);
    CHECK(page->posts[i].id == rows[i].id);
    CHECK(page->posts[i].reply_to == rows[i].reply_to);
    CHECK(name_of(page->posts[i].visibility) == name_of(rows[i].visibility));
  }
  CHECK(page->posts[1].tags == std::vector<std::string>{"flu"});
}

TEST_CASE("recommendations with words are posts; those without are none") {
  const auto page =
      parse_facebook(fixture("facebook/ratings.json"), {{}, "https://graph.example/v23.0/1001", "here", noon});
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 2);
  CHECK(page->unreadable == 0);
  CHECK(page->posts[0].id == "facebook:1001_500");
  CHECK(page->posts[0].text == "Nobody rang back about the scan.");
  CHECK(page->posts[1].id == "facebook:1001_rating_2026-11-14T12:00:00+0000");
}

TEST_CASE("a round reads the feed, then the comments that have changed") {
  auto request = facebook_request(config(), {}, noon);
  CHECK(request.url.starts_with("https://graph.example/v23.0/1001/feed?fields=id%2Cmessage"));
  CHECK(request.url.ends_with("&limit=5"));
  auto page = facebook_page(config(), {}, http_answer(200, fixture("facebook/feed.json")), noon);
  REQUIRE(page.has_value());
  CHECK(page->more);
  CHECK(page->posts.front().native_id == "1001_27");
  CHECK(page->posts.back().native_id == "1001_30");
  CHECK_MESSAGE(page->next.bytes.find("EAAsecret") == std::string::npos,
                "the address of the next page holds the token");
  request = facebook_request(config(), page->next, noon);
  CHECK(request.url.ends_with("&limit=5&after=QVFC"));
  page = facebook_page(config(), page->next, http_answer(200, R"({"data":[],"paging":{}})"), noon);
  REQUIRE(page.has_value());
  CHECK(page->more);
  request = facebook_request(config(), page->next, noon);
  CHECK(request.url.starts_with(
      "https://graph.example/v23.0/1001_30/comments?filter=stream&order=reverse_chronological"));
  page = facebook_page(config(), page->next, http_answer(200, fixture("facebook/comments.json")), noon);
  REQUIRE(page.has_value());
  CHECK(page->posts.size() == 4);
  CHECK_FALSE(page->more);
  CHECK(facebook_request(config(), page->next, noon).url.find("/1001/feed?") != std::string::npos);
}

TEST_CASE("a post that went before its comments were read stops nothing") {
  auto page = facebook_page(config(), {}, http_answer(200, fixture("facebook/feed.json")), noon);
  page = facebook_page(config(), page->next, http_answer(200, R"({"data":[]})"), noon);
  const char* gone = R"({"error":{"message":"x","code":100,"error_subcode":33}})";
  page = facebook_page(config(), page->next, http_answer(400, gone), noon);
  REQUIRE(page.has_value());
  CHECK(page->posts.empty());
  CHECK_FALSE(page->more);
  CHECK_FALSE(facebook_page(config(), page->next, http_answer(400, gone), noon).has_value());
}

TEST_CASE("without comment_days no comments are asked for") {
  auto quiet = config();
  quiet.comment_days = std::chrono::days(0);
  auto page = facebook_page(quiet, {}, http_answer(200, fixture("facebook/feed.json")), noon);
  page = facebook_page(quiet, page->next, http_answer(200, R"({"data":[]})"), noon);
  REQUIRE(page.has_value());
  CHECK_FALSE(page->more);
}

TEST_CASE("what an answer about several posts leaves out is gone") {
  const std::vector<KeptPost> kept = {
      {"facebook:1001_30", "1001_30", ""}, {"facebook:1001_29", "1001_29", ""}, {"facebook:1001_28", "1001_28", ""}};
  const auto request = facebook_objects_request(config(), kept, false);
  CHECK(request.url.starts_with("https://graph.example/v23.0/?ids=1001_30%2C1001_29%2C1001_28&fields=id"));
  const auto page = facebook_objects_page(config(), kept, http_answer(200, fixture("facebook/objects.json")), noon);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 3);
  CHECK(page->posts[0].text.find("(corrected)") != std::string::npos);
  CHECK(page->posts[2].deleted);
  CHECK(page->posts[2].id == "facebook:1001_29");
  const auto refused = http_answer(400, R"({"error":{"message":"x","code":190}})");
  CHECK_FALSE(facebook_objects_page(config(), kept, refused, noon).has_value());
}

TEST_CASE("a Facebook source's settings are checked") {
  const auto row = facebook_connector();
  CHECK(complained(row, {{"page", "1001"}, {"token_file", FIXTURES "/facebook/feed.json"}}).empty());
  CHECK(complained(row, {{"page", "MarlbeckHospitals"},
                         {"read", "everything"},
                         {"version", "23"},
                         {"api", "graph"},
                         {"limit", "500"},
                         {"app_secret_file", "/no/such/file"}}) ==
        std::set<std::string>{"api", "app_secret_file", "limit", "page", "read", "token_file", "version"});
}

TEST_CASE("recorded Facebook answers") {
  if (no_recordings()) return;
  check_recordings(
      parse_facebook,
      {
          {"facebook/page_feed_p1.json", 5, "facebook:19292868552_10158349356748553", "Singaporean logistics"},
          {"facebook/page_feed_p2.json", 5, "facebook:19292868552_10158331020098553", "We’ve seen computers"},
          {"facebook/post.json", 1, "facebook:175154750010052_424924701699721", ""},
          {"facebook/comments_p1.json", 10, "facebook:10158407654328553_10158407835073553", "Boa noite"},
          {"facebook/synthetic-ratings.json", 2, "facebook:100_200", "Waited hours"},
      });
  check_refusals(parse_facebook,
                 {
                     {"facebook/error_100_feature.json", Remedy::ask_operator, "feature"},
                     {"facebook/synthetic-error_190_expired.json", Remedy::ask_operator, "expired"},
                     {"facebook/synthetic-error_32_page_limit.json", Remedy::wait, "page's request limit"},
                     {"facebook/synthetic-error_4_app_limit.json", Remedy::wait, "app's request limit"},
                     {"facebook/page.json", Remedy::skip, "neither"},
                     {"facebook/token_debug.json", Remedy::skip, "neither"},
                 });
}

}  // namespace barometer
