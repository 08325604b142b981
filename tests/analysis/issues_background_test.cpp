#include <doctest/doctest.h>

#include "analysis/issues/background.hpp"

using namespace barometer;

namespace {

using std::chrono::days;
using std::chrono::hours;

const UtcTime begin{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};
const UtcTime end = begin + days{30};

// Three posts in four came by one source, the fourth by another.
Background two_sources() {
  Background background;
  background.said(Theme::pain, "busy", 2, 3);
  background.said(Theme::pain, "calm", 1, 1);
  return background;
}

}  // namespace

TEST_CASE("a blind source loses its share of the days, however its spells lie, and while they last") {
  Background background = two_sources();
  CHECK(background.lost_days(begin, end) == 0);
  background.blind("busy", UtcTime::min(), {{begin - days{3}, begin + days{4}}, {begin + days{10}, begin + days{14}}});
  CHECK(background.lost_days(begin, end) == doctest::Approx(8 * 0.75));
  CHECK(background.lost_days(begin + days{11}, begin + days{13}) == doctest::Approx(2 * 0.75));
  CHECK(background.lost_days(begin + days{5}, begin + days{9}) == 0);
  background.blind("calm", UtcTime::min(), {{begin + days{26}, std::nullopt}});
  CHECK(background.lost_days(begin, end) == doctest::Approx(8 * 0.75 + 4 * 0.25));
  CHECK(background.longest_blind(begin, end) == days{8});
  background.blind("new", UtcTime::min(), {{begin, std::nullopt}});  // nothing was ever heard of it
  CHECK(background.lost_days(begin, end) == doctest::Approx(8 * 0.75 + 4 * 0.25));
}

TEST_CASE("what is said anew of a source's gaps replaces only what begins since then") {
  Background background = two_sources();
  background.blind("busy", UtcTime::min(), {{begin, begin + days{4}}, {begin + days{10}, std::nullopt}});
  background.blind("busy", begin + days{10}, {{begin + days{10}, begin + days{12}}});
  CHECK(background.lost_days(begin, end) == doctest::Approx(6 * 0.75));
  background.blind("busy", begin + days{10}, {});  // it caught up
  CHECK(background.lost_days(begin, end) == doctest::Approx(4 * 0.75));
  background.blind("busy", UtcTime::min(), {});
  CHECK(background.lost_days(begin, end) == 0);
}

TEST_CASE("what is usual somewhere follows from its theme, its place and the time that was listened to") {
  Background background;
  for (int day = 0; day < 100; ++day) {
    background.spoke(Theme::waiting, {"front", ""}, day, 4);
    background.spoke(Theme::pain, {"ward", ""}, day, 1);
  }
  const double waiting = background.usual(Theme::waiting, {"front", ""}, 100, 100);
  CHECK(waiting > background.usual(Theme::pain, {"front", ""}, 100, 100));
  CHECK(background.usual(Theme::waiting, {"front", ""}, 100, 50) == doctest::Approx(2 * waiting));
  CHECK(background.usual(Theme::falls, {"ward", ""}, 100, 100) < background.usual(Theme::pain, {"ward", ""}, 100, 100));
}

TEST_CASE("a day is worth as much as people speak on its day of the week, and a week is a week") {
  const UtcTime monday = begin;
  Background background;
  CHECK(background.days_of_week(monday, monday + days{3}) == doctest::Approx(3));
  for (int week = 0; week < 50; ++week)
    for (int day = 0; day < 7; ++day)
      background.spoke(Theme::waiting, {"ward-7", ""}, day_of(monday) - 7 * week - 7 + day, day < 5 ? 10 : 0);
  const double on_monday = background.days_of_week(monday, monday + days{1});
  const double on_saturday = background.days_of_week(monday + days{5}, monday + days{6});
  CHECK(on_monday > 1.2);
  CHECK(on_saturday < 0.2);
  CHECK(5 * on_monday + 2 * on_saturday == doctest::Approx(7));
  const UtcTime from = monday + hours{13};
  CHECK(background.days_of_week(from, from + days{14}) == doctest::Approx(14));
  CHECK(background.days_of_week(from, from + days{1}) == doctest::Approx(on_monday));
  CHECK(background.days_of_week(from + days{4}, from + days{5}) ==
        doctest::Approx(on_monday * 11 / 24 + on_saturday * 13 / 24));
}

TEST_CASE("the severities of a theme are those of all themes until enough was heard of it") {
  Background background;
  for (int i = 0; i < 300; ++i) background.said(Theme::waiting, "feed", 1, 1);
  CHECK(background.severities_of(Theme::discharge)[1] > 0.8);
  for (int i = 0; i < 100; ++i) background.said(Theme::discharge, "feed", 3, 1);
  CHECK(background.severities_of(Theme::discharge)[3] > 0.8);
  CHECK(background.severities_of(Theme::waiting)[1] > 0.9);
  for (int i = 0; i < 100; ++i) background.said(Theme::discharge, "feed", 3, -1);
  CHECK(background.severities_of(Theme::discharge)[1] > 0.8);
}
