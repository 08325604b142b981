#include "connectors/talks.hpp"

#include <doctest/doctest.h>

#include "connectors/time.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

const UtcTime noon = *parse_iso("2026-11-18T12:00:00Z");
const TalkRules rules{.posts = {.overlap = 24h}, .answers = {.overlap = 1h, .first_pages = 5}, .recent = 24h};

TalkListing one_post(UtcTime made_at, std::string mark) {
  Talk talk;
  talk.made_at = made_at;
  talk.mark = std::move(mark);
  return {{made_at}, {{"post", talk}}, {}};
}

Page posts(const Cursor& cursor, const TalkListing& listing, UtcTime now = noon, const TalkRules& by = rules) {
  Page page;
  posts_read(talk_place_of(cursor), listing, by, now, page);
  return page;
}

Page answers(const Cursor& cursor, const std::string& id, const TalkListing& listing, UtcTime now = noon,
             const TalkRules& by = rules) {
  Page page;
  answers_read(talk_place_of(cursor), id, listing, by, now, page);
  return page;
}

std::string turn(const Page& page) { return next_talk(talk_place_of(page.next)); }

}  // namespace

TEST_CASE("answers are read when the listing says that they changed, and not again") {
  Page page = posts({}, one_post(noon - 2h, "3"));
  CHECK(page.more);
  CHECK(turn(page) == "post");
  page = answers(page.next, "post", {{noon - 1h}, {}, {}});
  CHECK_FALSE(page.more);
  CHECK(turn(page).empty());
  page = posts(page.next, one_post(noon - 2h, "3"));
  CHECK_FALSE(page.more);
  page = posts(page.next, one_post(noon - 2h, "4"));
  CHECK(turn(page) == "post");
}

TEST_CASE("a post without answers is not asked for any") {
  const Page page = posts({}, one_post(noon - 2h, ""));
  CHECK_FALSE(page.more);
}

TEST_CASE("answers of several pages are read to the end before the next posts") {
  Page page = posts({}, one_post(noon - 2h, "300"));
  page = answers(page.next, "post", {{noon - 1min}, {}, "after=B"});
  CHECK(page.more);
  CHECK(turn(page) == "post");
  CHECK(talk_place_of(page.next).talks.at("post").walk.token == "after=B");
  page = answers(page.next, "post", {{noon - 1h}, {}, {}});
  CHECK_FALSE(page.more);
}

TEST_CASE("posts that are no longer recent are let go, those of a gap only once their answers are read") {
  Page page = posts({}, one_post(noon - 2h, ""));
  const UtcTime later = noon + 72h;
  page = posts(page.next, one_post(noon - 1h, "1"), later);
  CHECK(turn(page) == "post");
  page = answers(page.next, "post", {{noon}, {}, {}}, later);
  CHECK(talk_place_of(page.next).talks.empty());
  page = posts(page.next, one_post(later - 30h, "1"), later + 30h);
  CHECK(talk_place_of(page.next).talks.size() == 1);
}

TEST_CASE("where no marks are told, the older a post is the more rarely it is asked") {
  TalkRules by_age = rules;
  by_age.by_age = true;
  Page page = posts({}, one_post(noon - 10h, ""), noon, by_age);
  CHECK(turn(page) == "post");
  page = answers(page.next, "post", {}, noon, by_age);
  page = posts(page.next, one_post(noon - 10h, ""), noon + 30min, by_age);
  CHECK(turn(page).empty());
  page = posts(page.next, one_post(noon - 10h, ""), noon + 70min, by_age);
  CHECK(turn(page) == "post");
}

TEST_CASE("an answer that has answers is read in the same round") {
  TalkRules by_age = rules;
  by_age.by_age = true;
  Page page = posts({}, one_post(noon - 2h, ""), noon, by_age);
  Talk reply;
  reply.made_at = noon - 1h;
  page = answers(page.next, "post", {{noon - 1h}, {{"comment", reply}}, {}}, noon, by_age);
  CHECK(page.more);
  CHECK(turn(page) == "comment");
}

TEST_CASE("every half hour all recent posts are read again, for what has changed") {
  TalkRules reread = rules;
  reread.posts.overlap = 1h;
  reread.reread = true;
  const TalkListing full{{noon, noon - 2h}, {}, "after=B"};
  Page page = posts({}, {{noon}, {}, {}}, noon, reread);
  page = posts(page.next, full, noon + 29min, reread);
  CHECK_FALSE(page.more);
  page = posts(page.next, full, noon + 30min, reread);
  CHECK(page.more);
  page = posts(page.next, {{noon - 25h}, {}, "after=C"}, noon + 31min, reread);
  CHECK_FALSE(page.more);
  page = posts(page.next, full, noon + 32min, reread);
  CHECK_FALSE(page.more);
}

TEST_CASE("a post that is gone is asked no more") {
  Page page = posts({}, one_post(noon - 2h, "1"));
  Page after;
  talk_gone(talk_place_of(page.next), "post", rules, noon, after);
  CHECK_FALSE(after.more);
  CHECK(talk_place_of(after.next).talks.empty());
}

TEST_CASE("a place comes back from its cursor, and rubbish is a beginning") {
  const Page page = posts({}, {{noon}, one_post(noon - 2h, "3").talks, "after=B"});
  CHECK(cursor_of(talk_place_of(page.next)) == page.next);
  for (const char* bytes : {"", "rubbish", "[]", R"({"posts":5,"talks":{"a":7,"b":{}}})"}) {
    CAPTURE(bytes);
    CHECK(talk_place_of(Cursor{bytes}).posts.token.empty());
    CHECK(next_talk(talk_place_of(Cursor{bytes})).empty());
  }
}

TEST_CASE("of very many posts the oldest are let go") {
  TalkListing listing;
  for (int i = 0; i < 400; ++i) {
    Talk talk;
    talk.made_at = noon - std::chrono::minutes(i);
    talk.mark = "1";
    listing.times.push_back(talk.made_at);
    listing.talks.emplace_back(std::to_string(i), talk);
  }
  const auto place = talk_place_of(posts({}, listing).next);
  CHECK(place.talks.size() == rules.most_talks);
  CHECK(place.talks.contains("0"));
  CHECK_FALSE(place.talks.contains("399"));
}

}  // namespace barometer
