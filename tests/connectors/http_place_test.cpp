#include "connectors/http_place.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace barometer;

TEST_CASE("a web address tells whom it asks") {
  const auto place = http_place("HTTPS://User:secret@Social.Example:8443/tag?x=1");
  REQUIRE(place.has_value());
  CHECK(place->scheme == "https");
  CHECK(place->host == "social.example");
  CHECK(place->port == 8443);
  CHECK(without_login(*place).find("secret") == std::string::npos);
  CHECK(http_place("http://example.org")->port == 80);
  CHECK(http_place("https://example.org")->port == 443);
  CHECK(http_place("http://[::1]/")->host == "[::1]");
  CHECK(http_place("http://2130706433/")->host == "127.0.0.1");
  CHECK(http_place("http://example.org/a b\xc3\xa9")->url == "http://example.org/a%20b%c3%a9");
}

TEST_CASE("what is no web address asks nobody") {
  for (const std::string url :
       {"", "example.org", "/path", "file:///etc/passwd", "ftp://example.org/", "gopher://example.org/",
        "javascript:alert(1)", "http://", "http://exa mple.org/", "http://example.org:99999/", "data:text/html,x",
        "http://[::1/", "mailto:a@example.org"}) {
    CAPTURE(url);
    CHECK_FALSE(http_place(url).has_value());
  }
  CHECK_FALSE(http_place(std::string("http://example.org\0.evil.example/", 33)).has_value());
}

TEST_CASE("secrets stay with the server they are for") {
  struct Row {
    std::string from;
    std::string to;
    bool may;
  };
  const Row rows[] = {
      {"https://a.example/1", "https://a.example/2", true},
      {"https://a.example/1", "https://A.example:443/2", true},
      {"http://a.example/", "https://a.example/", true},
      {"https://a.example/", "http://a.example/", false},
      {"http://a.example:8080/", "https://a.example/", false},
      {"https://a.example/", "https://a.example:8443/", false},
      {"https://a.example/", "https://b.example/", false},
      {"https://a.example/", "https://a.example.evil.example/", false},
      {"https://a.example/", "https://www.a.example/", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.from);
    CAPTURE(row.to);
    CHECK(may_share_secrets(*http_place(row.from), *http_place(row.to)) == row.may);
  }
}

TEST_CASE("only headers without secrets follow a redirect elsewhere") {
  for (const std::string name : {"Accept", "accept-language", "If-None-Match", "If-Modified-Since"})
    CHECK(is_harmless_header(name));
  for (const std::string name : {"Authorization", "Cookie", "X-Api-Key", "Proxy-Authorization", ""})
    CHECK_FALSE(is_harmless_header(name));
}
