#include <doctest/doctest.h>

#include "analysis/issues/tracker.hpp"

using namespace barometer;

namespace {

using std::chrono::days;
using std::chrono::hours;

const UtcTime begin{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};

// Hears invented complaints, each by somebody else unless said, and remembers what became of issues.
class Story {
 public:
  void say(UtcTime made_at, Theme theme, int severity, const std::string& place = "oak", std::uint64_t voice = 0,
           UtcTime heard_at = {}) {
    Utterance one{.made_at = made_at,
                  .heard_at = heard_at == UtcTime{} ? made_at + std::chrono::minutes{1} : heard_at,
                  .voice = voice == 0 ? ++voices_ : voice,
                  .place = place,
                  .tag = "nhssm",
                  .source = "feed"};
    ++posts_;
    one.post[0] = static_cast<char>(posts_ & 127);
    one.post[1] = static_cast<char>(posts_ >> 7);
    one.concerns = {{theme, severity, "rule"}};
    one.sketch = sketch;
    take(tracker_.hear(one, repeats));
  }
  // So many a month, spread evenly over the days from `from`.
  void usually(UtcTime from, int length, Theme theme, double a_month, const std::string& place = "oak",
               int severity = 1) {
    const double step = 30.0 / a_month;
    for (double day = step / 2; day < length; day += step)
      say(from + hours{static_cast<int>(day * 24)}, theme, severity, place);
  }
  void take(const IssueTracker::Step& step) {
    for (const auto& [issue, change] : step.changes) {
      changes.push_back(std::string(name_of(change)) + " " + std::string(name_of(issue.kind)));
      last = issue;
    }
  }
  int opened() const {
    int number = 0;
    for (const auto& change : changes) number += change.starts_with("opened") ? 1 : 0;
    return number;
  }
  IssueTracker& tracker() { return tracker_; }

  std::vector<std::string> changes = {};
  Issue last = {};
  Sketch sketch = {};
  std::optional<PostHash> repeats = {};

 private:
  IssueTracker tracker_;
  std::uint64_t voices_ = 1000;
  int posts_ = 0;
};

Story two_quiet_months() {
  Story story;
  story.usually(begin, 60, Theme::waiting, 8, "infirmary");
  story.usually(begin, 60, Theme::access, 8, "infirmary");
  story.usually(begin, 60, Theme::pain, 2, "oak");
  return story;
}

const UtcTime later = begin + days{61};

}  // namespace

TEST_CASE("what is usual makes no issue") { CHECK(two_quiet_months().opened() == 0); }

TEST_CASE("one post of severity 4 is an issue, with what it rests on") {
  Story story;
  story.say(begin, Theme::abuse, 4);
  REQUIRE(story.changes == std::vector<std::string>{"opened red_flag"});
  CHECK(story.last.theme == Theme::abuse);
  CHECK(story.last.place == "oak");
  CHECK(story.last.severity == 4);
  CHECK(story.last.posts == 1);
  CHECK(story.last.voices == 1);
  CHECK(story.last.rules == std::vector<std::string>{"rule"});
}

TEST_CASE("several people within days about what was rare are a burst, which tells what is usual") {
  Story story = two_quiet_months();
  for (int i = 0; i < 5; ++i) story.say(later + hours{10 * i}, Theme::call_bell, 3);
  REQUIRE(story.opened() == 1);
  CHECK(story.changes.front() == "opened burst");
  CHECK(story.last.evidence.voices >= 3);
  CHECK(story.last.evidence.expected < 0.5);
  CHECK(story.last.evidence.chance < 0.01);
  CHECK(story.last.posts == 5);
}

TEST_CASE("a rare concern that keeps coming is a slow burn") {
  Story story = two_quiet_months();
  story.usually(later, 56, Theme::discharge, 4, "oak", 3);
  CHECK(story.opened() == 1);
  CHECK(story.last.kind == IssueKind::slow_burn);
}

TEST_CASE("one person is one voice, however often they post") {
  Story story = two_quiet_months();
  for (int i = 0; i < 12; ++i) story.say(later + hours{i}, Theme::call_bell, 3, "oak", 7);
  CHECK(story.opened() == 0);
}

TEST_CASE("copies and reposts are the voice that they repeat") {
  Story copies = two_quiet_months();
  copies.sketch = sketch_of("she rang the bell for an hour and nobody came to her at all");
  for (int i = 0; i < 30; ++i) copies.say(later + hours{i}, Theme::call_bell, 3);
  CHECK(copies.opened() == 0);
  Story reposts = two_quiet_months();
  reposts.repeats = PostHash{'o'};
  for (int i = 0; i < 30; ++i) reposts.say(later + hours{i}, Theme::call_bell, 3);
  CHECK(reposts.opened() == 0);
}

