#include "connectors/walk.hpp"

#include <doctest/doctest.h>

#include "connectors/time.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime noon = *parse_iso("2026-11-18T12:00:00Z");
const WalkRules rules{.overlap = 10min, .first_pages = 2, .most_pages = 3};

Page page_of(std::initializer_list<UtcTime> times) {
  Page page;
  for (const UtcTime time : times) page.posts.push_back({.made_at = time});
  return page;
}

Page step(const Cursor& cursor, std::initializer_list<UtcTime> times, const std::string& next_token) {
  Page page = page_of(times);
  walk_on(walk_of(cursor), next_token, rules, noon, page);
  return page;
}

}  // namespace

TEST_CASE("the first walk ends after its pages, and misses nothing by it") {
  const Page first = step({}, {noon - 1min, noon - 2min}, "older");
  CHECK(first.more);
  CHECK(walk_of(first.next).token == "older");
  CHECK_FALSE(walk_of(first.next).known);
  const Page second = step(first.next, {noon - 3min}, "oldest");
  CHECK_FALSE(second.more);
  CHECK(second.missed.empty());
  CHECK(walk_of(second.next).known == noon - 1min);
  CHECK(walk_of(second.next).token.empty());
}

TEST_CASE("a walk goes down to what is known, less the overlap, and only then moves up") {
  const Cursor known = cursor_of({.known = noon - 1h});
  const Page first = step(known, {noon, noon - 65min}, "older");
  CHECK(first.more);
  CHECK(walk_of(first.next).known == noon - 1h);
  const Page second = step(first.next, {noon - 75min}, "oldest");
  CHECK_FALSE(second.more);
  CHECK(walk_of(second.next).known == noon);
}

TEST_CASE("a walk that the platform cuts short says what is lost") {
  Page page = step(cursor_of({.known = noon - 24h}), {noon}, "b");
  page = step(page.next, {noon - 1h}, "c");
  page = step(page.next, {noon - 2h}, "d");
  CHECK_FALSE(page.more);
  REQUIRE(page.missed.size() == 1);
  CHECK(page.missed[0].from == noon - 24h);
  CHECK(page.missed[0].to == noon - 2h);
  CHECK(walk_of(page.next).known == noon);
}

TEST_CASE("an empty page ends the walk and keeps what is known") {
  const Page page = step(cursor_of({.known = noon - 1h, .notes = {{"units", "7"}}}), {}, "");
  CHECK_FALSE(page.more);
  CHECK(walk_of(page.next).known == noon - 1h);
  CHECK(walk_of(page.next).notes.at("units") == "7");
}

TEST_CASE("a post that claims to be of tomorrow does not hide those of today") {
  const Page page = step(cursor_of({.known = noon - 1h}), {noon + 24h, noon - 2h}, "");
  CHECK(walk_of(page.next).known == noon);
}

TEST_CASE("a cursor that cannot be read is a beginning") {
  for (const char* bytes : {"", "{", "[]", "{\"known\":\"x\",\"pages\":-4,\"token\":3,\"notes\":[1]}"}) {
    const Walk walk = walk_of(Cursor{bytes});
    CHECK_FALSE(walk.known);
    CHECK(walk.token.empty());
    CHECK(walk.pages == 0);
  }
}

TEST_CASE(
    "the first walk ends with a page of which nothing is wanted any more; one old post among others does not end it") {
  Cursor first;
  first.not_before = noon - 24h;
  const Page mixed = step(first, {noon - 1h, noon - 25h}, "older");
  CHECK(mixed.more);
  const Page old = step(first, {noon - 25h, noon - 26h}, "older");
  CHECK_FALSE(old.more);
  CHECK(old.missed.empty());
  CHECK(walk_of(old.next).known == noon - 25h);
  // No part of the place: whoever asks says it anew.
  CHECK(first == Cursor{});
  CHECK_FALSE(walk_of(mixed.next).not_before);
}

TEST_CASE("a gap is caught up with however long ago it began") {
  Cursor known = cursor_of({.known = noon - 48h});
  known.not_before = noon - 24h;
  CHECK(step(known, {noon - 25h, noon - 26h}, "older").more);
}
