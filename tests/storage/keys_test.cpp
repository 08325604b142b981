#include "storage/keys.hpp"

#include <doctest/doctest.h>

#include "connectors/digest.hpp"

namespace barometer {
namespace {

using namespace std::string_literals;
using std::chrono::milliseconds;

TEST_CASE("times are eight bytes that sort, also before 1970") {
  CHECK(time_key(UtcTime{milliseconds{0}}) == "\x80\0\0\0\0\0\0\0"s);
  CHECK(time_key(UtcTime{milliseconds{256}}) == "\x80\0\0\0\0\0\1\0"s);
  CHECK(time_key(UtcTime{milliseconds{-1}}) == "\x7f\xff\xff\xff\xff\xff\xff\xff"s);
  CHECK(time_key(UtcTime{milliseconds{1'795'291'200'000}}) == "\x80\x00\x01\xa1\xff\xb1\xba\x00"s);
  for (const auto time : {UtcTime::min(), UtcTime{milliseconds{-5}}, UtcTime{milliseconds{77}}, UtcTime::max()})
    CHECK(time_of(time_key(time)) == time);
}

TEST_CASE("an id's hash is the beginning of its SHA-256") {
  const auto hash = hash_id("abc");  // FIPS 180-2, appendix B.1
  CHECK(to_hex({hash.data(), hash.size()}) == "ba7816bf8f01cfea414140de5dae2223");
}

TEST_CASE("post keys are time and hash, and sort by time") {
  const auto hash = hash_id("abc");
  const auto key = post_key(UtcTime{milliseconds{256}}, hash);
  CHECK(key == "\x80\0\0\0\0\0\1\0"s + "\xba\x78\x16\xbf\x8f\x01\xcf\xea\x41\x41\x40\xde\x5d\xae\x22\x23"s);
  CHECK(key < post_key(UtcTime{milliseconds{257}}, hash_id("another")));
  const auto parsed = parse_post_key(key);
  REQUIRE(parsed.has_value());
  CHECK(parsed->made_at == UtcTime{milliseconds{256}});
  CHECK(parsed->id == hash);
  CHECK_FALSE(parse_post_key(key.substr(1)).has_value());
  CHECK_FALSE(parse_post_key("").has_value());
}

TEST_CASE("series keys are grain, tag, source and day") {
  const auto key = series_key(Resolution::hour, "nhssm", "feed", UtcTime{milliseconds{3'600'000}});
  CHECK(key == "\4nhssm\0\1feed\0\1\x80\0\0\0\0\x36\xee\x80"s);
  CHECK(series_key(Resolution::day, "a\0b"s, "", UtcTime{}) ==
        "\5a\0\xff"
        "b\0\1\0\1\x80\0\0\0\0\0\0\0"s);
  CHECK(key.starts_with(series_prefix(Resolution::hour)));
  CHECK(key.starts_with(series_prefix(Resolution::hour, "nhssm")));
  CHECK(key.starts_with(series_prefix(Resolution::hour, "nhssm", "feed")));
  CHECK_FALSE(key.starts_with(series_prefix(Resolution::hour, "nhs")));
  const auto parsed = parse_series_key(key);
  REQUIRE(parsed.has_value());
  CHECK(parsed->resolution == Resolution::hour);
  CHECK(parsed->tag == "nhssm");
  CHECK(parsed->source == "feed");
  CHECK(parsed->day == UtcTime{std::chrono::hours{1}});
}

TEST_CASE("names keep their order, whatever bytes they hold") {
  const std::vector<std::string> ordered{"", "\0"s, "\0\0"s, "\0a"s, "\1"s, "a", "a\0"s, "a\1"s, "ab", "b", "\xff"};
  for (std::size_t i = 1; i < ordered.size(); ++i)
    CHECK(series_prefix(Resolution::day, ordered[i - 1]) < series_prefix(Resolution::day, ordered[i]));
}

TEST_CASE("bytes that are no series key are refused") {
  const auto key = series_key(Resolution::minute, "a\0"s, "b", UtcTime{});
  for (std::size_t length = 0; length < key.size(); ++length)
    CHECK_FALSE(parse_series_key(key.substr(0, length)).has_value());
  CHECK_FALSE(parse_series_key(key + "x").has_value());
  CHECK_FALSE(parse_series_key("\2" + key.substr(1)).has_value());
  CHECK_FALSE(parse_series_key("\6" + key.substr(1)).has_value());
  CHECK_FALSE(parse_series_key("\xff" + key.substr(1)).has_value());
  CHECK_FALSE(parse_series_key("\4a\0\2b\0\1\x80\0\0\0\0\0\0\0"s).has_value());
}

TEST_CASE("after a prefix comes the next key that does not begin with it") {
  CHECK(after_prefix("a\0\1"s) == "a\0\2"s);
  CHECK(after_prefix("a\xff") == "b");
}

TEST_CASE("the outbox is ordered by when alerts were raised") {
  CHECK(outbox_key(UtcTime{milliseconds{256}}, "0a1b") ==
        "\x80\0\0\0\0\0\1\0"
        "0a1b"s);
}

}  // namespace
}  // namespace barometer