TEST_CASE("a back-fill of old posts is no burst") {
  Story story = two_quiet_months();
  for (int i = 0; i < 20; ++i) story.say(begin - days{100 + 5 * i}, Theme::call_bell, 3, "oak", 0, later);
  CHECK(story.opened() == 0);
}

TEST_CASE("before it has listened for three weeks, nothing can be called unusual but a red flag") {
  Story story;
  for (int i = 0; i < 10; ++i) story.say(begin + hours{5 * i}, Theme::call_bell, 3);
  CHECK(story.opened() == 0);
  story.say(begin + days{3}, Theme::call_bell, 4);
  CHECK(story.opened() == 1);
}

TEST_CASE("two places stay two issues") {
  Story story = two_quiet_months();
  for (int i = 0; i < 6; ++i) {
    story.say(later + hours{10 * i}, Theme::call_bell, 3, "oak");
    story.say(later + hours{10 * i + 1}, Theme::call_bell, 3, "birch");
  }
  CHECK(story.opened() == 2);
}

TEST_CASE("an issue that is quiet for long is closed, and comes back as itself if it rises again soon") {
  Story story = two_quiet_months();
  for (int i = 0; i < 5; ++i) story.say(later + hours{10 * i}, Theme::call_bell, 3);
  const std::string id = story.last.id;
  story.take(story.tracker().advance(later + days{20}));
  CHECK(story.last.closed_at.has_value());
  CHECK(story.last.state_at(later + days{20}) == IssueState::closed);
  for (int i = 0; i < 6; ++i) story.say(later + days{22} + hours{8 * i}, Theme::call_bell, 3);
  CHECK(story.opened() == 1);
  CHECK(story.last.id == id);
  CHECK(story.last.escalated_at.size() == 1);
  CHECK_FALSE(story.last.closed_at.has_value());
}

TEST_CASE("an open issue is told again when it turns into a red flag, and when it has grown far beyond what was told") {
  Story story = two_quiet_months();
  for (int i = 0; i < 4; ++i) story.say(later + hours{10 * i}, Theme::call_bell, 3);
  REQUIRE(story.opened() == 1);
  story.say(later + hours{41}, Theme::call_bell, 4);
  CHECK(story.changes.back() == "escalated burst");
  for (int i = 0; i < 12; ++i) story.say(later + hours{42 + i}, Theme::call_bell, 3);
  CHECK(story.last.escalated_at.size() == 2);
}

TEST_CASE("days in which the sources were blind are no quiet days") {
  Evidence of[2] = {};
  for (const bool blind : {false, true}) {
    Story story;
    story.usually(begin, 30, Theme::pain, 15);
    if (blind) story.tracker().blind("feed", begin + days{30}, {{begin + days{30}, begin + days{80}}});
    for (int i = 0; i < 8; ++i) story.say(begin + days{81} + hours{10 * i}, Theme::pain, 3);
    REQUIRE(story.opened() == 1);
    of[blind ? 1 : 0] = story.last.evidence;
  }
  CHECK(of[0].blind == hours{0});
  const auto a_day = [](const Evidence& one) {
    return one.expected / std::chrono::duration<double>(one.window).count();
  };
  CHECK(a_day(of[1]) > 2 * a_day(of[0]));
}

TEST_CASE("an issue tells how long a source was blind in the window that showed it") {
  Story story = two_quiet_months();
  story.tracker().blind("feed", later, {{later - hours{30}, later - hours{2}}, {later + hours{2}, later + hours{5}}});
  for (int i = 0; i < 5; ++i) story.say(later + hours{10 * i}, Theme::call_bell, 3);
  REQUIRE(story.opened() == 1);
  CHECK(story.last.evidence.window == hours{24});  // the third post, after 20 hours, was enough
  CHECK(story.last.evidence.blind == hours{4});
}

TEST_CASE("a grumble in a burst speaks for it less than what people mind") {
  for (const int severity : {1, 3}) {
    Story story = two_quiet_months();
    for (int i = 0; i < 4; ++i) story.say(later + hours{10 * i}, Theme::call_bell, severity);
    CHECK(story.opened() == (severity == 3 ? 1 : 0));
  }
}

TEST_CASE("a clock that was stepped back does no harm") {
  Story story = two_quiet_months();
  story.say(later, Theme::abuse, 4, "oak", 0, later);
  story.say(later + hours{1}, Theme::abuse, 3, "oak", 0, later - days{2});
  CHECK(story.last.posts == 2);
  CHECK(story.opened() == 1);
}
