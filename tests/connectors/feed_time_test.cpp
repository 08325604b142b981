#include "connectors/platforms/feed_time.hpp"

#include <string>

#include <doctest/doctest.h>

#include "connectors/time.hpp"

namespace barometer {
namespace {

struct Row {
  std::string text;
  std::string time;
};

std::string read(std::string_view text) {
  const auto time = parse_feed_time(text);
  return time ? to_iso(*time) : "";
}

}  // namespace

TEST_CASE("feeds date in their own language") {
  const Row rows[] = {
      {"2004년 05월 28일  01:31:15", "2004-05-27T16:31:15.000Z"},
      {"2004-05-25 오후 11:23:17", "2004-05-25T14:23:17.000Z"},
      {"2004-05-25 오전 12:23:17", "2004-05-24T15:23:17.000Z"},
      {"Κυρ, 11 Ιούλ 2004 12:00:00 EST", "2004-07-11T17:00:00.000Z"},
      {"Δευ, 11 Οκτ 2004 12:00:00 +0300", "2004-10-11T09:00:00.000Z"},
      {"2004-július-13T9:15-05:00", "2004-07-13T14:15:00.000Z"},
      {"2004-november-3T9:15-05:00", "2004-11-03T14:15:00.000Z"},
      {"Sáb, 21 Nov 2026 20:15:00 GMT", "2026-11-21T20:15:00.000Z"},
      {"2004년 5월 8일 1:31:15", "2004-05-07T16:31:15.000Z"},
      {"Τετ, 14 Μάώ 2004 12:00:00 GMT", "2004-03-14T12:00:00.000Z"},
      {"2004-máujus-13T9:15-05:00", "2004-05-13T14:15:00.000Z"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(read(row.text) == row.time);
  }
}

TEST_CASE("a date whose end cannot be read is read as far as it goes") {
  const Row rows[] = {
      {"2004-07-08T23:56:58Z junk", "2004-07-08T23:56:58.000Z"},
      {"2004-07-08T23:56:58ZZ", "2004-07-08T23:56:58.000Z"},
      {"2004-07-08T23:56:58 PM", "2004-07-08T23:56:58.000Z"},
      {"2004-07-08_23:56:58", "2004-07-08T00:00:00.000Z"},
      {"2004-07-08 about 23:56", "2004-07-08T00:00:00.000Z"},
      {"Thu, 08 Jul 2004 23:56:58 GMT $", "2004-07-08T23:56:58.000Z"},
      {"Thu, 08 Jul 2004 23:56:58 PST8PDT", "2004-07-08T23:56:58.000Z"},
      {"yesterday", ""},
      {"2004-13-08 junk", ""},
      {"tomorrow at 10:14:55", ""},
      {"년", ""},
      {"오후", ""},
      {"2026년", ""},
      {"99999년 05월 28일", ""},
      {std::string(100'000, '1'), ""},
      {"2004-07-08" + std::string(180, ' ') + "x", "2004-07-08T00:00:00.000Z"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text.substr(0, 40));
    CHECK(read(row.text) == row.time);
  }
}

}  // namespace barometer
