#include <doctest/doctest.h>

#include "connectors/url.hpp"
#include "daemon/web/fields.hpp"

using namespace barometer;

TEST_CASE("percent-encoding is read as the RFC has it, and written so that it reads back") {
  struct Row {
    const char* text;
    bool plus_is_blank;
    std::optional<std::string> decoded;
  };
  const Row rows[] = {{"plain", false, "plain"},
                      {"a%20b", false, "a b"},
                      {"a+b", false, "a+b"},
                      {"a+b", true, "a b"},
                      {"%c3%A9", false, "é"},
                      {"%", false, std::nullopt},
                      {"%2", false, std::nullopt},
                      {"%zz", false, std::nullopt},
                      {"%00", false, std::nullopt},
                      {"%2f..", false, "/.."},
                      {"", false, ""}};
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(percent_decoded(row.text, row.plus_is_blank) == row.decoded);
  }
  for (const std::string text : {"mastodon.social #nhssm", "a/b?c=d&e", "é + %", "'\"<>"})
    CHECK(percent_decoded(percent_encoded(text), true) == text);
}

TEST_CASE("a query is pairs; what cannot be read is left out") {
  const Fields fields{"tag=nhs+sm&word=a%26b&tag=two&=x&bad=%zz&empty=&flag&odd=%ff"};
  CHECK(fields.of("tag") == "nhs sm");
  CHECK(fields.all("tag") == std::vector<std::string>{"nhs sm", "two"});
  CHECK(fields.of("word") == "a&b");
  CHECK(fields.of("bad").empty());
  CHECK(fields.of("flag").empty());
  CHECK(fields.of("odd") == "\xEF\xBF\xBD");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "a=" + std::to_string(i) + "&";
  CHECK(Fields{many}.all("a").size() == Fields::most);
}

TEST_CASE("fields are written as they are read") {
  Fields fields;
  fields.set("tag", "#nhssm & more");
  fields.set("before", "12");
  fields.set("before", "");
  CHECK(fields.encoded() == "tag=%23nhssm%20%26%20more");
  CHECK(Fields{fields.encoded()}.of("tag") == "#nhssm & more");
}

TEST_CASE("a path is matched segment by segment") {
  struct Row {
    const char* pattern;
    const char* path;
    std::optional<std::string> taken;  // of {x}; empty text when the pattern has none
  };
  const Row rows[] = {{"/", "/", ""},
                      {"/posts", "/posts", ""},
                      {"/posts", "/posts/", std::nullopt},
                      {"/posts", "/Posts", std::nullopt},
                      {"/posts", "posts", std::nullopt},
                      {"/posts/{x}", "/posts/42", "42"},
                      {"/posts/{x}", "/posts/", std::nullopt},
                      {"/posts/{x}", "/posts/a/b", std::nullopt},
                      {"/sources/{x}/gaps", "/sources/a%2Fb%20%23c/gaps", "a/b #c"},
                      {"/posts/{x}", "/posts/..", ".."},
                      {"/posts/{x}", "/posts/%2e%2e%2fetc", "../etc"},
                      {"/posts/{x}", "/posts/%00", std::nullopt},
                      {"/", "//", std::nullopt},
                      {"/", "", std::nullopt}};
  for (const auto& row : rows) {
    CAPTURE(row.path);
    const auto params = match_path(row.pattern, row.path);
    CHECK(params.has_value() == row.taken.has_value());
    if (params && params->contains("x")) CHECK(params->find("x")->second == row.taken);
  }
}
