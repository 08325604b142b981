#include <algorithm>

#include <doctest/doctest.h>

#include "connectors/platforms/feed.hpp"
#include "connectors/registry.hpp"
#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;
using Headers = std::vector<std::pair<std::string, std::string>>;

const UtcTime noon = *parse_iso("2026-11-21T12:00:00Z");
const FeedConfig config{.name = "trust news", .url = "https://trust.example/feed/"};

HttpResponse answer(int status, std::string body, Headers headers = {}) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  response.headers = std::move(headers);
  response.url = config.url;
  return response;
}

Page page_of(const Cursor& cursor, const HttpResponse& response, UtcTime now = noon) {
  auto page = feed_page(config, cursor, response, now);
  REQUIRE(page.has_value());
  return std::move(*page);
}

std::string sent(const HttpRequest& request, std::string_view name) {
  const auto found =
      std::find_if(request.headers.begin(), request.headers.end(), [&](const auto& h) { return h.first == name; });
  return found == request.headers.end() ? std::string() : found->second;
}

const Headers validators = {{"etag", "W/\"6c0b\""}, {"last-modified", "Sat, 21 Nov 2026 11:14:03 GMT"}};

}  // namespace

TEST_CASE("validators go back as they came") {
  CHECK(sent(feed_request(config, {}, noon), "If-None-Match").empty());
  const auto page = page_of({}, answer(200, fixture("feed/rss2.xml"), validators));
  const auto request = feed_request(config, page.next, noon + 1h);
  CHECK(sent(request, "If-None-Match") == "W/\"6c0b\"");
  CHECK(sent(request, "If-Modified-Since") == "Sat, 21 Nov 2026 11:14:03 GMT");
  CHECK(sent(request, "Accept").starts_with("application/feed+json"));
}

TEST_CASE("304 and the same body bring nothing new, and remember what the feed asked for") {
  const auto first = page_of({}, answer(200, fixture("feed/rss2.xml"), validators));
  CHECK(first.posts.size() == 3);
  CHECK_FALSE(first.unchanged);
  const auto second = page_of(first.next, answer(304, ""), noon + 1h);
  CHECK(second.unchanged);
  CHECK(second.posts.empty());
  CHECK(second.next == first.next);
  CHECK(second.hints.at_least == 6h);
  const auto third = page_of(first.next, answer(200, fixture("feed/rss2.xml"), {{"etag", "\"new\""}}), noon + 2h);
  CHECK(third.unchanged);
  CHECK(sent(feed_request(config, third.next, noon + 2h), "If-None-Match") == "\"new\"");
}

TEST_CASE("once a day the whole feed is asked for") {
  auto page = page_of({}, answer(200, fixture("feed/rss2.xml"), validators));
  CHECK_FALSE(sent(feed_request(config, page.next, noon + 23h), "If-None-Match").empty());
  page = page_of(page.next, answer(304, ""), noon + 23h);
  CHECK(sent(feed_request(config, page.next, noon + 24h), "If-None-Match").empty());
  page = page_of(page.next, answer(200, fixture("feed/rss2.xml"), validators), noon + 24h);
  CHECK_FALSE(sent(feed_request(config, page.next, noon + 25h), "If-None-Match").empty());
}

TEST_CASE("posts come oldest first, none from tomorrow, none without words") {
  const auto page =
      page_of({}, answer(200,
                         "<rss><channel><item><title>c</title><pubDate>Sat, 28 Nov 2026 09:00:00 GMT</pubDate></item>"
                         "<item><title>a</title><pubDate>Fri, 20 Nov 2026 09:00:00 GMT</pubDate></item>"
                         "<item><title>b</title><pubDate>Sat, 21 Nov 2026 09:00:00 "
                         "GMT</pubDate></item><item><link>https://x.example/</link></item>"
                         "</channel></rss>"));
  REQUIRE(page.posts.size() == 3);
  CHECK(page.posts[0].text == "a");
  CHECK(page.posts[1].text == "b");
  CHECK(page.posts[2].text == "c");
  CHECK(page.posts[2].made_at == noon);
  CHECK(page.unreadable == 1);
}

