#include "connectors/platforms/instagram.hpp"

#include <doctest/doctest.h>

#include "connectors/platforms/instagram_sweep.hpp"
#include "connectors/talks.hpp"
#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/parsing.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;
using Read = InstagramConfig::Read;

const UtcTime noon = *parse_iso("2026-11-18T12:00:00Z");

InstagramConfig config(Read read = Read::hashtag) {
  InstagramConfig config;
  config.name = "#nhssm";
  config.base = "https://graph.example/v23.0";
  config.user = "2002";
  config.read = read;
  config.hashtag = "nhssm";
  return config;
}

Page with(std::initializer_list<const char*> ids) {
  Page page;
  for (const char* id : ids) page.posts.push_back({.native_id = id});
  return page;
}

const SweepRules rules{.first_pages = 3, .window = 24h};

Page step(const Cursor& cursor, std::initializer_list<const char*> ids, const char* next, UtcTime now = noon) {
  Page page = with(ids);
  sweep_on(sweep_in(cursor), next, rules, now, page);
  return page;
}

}  // namespace

TEST_CASE("media of a hashtag have no author, and may have neither words nor time") {
  const auto page = parse_instagram(fixture("instagram/recent_media.json"), {"recent_media", {}, "here", noon});
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 3);
  CHECK(page->unreadable == 1);
  const Post& ward = page->posts[0];
  CHECK(ward.id == "instagram:17890000000000101");
  CHECK(ward.text == "Proud of the night team on ward 7 👏 #nhssm #Marlbeck");
  CHECK(ward.tags == std::vector<std::string>{"nhssm", "marlbeck"});
  CHECK(ward.author.empty());
  CHECK(ward.url == "https://www.instagram.com/p/AAA/");
  CHECK(to_iso(ward.made_at) == "2026-11-18T08:00:00.000Z");
  CHECK(ward.likes == 12);
  CHECK(page->posts[1].text.empty());
  CHECK_FALSE(page->posts[2].dated);
}

TEST_CASE("comments come with the replies to each") {
  const auto page = parse_instagram(fixture("instagram/comments.json"), {{}, {}, "here", noon});
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 3);
  CHECK(page->posts[0].author == "sam.example");
  CHECK(page->posts[1].reply_to == "17900000000000201");
  CHECK(name_of(page->posts[2].visibility) == name_of(Visibility::private_));
}

TEST_CASE("other shapes of Instagram's") {
  struct Row {
    const char* file;
    const char* first_text;
  };
  for (const Row& row : {Row{"instagram/mentioned_comment.json", "@marlbeck.example is the clinic open?"},
                         Row{"instagram/business_discovery.json", "Flu jabs #getready"}}) {
    CAPTURE(row.file);
    const auto page = parse_instagram(fixture(row.file), {{}, {}, "here", noon});
    REQUIRE(page.has_value());
    REQUIRE(page->posts.size() == 1);
    CHECK(page->posts[0].text == row.first_text);
  }
}

TEST_CASE("a hashtag's id is asked for once, then its media") {
  auto request = instagram_request(config(), {}, noon);
  CHECK(request.url == "https://graph.example/v23.0/ig_hashtag_search?user_id=2002&q=nhssm");
  auto page = instagram_page(config(), {}, http_answer(200, R"({"data":[{"id":"17840000000000001"}]})"), noon);
  REQUIRE(page.has_value());
  CHECK(page->more);
  request = instagram_request(config(), page->next, noon);
  CHECK(request.url.starts_with("https://graph.example/v23.0/17840000000000001/recent_media?fields=id%2Ccaption"));
  CHECK(request.url.ends_with("&limit=50&user_id=2002"));
  page = instagram_page(config(), page->next, http_answer(200, fixture("instagram/recent_media.json")), noon);
  REQUIRE(page.has_value());
  CHECK(page->posts.size() == 3);
  for (const Post& post : page->posts) CHECK(post.tags.front() == "nhssm");
  request = instagram_request(config(), page->next, noon);
  CHECK(request.url.find("&after=SAME&user_id=2002") != std::string::npos);
  CHECK(page->next.bytes.find("EAAsecret") == std::string::npos);
  const auto again = instagram_begun_again(config(), page->next);
  CHECK(instagram_request(config(), again, noon).url.find("after=") == std::string::npos);
  CHECK(sweep_in(again).hashtag_id == "17840000000000001");
}

TEST_CASE("too many hashtags in a week is our own budget used up") {
  const auto page =
      instagram_page(config(), {}, http_answer(400, R"({"error":{"code":18,"error_subcode":2207034}})"), noon);
  REQUIRE_FALSE(page.has_value());
  CHECK(name_of(page.error().remedy) == name_of(Remedy::wait));
  CHECK(page.error().capped);
}

TEST_CASE("a sweep ends after two pages that hold nothing new") {
  Page page = step({}, {"9", "8"}, "SAME");
  page = step(page.next, {"7", "6"}, "");
  CHECK_FALSE(page.more);
  // The sweep after one that went deep goes as deep.
  page = step(page.next, {"9", "8"}, "SAME");
  CHECK(page.more);
  page = step(page.next, {"7", "6"}, "SAME");
  CHECK_FALSE(page.more);
  page = step(page.next, {"10", "9"}, "SAME");
  CHECK(page.more);
  page = step(page.next, {"8", "7"}, "SAME");
  CHECK(page.more);
  page = step(page.next, {"6"}, "SAME");
  CHECK_FALSE(page.more);
}

