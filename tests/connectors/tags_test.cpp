#include "connectors/tags.hpp"

#include <doctest/doctest.h>

#include "connectors/url.hpp"

namespace barometer {
namespace {

std::vector<std::string> hashtags(std::string_view text) {
  std::vector<std::string> tags;
  add_hashtags(tags, text);
  return tags;
}

}  // namespace

TEST_CASE("one tag has one spelling") {
  CHECK(fold_tag("#NHSsm") == "nhssm");
  CHECK(fold_tag(" ＃ＮＨＳ ") == "nhs");
  CHECK(fold_tag("Straße") == "strasse");
  CHECK(fold_tag("ΠΌΝΟΣ") == "πόνοσ");
  CHECK(fold_tag("# ").empty());
  CHECK(fold_tag("\u00A0##x") == "x");
}

TEST_CASE("hashtags are found in a text as people write them") {
  using Tags = std::vector<std::string>;
  CHECK(hashtags("#NHSsm, (#Ward_7) and #nhssm again.") == Tags{"nhssm", "ward_7"});
  CHECK(hashtags("iechyd #gofal#da ") == Tags{"gofal"});
  CHECK(hashtags("#café #日本語 #ＡＢＣ") == Tags{"café", "日本語", "abc"});
  CHECK(hashtags("no: &#39; a#b https://x.example/#top #1 # #").empty());
  CHECK(hashtags("#2026winter") == Tags{"2026winter"});
}

TEST_CASE("an address tells its host, and resolves references") {
  CHECK(host_of("https://User:x@Social.Example:8443/path?x#y") == "social.example:8443");
  CHECK(host_of("HTTP://a.example") == "a.example");
  CHECK(host_of("ftp://a.example").empty());
  CHECK(host_of("social.example").empty());
  CHECK(is_absolute_url("tag:a.example,2026:1"));
  CHECK_FALSE(is_absolute_url("/a:b"));
  CHECK(resolve_url("https://a.example/b/c", "../d?e#f") == "https://a.example/d?e#f");
  CHECK(resolve_url("https://a.example/b/", "ü x") == "https://a.example/b/%C3%BC%20x");
  CHECK(resolve_url("", "x") == "x");
  CHECK(resolve_url("https://a.example", "https://b.example/x y") == "https://b.example/x y");
  CHECK(percent_encoded("#é/ a_b~") == "%23%C3%A9%2F%20a_b~");
}

TEST_CASE("a post has so many tags and no more") {
  std::vector<std::string> tags;
  std::string text;
  for (int i = 0; i < 1000; ++i) text += " #t" + std::to_string(i);
  add_hashtags(tags, text);
  add_tag(tags, "one more");
  CHECK(tags.size() == most_tags_of_post);
}

}  // namespace barometer
