#include "connectors/robots.hpp"

#include <string>

#include <doctest/doctest.h>

namespace barometer {

TEST_CASE("robots.txt is read as RFC 9309 has it") {
  struct Row {
    const char* fact;
    const char* file;
    RobotsVerdict verdict;
  };
  using enum RobotsVerdict;
  const Row rows[] = {
      {"an empty file allows", "", allowed},
      {"nothing for us allows", "User-agent: other\nDisallow: /", allowed},
      {"everything for all", "User-agent: *\nDisallow: /", disallowed_as_all},
      {"everything for all, with a star", "User-agent: *\nDisallow: /*", disallowed_as_all},
      {"the path for all", "User-agent: *\nDisallow: /blog/", disallowed},
      {"everything for us", "user-agent: Barometer/1.0\ndisallow: /", disallowed},
      {"our group and not that for all", "User-agent: *\nDisallow: /\n\nUser-agent: barometer\nDisallow: /x", allowed},
      {"the longest rule", "User-agent: *\nDisallow: /blog/\nAllow: /blog/feed", allowed},
      {"of equally long ones the one that allows", "User-agent: *\nDisallow: /blog/feed\nAllow: /blog/feed", allowed},
      {"a star in the middle", "User-agent: *\nDisallow: /*/feed", disallowed},
      {"a dollar at the end", "User-agent: *\nDisallow: /*.xml$", allowed},
      {"a dollar that fits", "User-agent: *\nDisallow: /*?a=1$", disallowed},
      {"an empty rule says nothing", "User-agent: *\nDisallow:", allowed},
      {"several agents share a group", "User-agent: x\nUser-agent: barometer\nDisallow: /blog", disallowed},
      {"comments and odd line ends", "# hello\rUser-agent: * # all\r\nDisallow: /blog # no\r\n", disallowed},
      {"a byte-order mark", "\xEF\xBB\xBFUser-agent: *\nDisallow: /blog", disallowed},
      {"rules before any agent", "Disallow: /\nUser-agent: *\nAllow: /", allowed},
      {"other lines do not part a group", "User-agent: *\nCrawl-delay: 9\nSitemap: https://a.example/\nDisallow: /blog",
       disallowed},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    CHECK(robots_verdict(row.file, "barometer", "/blog/feed/?a=1") == row.verdict);
  }
}

TEST_CASE("a robots.txt of stars takes its time in proportion") {
  const std::string rule = "Disallow: /" + std::string(2000, '*') + "x\n";
  std::string file = "User-agent: *\n";
  for (int i = 0; i < 100; ++i) file += rule;
  CHECK(robots_verdict(file, "barometer", "/" + std::string(2000, 'a')) == RobotsVerdict::allowed);
}

}  // namespace barometer
