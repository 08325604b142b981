#include "connectors/platforms/mastodon_recheck.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "connectors/time.hpp"

namespace barometer {
namespace {

const UtcTime evening = *parse_iso("2026-11-21T20:00:00Z");

MastodonConfig config() {
  MastodonConfig config;
  config.name = "social.example #nhssm";
  config.url = "https://social.example";
  config.tag = "nhssm";
  return config;
}

HttpResponse answer(int status, std::string body, const char* type = "application/json") {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  response.headers = {{"content-type", type}};
  return response;
}

KeptPost kept(const std::string& id) { return {"https://social.example/" + id, id, ""}; }

std::string status(const std::string& id, const std::string& more) {
  return R"({"id":")" + id + R"(","uri":"https://social.example/)" + id +
         R"(","created_at":"2026-11-21T19:00:00Z","content":"x")" + more + "}";
}

const std::string as_it_was = R"(,"visibility":"public","edited_at":null)";
const std::string edited = R"(,"visibility":"public","edited_at":"2026-11-21T19:30:00Z")";

// "id edited" or "id gone" of each.
std::vector<std::string> told(const std::vector<Post>& posts) {
  std::vector<std::string> out;
  for (const auto& post : posts) {
    CHECK(post.id == "https://social.example/" + post.native_id);
    out.push_back(post.native_id + (post.deleted ? " gone" : " edited"));
  }
  return out;
}

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("several posts are asked for at once, one by its id") {
  const std::vector<KeptPost> two = {kept("1"), kept("Al30Y6/?")};
  CHECK(statuses_request(config(), two).url ==
        "https://social.example/api/v1/statuses?id%5B%5D=1&id%5B%5D=Al30Y6%2F%3F");
  CHECK(status_request(config(), two[1]).url == "https://social.example/api/v1/statuses/Al30Y6%2F%3F");
}

TEST_CASE("an answer tells what was edited or is public no more, and leaves the missing unclear") {
  const std::vector<KeptPost> all = {kept("1"), kept("2"), kept("3"), kept("4"), kept("5")};
  const auto recheck = statuses_answer(
      config(), all,
      answer(200, "[" + status("1", as_it_was) + "," + status("2", edited) + "," +
                      status("3", R"(,"visibility":"private")") + "," +
                      status("5", R"(,"visibility":"public","account":{"acct":"a","noindex":true})") + "]"),
      evening);
  REQUIRE(recheck.has_value());
  CHECK(told(recheck->posts) == Told{"2 edited", "3 gone", "5 gone"});
  REQUIRE(recheck->unclear.size() == 1);
  CHECK(recheck->unclear[0].native_id == "4");
  CHECK_FALSE(recheck->refused);
}

TEST_CASE("a server that does not know the question is asked for each post alone") {
  const std::vector<KeptPost> all = {kept("1"), kept("2")};
  for (const int code : {400, 404, 405, 422}) {
    CAPTURE(code);
    const auto recheck = statuses_answer(config(), all, answer(code, "{}"), evening);
    REQUIRE(recheck.has_value());
    CHECK(recheck->refused);
    CHECK(recheck->unclear.size() == 2);
    CHECK(recheck->posts.empty());
  }
  CHECK_FALSE(statuses_answer(config(), all, answer(401, "{}"), evening).has_value());
  CHECK_FALSE(statuses_answer(config(), all, answer(503, ""), evening).has_value());
  CHECK_FALSE(statuses_answer(config(), all, answer(200, "[{"), evening).has_value());
}

TEST_CASE("one post is gone only when the server says so itself") {
  struct Row {
    const char* fact;
    HttpResponse response;
    bool answered;
    Told told;
  };
  const Row rows[] = {
      {"deleted or hidden", answer(404, R"({"error":"Record not found"})"), true, {"1 gone"}},
      {"gone for good", answer(410, ""), true, {"1 gone"}},
      {"as it was", answer(200, status("1", as_it_was)), true, {}},
      {"edited", answer(200, status("1", edited)), true, {"1 edited"}},
      {"for followers now", answer(200, status("1", R"(,"visibility":"direct")")), true, {"1 gone"}},
      {"another program's 404", answer(404, "<html></html>", "text/html"), false, {}},
      {"an empty 404", answer(404, ""), false, {}},
      {"members only", answer(401, R"({"error":"no"})"), false, {}},
      {"restarting", answer(503, ""), false, {}},
      {"a wall against programs", answer(200, "<html></html>", "text/html"), false, {}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto posts = status_answer(config(), kept("1"), row.response, evening);
    REQUIRE(posts.has_value() == row.answered);
    if (posts.has_value()) CHECK(told(*posts) == row.told);
  }
}

}  // namespace barometer
