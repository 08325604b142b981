#include "connectors/offset_sweep.hpp"

#include <doctest/doctest.h>

#include "connectors/time.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime noon = *parse_iso("2026-11-18T12:00:00Z");

// Ids "from" … "to"; an odd one reads as text that a post can have.
std::vector<std::string> ids(int from, int to) {
  std::vector<std::string> out;
  for (int i = from; i <= to; ++i) out.push_back(std::to_string(i));
  return out;
}

}  // namespace

TEST_CASE("each page of a sweep begins ten entries before the end of the last") {
  OffsetSweep sweep;
  CHECK(sweep_on(sweep, ids(1, 30), noon, noon));
  CHECK(sweep.offset() == 20);
  CHECK(sweep_on(sweep, ids(21, 50), noon, noon));
  CHECK(sweep.offset() == 40);
  CHECK_FALSE(sweep.known);
  CHECK_FALSE(sweep_on(sweep, ids(41, 50), noon, noon));
  CHECK(sweep.known == noon);
  CHECK(sweep.offset() == 0);
}

TEST_CASE("a few entries withdrawn between two pages cost nothing, and many a new beginning") {
  OffsetSweep sweep;
  sweep_on(sweep, ids(1, 30), noon, noon);
  CHECK(sweep_on(sweep, ids(26, 55), noon, noon));  // five are gone
  CHECK(sweep.last == "55");
  CHECK(sweep_on(sweep, ids(70, 99), noon, noon));  // the one that stood last is not there
  CHECK(sweep.offset() == 0);
  CHECK(sweep.last.empty());
}

TEST_CASE("an old page again begins the sweep again, and a list that knows no offset ends") {
  OffsetSweep sweep;
  sweep_on(sweep, ids(1, 30), noon, noon);
  CHECK(sweep_on(sweep, ids(1, 30), noon, noon));
  CHECK(sweep.offset() == 0);
  int pages = 0;
  while (sweep_on(sweep, ids(1, 30), noon, noon)) ++pages;
  CHECK(pages < 20);
  CHECK(sweep.known == noon);
}

TEST_CASE("what cannot be read is asked for once more, and ends no sweep") {
  OffsetSweep sweep;
  auto page = ids(1, 30);
  page[28].clear();
  page[29].clear();
  CHECK(sweep_on(sweep, page, noon, noon));
  CHECK(sweep.seen == 28);
  CHECK(sweep.last == "28");
}

TEST_CASE("a sweep outlives a restart in its cursor, and any bytes are a beginning") {
  OffsetSweep sweep{.known = noon,
                    .top = noon + 1h,
                    .seen = 40,
                    .last = "x\"y",
                    .beginnings = 2,
                    .removed = true,
                    .removed_at = noon - 1h};
  const auto again = sweep_of(cursor_of(sweep));
  CHECK(cursor_of(again) == cursor_of(sweep));
  CHECK(again.last == sweep.last);
  CHECK(again.removed);
  for (const char* bytes : {"", "[]", "{\"seen\":-4,\"known\":\"x\"}", "\xff"})
    CHECK(sweep_of(Cursor{bytes}).offset() == 0);
}

TEST_CASE("what claims to be of tomorrow does not hide what is of today") {
  OffsetSweep sweep;
  sweep_on(sweep, ids(1, 5), noon + 24h, noon);
  sweep_on(sweep, ids(1, 5), noon + 24h, noon);
  CHECK(sweep.known == noon);
}