TEST_CASE("what title and text both say is said once") {
  const auto page =
      page_of({}, answer(200,
                         "<rss><channel><item><title>headline</title></item><item><title>Ten "
                         "hours</title><description>Ten hours on a trolley</description></item>"
                         "<item><title>News</title><description>Ten hours</description></item></channel></rss>"));
  REQUIRE(page.posts.size() == 3);
  int titled = 0;
  for (const auto& post : page.posts) titled += post.title ? 1 : 0;
  CHECK(titled == 1);
}

TEST_CASE("an item with the same id and other words comes again") {
  const auto feed = [](const std::string& words) {
    return "<rss><channel><item><guid>1</guid><title>t</title><description>" + words +
           "</description></item></channel></rss>";
  };
  const auto first = page_of({}, answer(200, feed("open at 8")));
  const auto second = page_of(first.next, answer(200, feed("open at 9")));
  REQUIRE(second.posts.size() == 1);
  CHECK(second.posts[0].id == first.posts.at(0).id);
  CHECK(second.posts[0].text == "open at 9");
}

TEST_CASE("a feed that breaks off is asked for again in full") {
  const auto whole = fixture("feed/rss2.xml");
  const auto cut = whole.substr(0, whole.rfind("but words"));
  const auto page = page_of({}, answer(200, cut, validators));
  CHECK(page.posts.size() == 2);
  CHECK(sent(feed_request(config, page.next, noon + 1h), "If-None-Match").empty());
  CHECK(page_of(page.next, answer(200, whole, validators)).posts.size() == 3);
}

TEST_CASE("the longest of what feed and server ask for counts, up to a day") {
  const auto body = [](const std::string& channel) { return "<rss><channel>" + channel + "</channel></rss>"; };
  CHECK(page_of({}, answer(200, body("<ttl>30</ttl>"), {{"cache-control", "max-age=3600"}})).hints.at_least == 1h);
  CHECK(page_of({}, answer(200, body("<ttl>120</ttl>"), {{"cache-control", "max-age=3600"}})).hints.at_least == 2h);
  CHECK(page_of({}, answer(200, body("<ttl>99999999999</ttl>"))).hints.at_least == 24h);
  CHECK(page_of({}, answer(200, body("<ttl>soon</ttl>"))).hints.at_least == 0s);
}

TEST_CASE("a refusal of a feed is named for what to do about it") {
  const auto remedy = [](int status, Headers headers = {}) {
    const auto page = feed_page(config, {}, answer(status, "", std::move(headers)), noon);
    REQUIRE_FALSE(page.has_value());
    return std::string(name_of(page.error().remedy));
  };
  CHECK(remedy(404) == "retry");
  CHECK(remedy(410) == "ask_operator");
  CHECK(remedy(403) == "ask_operator");
  CHECK(remedy(500) == "retry");
  CHECK(remedy(429, {{"retry-after", "120"}}) == "wait");
}

TEST_CASE("a page that names a feed is followed once, and the cursor remembers") {
  auto html = answer(200, fixture("feed/page.html"), {{"content-type", "text/html"}});
  html.url = "https://blog.trust.example/";
  const auto page = page_of({}, html);
  CHECK(page.more);
  CHECK(page.posts.empty());
  const auto found = feed_request(config, page.next, noon).url;
  CHECK(found != config.url);
  CHECK(found.ends_with("/feed/"));
  const auto again = feed_page(config, page.next, html, noon);
  REQUIRE_FALSE(again.has_value());
  CHECK(again.error().remedy == Remedy::ask_operator);
  CHECK(feed_request(config, page_of(page.next, answer(200, fixture("feed/rss2.xml"))).next, noon).url == found);
}

