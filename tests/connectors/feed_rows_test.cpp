#include <doctest/doctest.h>

#include "connectors/registry.hpp"
#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"

// Platforms that are feeds in a shape of their own: Google News, Pinterest, SoundCloud.

namespace barometer {
namespace {

const UtcTime now = *parse_iso("2026-11-21T23:00:00Z");

Post first(const char* platform, const char* file) {
  const auto* row = find_connector(platform);
  REQUIRE(row != nullptr);
  const auto page = row->parse(fixture(file), ParseOptions{{}, {}, "here", now});
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 1);
  CHECK(page->posts[0].platform == platform);
  return page->posts[0];
}

std::vector<SettingComplaint> complaints(const char* platform, std::map<std::string, std::string> settings) {
  return find_connector(platform)->check(SourceConfig{"s", platform, std::move(settings)});
}

}  // namespace

TEST_CASE("a headline of Google News is its outlet's") {
  const auto post = first("google-news", "google-news/search.xml");
  CHECK(post.id == "google-news:AAA");
  CHECK(post.text == "Ward 7 - a year on");
  CHECK(post.author == "Marlbeck Echo");
  CHECK(complaints("google-news", {{"query", "x"}}).size() == 1);
  CHECK(complaints("google-news", {{"query", "x"}, {"terms", "accepted"}}).empty());
}

TEST_CASE("a pin is the same by feed and by API") {
  const auto by_feed = first("pinterest", "pinterest/board.rss");
  const auto by_api = first("pinterest", "pinterest/pins.json");
  CHECK(by_feed.id == "https://www.pinterest.com/pin/70/");
  CHECK(by_api.id == by_feed.id);
  CHECK(by_api.native_id == by_feed.native_id);
  CHECK(by_feed.text == "Hand hygiene #nhssm");
  CHECK(by_api.text == "Hand hygiene #nhssm\nA poster");
  CHECK(by_api.author == "marlbeck");
  const auto refused = find_connector("pinterest")->parse("{\"code\":2,\"message\":\"no\"}", ParseOptions{});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().remedy == Remedy::ask_operator);
  CHECK(complaints("pinterest", {{"user", "a/b"}}).size() == 1);
}

TEST_CASE("a track of SoundCloud has its whole description") {
  const auto post = first("soundcloud", "soundcloud/sounds.rss");
  CHECK(post.id == "tag:soundcloud,2010:tracks/9");
  CHECK(post.text == "We talk about winter.");
  CHECK(post.author == "Marlbeck Talk");
  CHECK(complaints("soundcloud", {{"user", "marlbeck"}}).size() == 1);
}

}  // namespace barometer
