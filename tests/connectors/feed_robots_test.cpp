#include <algorithm>
#include <mutex>
#include <string>

#include <doctest/doctest.h>

#include "connectors/platforms/feed.hpp"
#include "connectors/time.hpp"
#include "tests/connectors/asking.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/loopback_server.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

const UtcTime noon = *parse_iso("2026-11-21T12:00:00Z");

// A site with a feed, and a robots.txt that may change.
struct Site {
  void say(int status, std::string text) {
    const std::lock_guard lock(mutex);
    robots_status = status;
    robots = std::move(text);
  }
  LoopbackReply answer(const std::string& head) {
    const std::lock_guard lock(mutex);
    if (path_of(head) != "/robots.txt") return reply_with(200, {}, fixture("feed/rss2.xml"));
    if (robots_status == 0) return LoopbackReply{.bytes = {}, .then = LoopbackReply::Then::reset};
    return reply_with(robots_status, {}, robots);
  }
  Result<Page> fetch(UtcTime now) {
    Result<Page> page = Failure{Remedy::retry, "no answer"};
    auto ask = [&]() -> asio::awaitable<void> {
      Cursor beginning;
      page = co_await source.fetch(std::move(beginning), now);
    };
    asking.loop.restart();
    asio::co_spawn(asking.loop, ask(), [](const std::exception_ptr& error) {
      if (error) std::rethrow_exception(error);
    });
    asking.loop.run();
    return page;
  }
  // How often each was asked for: "robots feed".
  std::string asked() const {
    const auto requests = server.requests();
    const auto for_robots = std::count_if(requests.begin(), requests.end(),
                                          [](const std::string& head) { return path_of(head) == "/robots.txt"; });
    return std::to_string(for_robots) + ' ' + std::to_string(static_cast<long>(requests.size()) - for_robots);
  }

  std::mutex mutex;
  int robots_status = 404;
  std::string robots;
  LoopbackServer server{[this](const std::string& head) { return answer(head); }};
  Asking asking;
  FeedSource source{{.name = "trust news", .url = server.url("/blog/feed/")}, *asking.client};
};

}  // namespace

TEST_CASE("a feed that the site's robots.txt forbids is not asked for, and who could mend it is told") {
  Site site;
  site.say(200, "User-agent: *\nDisallow: /blog/feed\n");
  const auto page = site.fetch(noon);
  REQUIRE_FALSE(page.has_value());
  CHECK(page.error().remedy == Remedy::ask_operator);
  CHECK(site.asked() == "1 0");
}

TEST_CASE("a robots.txt that is not there, does not answer, or speaks of other things forbids nothing") {
  for (const int status : {404, 503, 0, 200}) {
    CAPTURE(status);
    Site site;
    site.say(status, "User-agent: *\nDisallow: /private\n");
    const auto page = site.fetch(noon);
    REQUIRE(page.has_value());
    CHECK(page->posts.size() == 3);
  }
}

TEST_CASE("robots.txt is asked for once a day, and believed until then") {
  Site site;
  CHECK(site.fetch(noon).has_value());
  site.say(200, "User-agent: barometer\nDisallow: /\n");
  CHECK(site.fetch(noon + 23h).has_value());
  CHECK(site.asked() == "1 2");
  CHECK_FALSE(site.fetch(noon + 24h).has_value());
  site.say(0, "");
  CHECK_FALSE(site.fetch(noon + 48h).has_value());  // silence takes nothing back
  site.say(404, "");
  CHECK(site.fetch(noon + 72h).has_value());
}

}  // namespace barometer
