#include "connectors/post_json.hpp"

#include <chrono>

#include <doctest/doctest.h>

#include "connectors/time.hpp"

namespace barometer {
namespace {

const UtcTime now = *parse_iso("2026-11-21T23:00:00Z");

Post whole_post() {
  Post post;
  post.platform = "mastodon";
  post.source = "social.example #nhssm";
  post.id = "https://social.example/users/a/statuses/1";
  post.native_id = "1";
  post.url = "https://social.example/@a/1";
  post.author = "a@social.example";
  post.author_name = "A \"B\"";
  post.made_at = *parse_iso("2026-11-21T20:15:00Z");
  post.text = "two\nlines \\ and a tab\t\x01 🙂";
  post.lang = "en";
  post.tags = {"nhssm", "ward 7"};
  post.likes = 3;
  return post;
}

}  // namespace

TEST_CASE("a post's JSON never changes") {
  CHECK(to_json(whole_post()) ==
        "{\"platform\":\"mastodon\",\"source\":\"social.example "
        "#nhssm\",\"id\":\"https://social.example/users/a/statuses/1\","
        "\"native_id\":\"1\",\"url\":\"https://social.example/@a/"
        "1\",\"author\":\"a@social.example\",\"author_name\":\"A \\\"B\\\"\","
        "\"made_at\":\"2026-11-21T20:15:00.000Z\",\"edited_at\":null,\"title\":null,"
        "\"text\":\"two\\nlines \\\\ and a tab\\t\\u0001 🙂\",\"lang\":\"en\",\"tags\":[\"nhssm\",\"ward "
        "7\"],\"reply_to\":null,"
        "\"repost_of\":null,\"quote_of\":null,\"visibility\":\"public\",\"likes\":3,\"reposts\":0,\"replies\":0}");
}

TEST_CASE("a tombstone says only what is gone") {
  auto post = whole_post();
  post.deleted = true;
  const std::string line =
      R"({"platform":"mastodon","source":"social.example #nhssm","id":"https://social.example/users/a/statuses/1","deleted":true})";
  CHECK(to_json(post) == line);
  const auto back = post_from_json(line, now);
  REQUIRE(back.has_value());
  CHECK(back->deleted);
  CHECK(back->id == post.id);
}

TEST_CASE("a post comes back as it was written") {
  auto post = whole_post();
  post.text = "two\nlines \\ 🙂";
  post.title = "A title";
  post.edited_at = *parse_iso("2026-11-21T20:16:00.250Z");
  post.reply_to = "0";
  post.quote_of = "q";
  post.visibility = Visibility::unlisted;
  const auto back = post_from_json(to_json(post), now);
  REQUIRE(back.has_value());
  CHECK(to_json(*back) == to_json(post));
  CHECK(back->seen_at == now);
}

TEST_CASE("only platform, id, made_at and text are needed") {
  const auto post = post_from_json(
      R"({"id":"1","text":"hello","made_at":"2026-11-21","platform":"file","unknown":[{}],"title":null})", now);
  REQUIRE(post.has_value());
  CHECK(post->text == "hello");
  CHECK_FALSE(post->title.has_value());
  CHECK(post->visibility == Visibility::public_);
}

TEST_CASE("a line that is no post says which key and what to write") {
  struct Row {
    const char* line;
    const char* says;
  };
  const Row rows[] = {
      {"", "not JSON"},
      {"hello", "not a JSON object"},
      {"[]", "not a JSON object"},
      {R"({"platform":"x")", "JSON"},
      {R"({"platform":"x","title":nul})", "\"title\" "},
      {R"({"platform":"x","id":"1","made_at":"2026-11-21"})", "\"text\" is missing"},
      {R"({"id":"1","made_at":"2026-11-21","text":"t"})", "\"platform\" is missing"},
      {R"({"platform":"x","id":"","made_at":"2026-11-21","text":"t"})", "\"id\" is missing"},
      {R"({"platform":"x","id":"1","made_at":"soon","text":"t"})", "\"made_at\" needs a time as 2026-"},
      {R"({"platform":"x","id":1,"made_at":"2026-11-21","text":"t"})", "\"id\" needs text in quotes"},
      {R"({"platform":"x","id":"1","made_at":"2026-11-21","text":"t","tags":"a"})", "\"tags\" needs a list"},
      {R"({"platform":"x","id":"1","made_at":"2026-11-21","text":"t","likes":-1})", "\"likes\" needs a whole number"},
      {R"({"platform":"x","id":"1","made_at":"2026-11-21","text":"t","visibility":"all"})",
       "\"visibility\" needs one of public"},
      {R"({"platform":"x","id":"1","made_at":"2026-11-21","text":"t"} {})", "one post a line"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.line);
    const auto post = post_from_json(row.line, now);
    REQUIRE_FALSE(post.has_value());
    CHECK(post.error().remedy == Remedy::skip);
    CHECK_MESSAGE(post.error().detail.find(row.says) != std::string::npos, post.error().detail);
  }
}

TEST_CASE("broken text is mended, not refused") {
  const auto half = post_from_json(
      R"({"platform":"x","id":"1","made_at":"2026-11-21","text":"cut \ud83d here \ud83d\ude42 \\ud83d"})", now);
  REQUIRE(half.has_value());
  CHECK(half->text == "cut \xEF\xBF\xBD here 🙂 \\ud83d");
  const auto bytes =
      post_from_json("{\"platform\":\"x\",\"id\":\"1\",\"made_at\":\"2026-11-21\",\"text\":\"bad \xFF byte\"}", now);
  REQUIRE(bytes.has_value());
  CHECK(bytes->text == "bad \xEF\xBF\xBD byte");
  Post post = whole_post();
  post.text = "bad \xFF byte";
  CHECK(to_json(post).find("bad \xEF\xBF\xBD byte") != std::string::npos);
}

TEST_CASE("tags are folded however they are written") {
  const auto post = post_from_json(
      R"({"platform":"x","id":"1","made_at":"2026-11-21","text":"","tags":["#NHSsm","nhssm"," Straße "]})", now);
  REQUIRE(post.has_value());
  CHECK(post->tags == std::vector<std::string>{"nhssm", "strasse"});
}

}  // namespace barometer
