#include <set>

#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "daemon/review/precision.hpp"
#include "daemon/review/sample.hpp"
#include "daemon/review/take_step.hpp"
#include "tests/storage/samples.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const Rights lead = rights_of_role("lead").value();

UtcTime day(const char* text) { return parse_iso(text).value(); }

Entry flagged(std::string id, std::string rule, std::int64_t minute = evening) {
  return heard(std::move(id), minute, Sentiment::negative,
               {{.theme = Theme::pain, .severity = 3, .rule = std::move(rule)}});
}

void judge(Store& store, const char* id, const char* who, ReviewVerdict verdict, UtcTime at = at_minute(evening + 9)) {
  ReviewAction step{.step = ReviewStep::judged, .who = who, .at = at, .verdict = verdict};
  if (verdict == ReviewVerdict::regraded) step.severity = 1;
  if (verdict == ReviewVerdict::fine || verdict == ReviewVerdict::missed) step.step = ReviewStep::sampled;
  REQUIRE(take_step(store, store.post(id).value().value(), step, lead).has_value());
}

// A red flag of its own, as the tracker opens it.
Entry grave(std::string id, std::uint64_t voice, std::int64_t minute, Theme theme = Theme::pain) {
  auto entry = heard(std::move(id), minute, Sentiment::negative, {{.theme = theme, .severity = 4, .rule = "r"}});
  Utterance said;
  said.made_at = said.heard_at = at_minute(minute);
  said.voice = voice;
  entry.place = "ward-" + std::to_string(voice);
  said.concerns = {{theme, 4, "r"}};
  entry.utterance = said;
  return entry;
}

}  // namespace

TEST_CASE("Wilson's interval, as its formula gives it") {
  struct Row {
    int right;
    int judged;
    double low;
    double high;
  };
  // R: binom::binom.confint(methods = "wilson")
  const Row rows[] = {
      {0, 0, 0, 1}, {7, 10, 0.3968, 0.8922}, {0, 20, 0, 0.1611}, {20, 20, 0.8389, 1}, {1, 1, 0.2065, 1}};
  for (const auto& row : rows) {
    const auto interval = wilson(row.right, row.judged);
    CHECK(interval.low == doctest::Approx(row.low).epsilon(0.001));
    CHECK(interval.high == doctest::Approx(row.high).epsilon(0.001));
  }
}

TEST_CASE("precision counts the last verdict of each person, by rule and theme, within the time") {
  const Memory memory;
  const auto store = memory.open();
  commit(*store, page({flagged("a", "pain.1"), flagged("b", "pain.1", evening + 1), flagged("c", "pain.2", evening + 2),
                       heard("d", evening + 3)}));
  judge(*store, "a", "anna", ReviewVerdict::wrong);
  judge(*store, "a", "anna", ReviewVerdict::right);
  judge(*store, "a", "ben", ReviewVerdict::not_care);
  judge(*store, "b", "anna", ReviewVerdict::regraded);
  judge(*store, "b", "ben", ReviewVerdict::duplicate);
  judge(*store, "c", "anna", ReviewVerdict::wrong);
  judge(*store, "d", "anna", ReviewVerdict::fine);
  judge(*store, "d", "ben", ReviewVerdict::missed);
  const auto figures = review_figures(*store, at_minute(evening), at_minute(evening + 10)).value();
  REQUIRE(figures.rules.size() == 2);
  CHECK(figures.rules.at("pain.1").right == 2);
  CHECK(figures.rules.at("pain.1").judged == 3);
  CHECK(figures.rules.at("pain.2").right == 0);
  CHECK(figures.themes.at("pain").judged == 4);
  CHECK(figures.sample.judged == 1);
  CHECK(figures.sample.right == 0);
  const auto later = review_figures(*store, at_minute(evening + 10), at_minute(evening + 99)).value();
  CHECK(later.rules.empty());
  CHECK(later.sample.judged == 0);
}

