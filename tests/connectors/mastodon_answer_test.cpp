#include "connectors/platforms/mastodon_answer.hpp"

#include <doctest/doctest.h>

#include "connectors/id_timeline.hpp"
#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"

namespace barometer {
namespace {

const UtcTime now = *parse_iso("2026-11-21T23:00:00Z");

Result<MastodonAnswer> read(std::string_view body, std::string kind = {}, std::string url = "https://social.example") {
  return read_mastodon_answer(body, ParseOptions{std::move(kind), std::move(url), "here", now});
}

}  // namespace

TEST_CASE("a timeline's statuses become posts, in its order") {
  const auto answer = read(fixture("mastodon/timeline.json"));
  REQUIRE(answer.has_value());
  REQUIRE(answer->posts.size() == 3);
  CHECK(answer->unreadable == 1);
  CHECK(answer->newest == "117000000000000030");
  CHECK(answer->oldest == "117000000000000018");

  const auto& post = answer->posts[0];
  CHECK(post.platform == "mastodon");
  CHECK(post.source == "here");
  CHECK(post.id == "https://social.example/users/pat/statuses/117000000000000030");
  CHECK(post.native_id == "117000000000000030");
  CHECK(post.url == "https://social.example/@pat/117000000000000030");
  CHECK(post.author == "pat@social.example");
  CHECK(post.author_name == "Pat");
  CHECK(to_iso(post.made_at) == "2026-11-21T20:15:00.000Z");
  REQUIRE(post.edited_at.has_value());
  CHECK(to_iso(*post.edited_at) == "2026-11-21T20:20:00.000Z");
  CHECK(post.text ==
        "waiting times\nNine hours in A&E with @mum.\nSee https://trust.example/help/now\n#NHSSM\nA full corridor");
  CHECK(post.tags == std::vector<std::string>{"nhssm"});
  CHECK(post.lang == "en");
  CHECK(post.visibility == Visibility::public_);
  CHECK(post.likes == 5);
  CHECK(post.reposts == 3);
  CHECK(post.replies == 2);
  CHECK_FALSE(post.opted_out);
}

TEST_CASE("a status may answer, quote, be unlisted, come from afar and ask not to be indexed") {
  const auto answer = read(fixture("mastodon/timeline.json"));
  REQUIRE(answer.has_value());
  const auto& post = answer->posts[1];
  CHECK(post.author == "sam@far.example");
  CHECK(post.url == post.id);
  CHECK(post.text == "So true");
  CHECK(post.reply_to == "117000000000000001");
  CHECK(post.quote_of == "https://far.example/users/sam/statuses/6");
  CHECK(post.visibility == Visibility::unlisted);
  CHECK_FALSE(post.lang.has_value());
  CHECK(post.opted_out);
}

TEST_CASE("what two people boost is one post, by its author") {
  const auto answer = read(fixture("mastodon/timeline.json"));
  REQUIRE(answer.has_value());
  const auto& post = answer->posts[2];
  CHECK(post.id == "https://social.example/users/gwen/statuses/1");
  CHECK(post.author == "gwen@social.example");
  CHECK(post.text == "Diolch i bawb");
}

TEST_CASE("Akkoma's statuses are read as well") {
  const auto answer = read(fixture("mastodon/akkoma.json"), {}, {});
  REQUIRE(answer.has_value());
  REQUIRE(answer->posts.size() == 1);
  const auto& post = answer->posts[0];
  CHECK(post.author == "jo@small.example");
  CHECK(post.text == "ward 7 was lovely");
  CHECK(post.quote_of == "https://small.example/objects/0");
  CHECK(post.visibility == Visibility::private_);
  CHECK(post.tags == std::vector<std::string>{"ward7"});
  CHECK(post.opted_out);  // #nobot in the profile
}

TEST_CASE("only an accepted quote is a quote") {
  for (const std::string state :
       {"pending", "rejected", "revoked", "deleted", "unauthorized", "blocked_account", "new_word"}) {
    CAPTURE(state);
    const auto answer = read(R"({"id":"1","content":"x","quote":{"state":")" + state +
                             R"(","quoted_status":{"id":"0","uri":"https://a.example/0"}}})");
    REQUIRE(answer.has_value());
    CHECK_FALSE(answer->posts.at(0).quote_of.has_value());
  }
  const auto shallow = read(R"({"id":"1","content":"x","quote":{"state":"accepted","quoted_status_id":"77"}})");
  REQUIRE(shallow.has_value());
  CHECK(shallow->posts.at(0).quote_of == "77");
}