TEST_CASE("the same page twice in a sweep begins it again, but not for ever") {
  Page page = step({}, {"9", "8"}, "SAME");
  for (int i = 0; i < 2; ++i) {
    page = step(page.next, {"9", "8"}, "SAME");
    CHECK(page.more);
    CHECK(sweep_in(page.next).token.empty());
    page = step(page.next, {"9", "8"}, "SAME");
  }
  page = step(page.next, {"9", "8"}, "SAME");
  CHECK(sweep_in(page.next).token == "SAME");
}

TEST_CASE("what the window of a day has left behind is told as missed") {
  Page page = step({}, {"1"}, "");
  CHECK(page.missed.empty());
  page = step(page.next, {"2"}, "", noon + 10h);
  CHECK(page.missed.empty());
  page = step(page.next, {"3"}, "", noon + 40h);
  REQUIRE(page.missed.size() == 1);
  CHECK(page.missed[0].from == noon + 10h);
  CHECK(page.missed[0].to == noon + 16h);
}

TEST_CASE("ids are remembered for two days and no more of them than we say") {
  Page page = step({}, {"1"}, "");
  page = step(page.next, {"2"}, "", noon + 47h);
  CHECK(sweep_in(page.next).seen.size() == 2);
  page = step(page.next, {"3"}, "", noon + 50h);
  CHECK(sweep_in(page.next).seen.size() == 2);
  SweepRules few = rules;
  few.most_seen = 1;
  Page more = with({"4", "5"});
  sweep_on(sweep_in(page.next), "", few, noon + 51h, more);
  CHECK(sweep_in(more.next).seen.size() == 1);
  CHECK(cursor_of(sweep_in(page.next)) == page.next);
  for (const char* bytes : {"rubbish", "[]", R"({"seen":[1],"met":{"a":1},"pages":-5})"})
    CHECK(sweep_in(Cursor{bytes}).seen.empty());
}

TEST_CASE("comments on our own media") {
  auto page = instagram_page(config(Read::comments), {}, http_answer(200, R"({"data":[
      {"id":"1","caption":"a","media_type":"IMAGE","timestamp":"2026-11-18T08:00:00+0000","comments_count":2},
      {"id":"2","caption":"b","media_type":"IMAGE","timestamp":"2026-11-18T07:00:00+0000","comments_count":0}]})"),
                             noon);
  REQUIRE(page.has_value());
  CHECK(page->more);
  const auto request = instagram_request(config(Read::comments), page->next, noon);
  CHECK(request.url.starts_with("https://graph.example/v23.0/1/comments?fields=id%2Ctext"));
  page = instagram_page(config(Read::comments), page->next, http_answer(200, fixture("instagram/comments.json")), noon);
  REQUIRE(page.has_value());
  CHECK_FALSE(page->more);
  CHECK(page->posts.back().reply_to == "1");
  CHECK(instagram_request(config(Read::tags), {}, noon).url.starts_with("https://graph.example/v23.0/2002/tags?"));
}

TEST_CASE("what became of our own media and comments") {
  const KeptPost comment{"instagram:5", "5", ""};
  CHECK(instagram_item_request(config(Read::comments), comment)
            .url.starts_with("https://graph.example/v23.0/5?fields=id%2Ctext"));
  const auto gone = instagram_item_page(config(Read::comments), comment,
                                        http_answer(400, R"({"error":{"code":100,"error_subcode":33}})"), noon);
  REQUIRE(gone.has_value());
  REQUIRE(gone->posts.size() == 1);
  CHECK(gone->posts[0].deleted);
  const auto there = instagram_item_page(config(Read::comments), comment,
                                         http_answer(200, R"({"id":"5","text":"edited","media":{"id":"1"}})"), noon);
  REQUIRE(there.has_value());
  CHECK(there->posts.at(0).reply_to == "1");
}

TEST_CASE("an Instagram source's settings are checked") {
  const auto row = instagram_connector();
  const std::string file = FIXTURES "/instagram/comments.json";
  CHECK(complained(row, {{"user", "2002"}, {"hashtag", "#nhssm"}, {"token_file", file}}).empty());
  CHECK(complained(row, {{"user", "2002"}, {"read", "tags"}, {"token_file", file}}).empty());
  CHECK(
      complained(row, {{"user", "marlbeck"}, {"hashtag", "two words"}, {"token_file", "/no/such"}, {"limit", "51"}}) ==
      std::set<std::string>{"user", "hashtag", "token_file", "limit"});
  CHECK(complained(row, {{"user", "1"}, {"read", "all"}, {"version", "x"}, {"api", "x"}, {"comment_days", "0"}}) ==
        std::set<std::string>{"read", "version", "api", "comment_days"});
}

TEST_CASE("recorded Instagram answers") {
  if (no_recordings()) return;
  check_recordings(
      parse_instagram,
      {
          {"instagram/hashtag_recent_p1.json", 5, "instagram:18088158883149835", ""},
          {"instagram/hashtag_recent_p2.json", 5, "instagram:17863800889667054", ""},
          {"instagram/hashtag_search.json", 0, "", ""},
          {"instagram/recently_searched.json", 0, "", ""},
          {"instagram/discovery_p1.json", 2, "instagram:17885103395504675", "To attract new players"},
          {"instagram/media_comments_p1.json", 2, "instagram:17858154961981086", "Beautiful!"},
          {"instagram/mentioned_media.json", 1, "instagram:17889114512354744", "@ikroskun hey"},
          {"instagram/tagged_medias.json", 5, "instagram:17892354025952911", "publish test"},
          {"instagram/synthetic-hashtag_recent_caption.json", 2, "instagram:17890000000000001", "Proud of"},
      });
  check_refusals(parse_instagram,
                 {{"instagram/synthetic-error_18_too_many_hashtags.json", Remedy::wait, "30 different hashtags"}});
}

}  // namespace barometer