TEST_CASE("an issue counts by what it came to; the mail says so once a few have come to something") {
  const Memory memory;
  const auto store = memory.open();
  std::vector<Issue> issues;
  for (int i = 0; i < 5; ++i)
    commit(*store, page({grave(std::to_string(i), 100u + static_cast<unsigned>(i), evening + i)}));
  store->issues({}, [&](const Issue& issue) { return issues.push_back(issue), true; }).value();
  REQUIRE(issues.size() == 5);
  const auto conclude = [&](std::size_t which, ReviewStatus status) {
    ReviewAction step{.step = ReviewStep::moved, .who = "anna", .at = at_minute(evening + 50), .status = status};
    REQUIRE(take_step(*store, issues.at(which), step, lead).has_value());
  };
  CHECK(recent_precision(*store, IssueKind::red_flag, Theme::pain).value().judged == 0);
  conclude(0, ReviewStatus::actioned);
  conclude(1, ReviewStatus::not_care);
  conclude(2, ReviewStatus::duplicate);
  conclude(3, ReviewStatus::actioned);
  conclude(3, ReviewStatus::closed);
  conclude(4, ReviewStatus::in_review);
  const auto figures = review_figures(*store, at_minute(evening), at_minute(evening + 60)).value();
  CHECK(figures.issues.at("red_flag").right == 2);
  CHECK(figures.issues.at("red_flag").judged == 3);
  for (const auto theme : {Theme::pain, Theme::falls}) {  // of the theme; of the kind, where the theme has none
    const auto recent = recent_precision(*store, IssueKind::red_flag, theme).value();
    CHECK(recent.right == 2);
    CHECK(recent.judged == 3);
  }
  CHECK(recent_precision(*store, IssueKind::burst, Theme::pain).value().judged == 0);
}

TEST_CASE("weeks are those of ISO 8601") {
  struct Row {
    const char* at;
    const char* week;
    const char* begins;
  };
  const Row rows[] = {{"2026-11-22T23:59:59Z", "2026-W47", "2026-11-16T00:00:00Z"},
                      {"2026-11-23T00:00:00Z", "2026-W48", "2026-11-23T00:00:00Z"},
                      {"2021-01-03T12:00:00Z", "2020-W53", "2020-12-28T00:00:00Z"},
                      {"2024-12-30T12:00:00Z", "2025-W01", "2024-12-30T00:00:00Z"},
                      {"2024-02-29T12:00:00Z", "2024-W09", "2024-02-26T00:00:00Z"}};
  for (const auto& row : rows) {
    const auto week = iso_week(day(row.at));
    CHECK(name_of(week) == row.week);
    CHECK(begin_of(week) == day(row.begins));
  }
  CHECK(name_of(week_to_sample(day("2026-11-22T12:00:00Z"))) == "2026-W46");
}

TEST_CASE("the weekly sample is the same for whoever draws it, of unflagged posts of that week alone") {
  const Memory memory;
  const auto store = memory.open();
  const IsoWeek week{2026, 46};
  const auto minute = begin_of(week).time_since_epoch() / 1min;
  std::vector<Entry> entries;
  for (int i = 0; i < 60; ++i) entries.push_back(heard("u" + std::to_string(i), minute + i));
  for (int i = 0; i < 20; ++i) entries.push_back(flagged("f" + std::to_string(i), "pain.1", minute + 100 + i));
  entries.push_back(heard("before", minute - 1));
  entries.push_back(heard("after", minute + 7 * 24 * 60));
  commit(*store, page(std::move(entries)));
  const auto names = [&](const IsoWeek& which) {
    std::vector<std::string> out;
    for (const auto& kept : draw_sample(*store, which).value().posts) out.push_back(kept.post.id);
    return out;
  };
  const auto drawn = names(week);
  CHECK(drawn == names(week));
  CHECK(drawn.size() == sample_size);
  CHECK(draw_sample(*store, week).value().unflagged == 60);
  for (const auto& id : drawn) CHECK(id[0] == 'u');
  commit(*store, page({tombstone(drawn[3], minute + 5000)}));
  const auto without = names(week);
  CHECK(std::find(without.begin(), without.end(), drawn[3]) == without.end());
  CHECK(std::equal(drawn.begin(), drawn.begin() + 3, without.begin()));
  CHECK(names({2026, 45}) == std::vector<std::string>{"before"});
}

TEST_CASE("which posts are drawn depends on the week, and every post has its chance") {
  const Memory memory;
  const auto store = memory.open();
  std::set<std::string> ever;
  for (int w = 1; w <= 30; ++w) {
    const auto minute = begin_of({2025, w}).time_since_epoch() / 1min;
    std::vector<Entry> entries;
    for (int i = 0; i < 40; ++i) entries.push_back(heard(std::to_string(w) + '/' + std::to_string(i), minute + i));
    commit(*store, page(std::move(entries)));
    for (const auto& kept : draw_sample(*store, {2025, w}).value().posts)
      ever.insert(kept.post.id.substr(kept.post.id.find('/') + 1));
  }
  CHECK(ever.size() == 40);
}
