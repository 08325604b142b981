#include "connectors/address_policy.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace barometer;

TEST_CASE("addresses of the internet are public") {
  for (const std::string ip : {"1.1.1.1",          "8.8.8.8",
                               "9.255.255.255",    "11.0.0.0",
                               "100.63.255.255",   "100.128.0.0",
                               "126.255.255.255",  "128.0.0.0",
                               "169.253.255.255",  "169.255.0.0",
                               "172.15.255.255",   "172.32.0.0",
                               "192.0.1.0",        "192.167.255.255",
                               "192.169.0.0",      "198.17.255.255",
                               "198.20.0.0",       "223.255.255.255",
                               "2606:4700::1111",  "2a00:1450::1",
                               "2001:200::1",      "2001:4860:4860::8888",
                               "::ffff:8.8.8.8",   "64:ff9b::8.8.8.8",
                               "2002:0808:0808::1"}) {
    CAPTURE(ip);
    CHECK(is_public_address(ip));
    CHECK_FALSE(is_inside_by_name(ip));
  }
}

TEST_CASE("addresses of somebody's inside, and of nobody, are not public") {
  for (const std::string ip : {"0.0.0.0",
                               "0.255.255.255",
                               "10.0.0.0",
                               "10.255.255.255",
                               "100.64.0.0",
                               "100.127.255.255",
                               "127.0.0.1",
                               "127.255.255.254",
                               "169.254.169.254",
                               "172.16.0.0",
                               "172.31.255.255",
                               "192.0.0.8",
                               "192.0.2.1",
                               "192.88.99.1",
                               "192.168.0.0",
                               "192.168.255.255",
                               "198.18.0.0",
                               "198.19.255.255",
                               "198.51.100.1",
                               "203.0.113.1",
                               "224.0.0.1",
                               "239.255.255.255",
                               "240.0.0.1",
                               "255.255.255.255",
                               "::",
                               "::1",
                               "::127.0.0.1",
                               "::ffff:127.0.0.1",
                               "::ffff:10.0.0.1",
                               "::ffff:169.254.169.254",
                               "64:ff9b::10.0.0.1",
                               "64:ff9b:1::1",
                               "100::1",
                               "2001::1",
                               "2001:db8::1",
                               "2002:7f00:0001::1",
                               "2002:0a00:0001::1",
                               "3fff::1",
                               "4000::1",
                               "fc00::1",
                               "fd12:3456::1",
                               "fe80::1",
                               "fec0::1",
                               "ff02::1"}) {
    CAPTURE(ip);
    CHECK_FALSE(is_public_address(ip));
    CHECK(is_inside_by_name(ip));
  }
}

TEST_CASE("brackets and zones do not hide an address") {
  CHECK(is_public_address("[2606:4700::1111]"));
  CHECK_FALSE(is_public_address("[::1]"));
  CHECK_FALSE(is_public_address("fe80::1%eth0"));
  CHECK(is_inside_by_name("[fe80::1%25eth0]"));
}

TEST_CASE("what is no address is not a public one") {
  for (const std::string text :
       {"", "[", "[]", "1.1.1", "1.1.1.1.1", "1.1.1.256", "0x08.8.8.8", "example.org", "8.8.8.8 ", "8.8.8.8:80"}) {
    CAPTURE(text);
    CHECK_FALSE(is_public_address(text));
  }
  CHECK_FALSE(is_public_address(std::string("8.8.8.8\0.example", 16)));
}

TEST_CASE("of names, only localhost is known to be inside") {
  CHECK(is_inside_by_name("localhost"));
  CHECK(is_inside_by_name("LocalHost."));
  CHECK(is_inside_by_name("any.localhost"));
  CHECK_FALSE(is_inside_by_name("notlocalhost"));
  CHECK_FALSE(is_inside_by_name("localhost.example.org"));
  CHECK_FALSE(is_inside_by_name("example.org"));
}

TEST_CASE("no_proxy exempts domains, what is below them, addresses and ranges") {
  struct Row {
    std::string host;
    std::string no_proxy;
    bool direct;
  };
  const Row rows[] = {
      {"example.org", "", false},
      {"example.org", "*", true},
      {"example.org", "example.org", true},
      {"Example.ORG.", "example.org", true},
      {"example.org", ".example.org", true},
      {"www.example.org", "example.org", true},
      {"www.example.org", ".example.org", true},
      {"badexample.org", "example.org", false},
      {"example.org", "www.example.org", false},
      {"example.org", "trust.example, example.org", true},
      {"example.org", "trust.example example.org", true},
      {"example.org", ",, ,", false},
      {"example.org", ".", false},
      {"10.1.2.3", "10.1.2.3", true},
      {"10.1.2.3", "10.1.2.4", false},
      {"10.1.2.3", "10.0.0.0/8", true},
      {"11.1.2.3", "10.0.0.0/8", false},
      {"172.31.255.1", "172.16.0.0/12", true},
      {"172.32.0.1", "172.16.0.0/12", false},
      {"8.8.8.8", "0.0.0.0/0", true},
      {"10.1.2.3", "10.0.0.0/33", false},
      {"10.1.2.3", "10.0.0.0/", false},
      {"10.1.2.3", "10.0.0.0/-1", false},
      {"10.1.2.3", "10.0.0.0/8x", false},
      {"110.1.2.3", "10.1.2.3", false},
      {"[fd00::1]", "fd00::/8", true},
      {"[fe00::1]", "fd00::/8", false},
      {"example.org", "10.0.0.0/8", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.host);
    CAPTURE(row.no_proxy);
    CHECK(asked_directly(row.host, row.no_proxy) == row.direct);
  }
}