TEST_CASE("an account's wish not to be indexed is found wherever it is said") {
  struct Row {
    const char* account;
    bool out;
  };
  const Row rows[] = {
      {R"({"noindex":true,"indexable":true})", true},
      {R"({"noindex":false,"indexable":false})", true},
      {R"({"noindex":false,"indexable":true,"discoverable":false})", false},
      {R"({"discoverable":false})", true},
      {R"({"discoverable":null,"indexable":null})", false},
      {R"({"suspended":true})", true},
      {R"({"note":"<p>hi <a>#<span>nobot</span></a></p>"})", true},
      {R"({"note":"nobot here"})", false},
      {R"({})", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.account);
    const auto answer = read(R"({"id":"1","content":"x","account":)" + std::string(row.account) + "}");
    REQUIRE(answer.has_value());
    CHECK(answer->posts.at(0).opted_out == row.out);
  }
}

TEST_CASE("a status without a readable date is marked, not lost") {
  const auto answer = read(R"([{"id":"1","content":"x","created_at":"some day"}])");
  REQUIRE(answer.has_value());
  CHECK_FALSE(answer->posts.at(0).dated);
  CHECK(answer->posts.at(0).made_at == now);
}

TEST_CASE("a stream is read as its events happened") {
  const auto answer = read(fixture("mastodon/stream.sse"));
  REQUIRE(answer.has_value());
  REQUIRE(answer->posts.size() == 3);  // what broke off has not happened
  CHECK(answer->posts[0].text == "first words");
  CHECK(answer->posts[1].text == "second words");
  CHECK(answer->posts[1].edited_at.has_value());
  CHECK(answer->posts[2].deleted);
  CHECK(answer->posts[2].id == answer->posts[0].id);
}

TEST_CASE("frames of a WebSocket carry statuses and deletes") {
  const auto update = read(
      R"({"stream":["hashtag","nhssm"],"event":"update","payload":"{\"id\":\"5\",\"uri\":\"https://a.example/5\",\"content\":\"<p>hi</p>\"}"})");
  REQUIRE(update.has_value());
  CHECK(update->posts.at(0).text == "hi");
  const auto both = read(
      "{\"event\":\"update\",\"payload\":\"{\\\"id\\\":\\\"5\\\",\\\"uri\\\":\\\"https://a.example/"
      "5\\\",\\\"content\\\":\\\"hi\\\"}\"}\n"
      "{\"event\":\"delete\",\"payload\":\"5\"}\n");
  REQUIRE(both.has_value());
  REQUIRE(both->posts.size() == 2);
  CHECK(both->posts[1].deleted);
  CHECK(both->posts[1].id == "https://a.example/5");
}

TEST_CASE("an event without a payload is unreadable") {
  const auto answer = read(R"({"event":"update"})", "ws");
  REQUIRE(answer.has_value());
  CHECK(answer->posts.empty());
  CHECK(answer->unreadable == 1);
}

TEST_CASE("a history gives each version, made when the first was") {
  const std::string account = R"("account":{"acct":"a","uri":"https://social.example/users/a"})";
  const auto answer = read("[{\"content\":\"one\",\"created_at\":\"2026-11-01T10:00:00Z\"," + account +
                               "},{\"content\":\"two\",\"created_at\":\"2026-11-01T10:05:00Z\"," + account + "}]",
                           {}, "https://social.example/api/v1/statuses/9/history");
  REQUIRE(answer.has_value());
  REQUIRE(answer->posts.size() == 2);
  CHECK(answer->posts[0].id == "https://social.example/users/a/statuses/9");
  CHECK_FALSE(answer->posts[0].edited_at.has_value());
  CHECK(to_iso(answer->posts[1].made_at) == "2026-11-01T10:00:00.000Z");
  REQUIRE(answer->posts[1].edited_at.has_value());
  CHECK(to_iso(*answer->posts[1].edited_at) == "2026-11-01T10:05:00.000Z");
}

TEST_CASE("search results and threads hold statuses") {
  const auto search = read(R"({"accounts":[],"statuses":[{"id":"1","content":"a"}],"hashtags":[]})");
  REQUIRE(search.has_value());
  CHECK(search->posts.size() == 1);
  const auto thread = read(R"({"ancestors":[{"id":"1","content":"a"}],"descendants":[{"id":"3","content":"c"}]})");
  REQUIRE(thread.has_value());
  CHECK(thread->posts.size() == 2);
}

TEST_CASE("an answer without posts is empty, or says what to do") {
  struct Row {
    const char* fact;
    const char* body;
    std::optional<Remedy> remedy;
  };
  const Row rows[] = {
      {"a tag nobody uses, or a feed that is switched off", "[]", {}},
      {"an unknown tag", R"({"error":"Record not found"})", Remedy::skip},
      {"an unknown address", R"({"error":"Not Found"})", Remedy::skip},
      {"no status at all", R"({"error":"Not Found: target status not found"})", Remedy::skip},
      {"no token at GoToSocial", R"({"error":"Unauthorized: token not supplied"})", Remedy::ask_operator},
      {"no token for members' posts", R"({"error":"This method requires an authenticated user"})",
       Remedy::ask_operator},
      {"a bad request", R"({"error":"Validation failed"})", Remedy::ask_operator},
      {"asked too often, at Pleroma", R"({"error":"Throttled"})", Remedy::retry},
      {"no token", R"({"error":"The access token is invalid"})", Remedy::ask_operator},
      {"asked too often", R"({"error":"Too many requests"})", Remedy::retry},
      {"a wall against programs", "<!DOCTYPE html><html></html>", Remedy::ask_operator},
      {"half an answer", R"([{"id":"1","con)", Remedy::retry},
      {"nothing", "", Remedy::retry},
      {"the streaming server's health", "OK", Remedy::skip},
      {"something else", R"({"domain":"a.example"})", Remedy::skip},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto answer = read(row.body);
    CHECK(answer.has_value() == !row.remedy.has_value());
    if (row.remedy && !answer.has_value()) CHECK(name_of(answer.error().remedy) == name_of(*row.remedy));
    if (answer.has_value()) CHECK(answer->posts.empty());
  }
}

TEST_CASE("ids are ordered by length, then text") {
  CHECK(id_less("9", "10"));
  CHECK(id_less("117000000000000018", "117000000000000030"));
  CHECK(id_less("Al2KABLN3tuRoeE0A4", "Al30Y6dIQNzsEKhR5s"));
  CHECK_FALSE(id_less("10", "10"));
}

TEST_CASE("the first look back through a timeline ends at what is wanted") {
  const UtcTime now = *parse_iso("2026-11-18T12:00:00Z");
  TimelinePlace place;
  place.not_before = now - std::chrono::hours{24};
  TimelinePlace fresh = place;
  const TimelineSeen within{.newest = "90", .oldest = "50", .oldest_at = now - std::chrono::hours{23}};
  CHECK(move_on(fresh, within, 10, now));
  REQUIRE(fresh.walk);
  CHECK(fresh.walk->until == *place.not_before);
  const TimelineSeen beyond{.newest = "90", .oldest = "50", .oldest_at = now - std::chrono::hours{25}};
  CHECK_FALSE(move_on(place, beyond, 10, now));
  CHECK_FALSE(place.walk);
}

}  // namespace barometer