TEST_CASE("a permanent redirect is believed after a week of always the same") {
  const std::string moved = "https://new.example/feed/";
  auto response = answer(200, fixture("feed/rss2.xml"));
  response.permanent_url = moved;
  auto page = page_of({}, response);
  page = page_of(page.next, response, noon + 6 * 24h);
  CHECK(feed_request(config, page.next, noon).url == config.url);
  const auto other = page_of(page.next, answer(200, fixture("feed/rss2.xml")), noon + 6 * 24h);
  CHECK(feed_request(config, page_of(other.next, response, noon + 8 * 24h).next, noon).url == config.url);
  page = page_of(page.next, response, noon + 7 * 24h);
  CHECK(feed_request(config, page.next, noon).url == moved);
  const auto posts =
      page_of(
          page.next,
          answer(200, "<rss><channel><item><guid isPermaLink='false'>1</guid><title>t</title></item></channel></rss>"))
          .posts;
  CHECK(posts.at(0).id == config.url + "#1");
}

TEST_CASE("a hub is remembered, and asking goes on") {
  const auto hub = [](const std::string& channel, Headers headers = {}) {
    return page_of({},
                   answer(200, "<rss xmlns:atom='http://www.w3.org/2005/Atom'><channel>" + channel + "</channel></rss>",
                          headers))
               .next.bytes.find("https://hub.example/") != std::string::npos;
  };
  CHECK(hub("<atom:link rel='hub' href='https://hub.example/'/>"));
  CHECK(hub("", {{"link", "<https://hub.example/>; rel=\"hub\""}}));
  CHECK_FALSE(hub(""));
}

TEST_CASE("hours and days that a feed leaves out are left out") {
  const auto until = [](const std::string& channel) {
    const auto page = page_of({}, answer(200, "<rss><channel>" + channel + "</channel></rss>"), noon + 30min);
    return page.hints.not_before ? to_iso(*page.hints.not_before) : std::string();
  };
  CHECK(until("<skipHours><hour>12</hour><hour>13</hour></skipHours>") == "2026-11-21T14:00:00.000Z");
  CHECK(until("<skipHours><hour>11</hour></skipHours>").empty());
  CHECK(until("<skipDays><day>Saturday</day><day>Sunday</day></skipDays>") == "2026-11-23T00:00:00.000Z");
  CHECK(until("<skipDays><day>Moonday</day></skipDays>").empty());
  std::string all;
  for (int hour = 0; hour < 24; ++hour) all += "<hour>" + std::to_string(hour) + "</hour>";
  CHECK(until("<skipHours>" + all + "</skipHours>").empty());
}

TEST_CASE("X-Robots-Tag keeps posts out where it means us or says none") {
  struct Row {
    const char* tag;
    bool out;
  };
  const Row rows[] = {
      {"none", true},         {"noindex", false},        {"noindex, follow", false},      {"barometer: noindex", true},
      {"other: none", false}, {"Barometer: NONE", true}, {"max-snippet: 20, none", true}, {"", false}};
  for (const auto& row : rows) {
    CAPTURE(row.tag);
    const auto page = page_of({}, answer(200, fixture("feed/rss2.xml"), {{"x-robots-tag", row.tag}}));
    CHECK(page.posts.at(0).opted_out == row.out);
  }
}

TEST_CASE("relative links are seen from where the feed was found, ids from where it was asked for") {
  auto response = answer(200,
                         "<rss><channel><item><guid "
                         "isPermaLink=\"false\">1</guid><title>t</title><link>p/1</link></item></channel></rss>");
  response.url = "https://cdn.example/feeds/trust";
  const auto page = page_of({}, response);
  CHECK(page.posts.at(0).url == "https://cdn.example/feeds/p/1");
  CHECK(page.posts.at(0).id == "https://trust.example/feed/#1");
}

TEST_CASE("every platform is a row, by name, and its kinds are told apart") {
  const auto all = connectors();
  CHECK(std::is_sorted(all.begin(), all.end(), [](const Connector& a, const Connector& b) { return a.name < b.name; }));
  REQUIRE(find_connector("feed") != nullptr);
  REQUIRE(find_connector("mastodon") != nullptr);
  CHECK(find_connector("Feed") == nullptr);
  CHECK(find_connector("feed")->kinds.size() == 3);
  for (const auto& row : all) CHECK_FALSE(row.sentence.empty());
}

}  // namespace barometer
