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
    one.unanswered_since = unanswered_since;
    take(tracker_.hear(one, repeats));
  }
  // So many posts a day about that place, the first so many of them negative; none raises a concern.
  void moods(UtcTime from, int length, int negative, int others, const std::string& place = "oak") {
    for (int day = 0; day < length; ++day)
      for (int i = 0; i < negative + others; ++i) {
        const UtcTime at = from + days{day} + std::chrono::minutes{i};
        take(tracker_.hear_tone(i < negative ? Tone::negative : Tone::other, place, "nhssm", at, at));
      }
  }
  // So many a month, spread evenly over the days from `from`.
  void usually(UtcTime from, int length, Theme theme, double a_month, const std::string& place = "oak",
               int severity = 1) {
    const double step = 30.0 / a_month;
    for (double day = step / 2; day < length; day += step)
      say(from + hours{static_cast<int>(day * 24)}, theme, severity, place);
  }
  void take(const IssueTracker::Step& step) {
    for (const std::string& id : step.touched)
      if (const Issue* const issue = tracker_.find(id)) last = *issue;
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
  std::optional<UtcTime> unanswered_since = {};

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

TEST_CASE("an issue that came back lasts for a week, and does not come and go with each post") {
  Story story = two_quiet_months();
  story.say(later, Theme::abuse, 4);
  story.say(later + days{14}, Theme::abuse, 4);
  const std::vector<std::string> back{"opened red_flag", "closed red_flag", "escalated red_flag"};
  REQUIRE(story.changes == back);
  for (int day = 15; day < 21; ++day) story.say(later + days{day}, Theme::abuse, day % 2 == 0 ? 4 : 1);
  CHECK(story.changes == back);
  story.take(story.tracker().advance(later + days{40}));
  CHECK(story.changes.back() == "closed red_flag");
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
  story.tracker().blind("feed", later, {{later - hours{60}, later - hours{44}}, {later + hours{2}, later + hours{6}}});
  for (int i = 0; i < 5; ++i) story.say(later + hours{6 * i}, Theme::call_bell, 3);
  REQUIRE(story.opened() == 1);
  CHECK(story.last.evidence.window == hours{48});
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

TEST_CASE("one complaint without an answer is an entry, which tells since when, ages, and takes others in") {
  Story story = two_quiet_months();
  story.unanswered_since = begin - days{30};
  story.say(later, Theme::complaint_ignored, 2);
  REQUIRE(story.changes == std::vector<std::string>{"opened unanswered"});
  CHECK(story.last.unanswered_since == begin - days{30});
  story.unanswered_since = begin - days{90};
  story.say(later + days{20}, Theme::complaint_ignored, 2);
  CHECK(story.opened() == 1);
  CHECK(story.last.unanswered_since == begin - days{90});
  CHECK(story.last.voices == 2);
  CHECK(story.last.state_at(later + days{40}) != IssueState::closed);
  story.take(story.tracker().advance(later + days{81}));
  CHECK(story.last.closed_at.has_value());
}

TEST_CASE("a complaint without an answer counts beside a graver concern of the same post, and under one place only") {
  Story story = two_quiet_months();
  story.unanswered_since = later;
  story.say(later, Theme::complaint_ignored, 2, "oak");
  story.say(later, Theme::complaint_ignored, 2, "birch");
  CHECK(story.opened() == 2);
  Story other;
  Utterance post{.made_at = later, .heard_at = later, .voice = 7, .place = "oak", .tag = "nhssm", .source = "feed"};
  post.concerns = {{Theme::pain, 3, "rule"}, {Theme::complaint_ignored, 2, "rule"}};
  post.unanswered_since = later;
  other.take(other.tracker().hear(post, std::nullopt));
  CHECK(other.changes == std::vector<std::string>{"opened unanswered"});
  other.take(other.tracker().retract(post, {other.last.id}));
  CHECK(other.last.posts == 0);
}

TEST_CASE("where one complaint was left without an answer, many more are told again, as one issue") {
  Story story = two_quiet_months();
  story.unanswered_since = later - days{40};
  for (int i = 0; i < 6; ++i) story.say(later + hours{10 * i}, Theme::complaint_ignored, 3);
  CHECK(story.opened() == 1);
  CHECK(story.last.kind == IssueKind::unanswered);
  CHECK(story.last.escalated_at.size() == 1);
  CHECK(story.last.evidence.voices >= 3);
}

TEST_CASE(
    "many accounts that say the same within the hour are shown as coordinated; people in their own words are not") {
  Story campaign = two_quiet_months();
  campaign.sketch = sketch_of("the staff on oak ward pinched my aunt and they all laughed at her when she cried");
  for (int i = 0; i < 4; ++i) campaign.say(later + std::chrono::minutes{i}, Theme::abuse, 4);
  CHECK_FALSE(campaign.last.coordinated);
  for (int i = 4; i < 8; ++i) campaign.say(later + std::chrono::minutes{i}, Theme::abuse, 4);
  CHECK(campaign.last.coordinated);
  CHECK(campaign.last.voices == 1);
  Story people = two_quiet_months();
  const char* texts[] = {"nine hours in that corridor with my mum and not one drink of water",
                         "why was my husband sent to a chair in the hall all night long",
                         "we came at noon and it is past ten now and nobody has looked at him",
                         "trolley after trolley down both sides, a woman crying the whole time",
                         "she is eighty and they left her by the doors in the cold until three",
                         "my lad has a broken wrist and has been told another seven hours"};
  for (int i = 0; i < 6; ++i) {
    people.sketch = sketch_of(texts[i]);
    people.say(later + std::chrono::minutes{10 * i}, Theme::waiting, 3);
  }
  CHECK(people.opened() == 1);
  CHECK_FALSE(people.last.coordinated);
}

TEST_CASE("reposts of one post, however many, are not coordinated") {
  Story story = two_quiet_months();
  story.sketch = sketch_of("the staff on oak ward pinched my aunt and they all laughed at her when she cried");
  story.say(later, Theme::abuse, 4);
  story.repeats = PostHash{'o'};
  for (int i = 0; i < 30; ++i) story.say(later + std::chrono::minutes{i}, Theme::abuse, 4);
  CHECK_FALSE(story.last.coordinated);
}

TEST_CASE("a larger share of negative posts than a place ever had is a change of direction, with what it is about") {
  Story story = two_quiet_months();
  story.moods(begin, 60, 1, 9);
  CHECK(story.opened() == 0);
  story.say(later + hours{1}, Theme::attitude, 2);
  story.moods(later, 20, 4, 6);
  REQUIRE(story.opened() == 1);
  CHECK(story.last.kind == IssueKind::direction);
  CHECK(story.last.theme == Theme::attitude);
  CHECK(story.last.place == "oak");
  CHECK(story.last.evidence.heard > story.last.evidence.voices);
  CHECK(story.last.evidence.voices > 2 * story.last.evidence.expected);
}

TEST_CASE("more posts of the same mood, few posts, and a past that is not known are no change of direction") {
  Story more = two_quiet_months();
  more.moods(begin, 60, 1, 9);
  more.say(later, Theme::attitude, 2);
  more.moods(later, 20, 8, 72);
  CHECK(more.opened() == 0);
  Story few = two_quiet_months();
  few.moods(begin, 60, 1, 9);
  few.say(later, Theme::attitude, 2);
  few.moods(later, 7, 1, 0);
  CHECK(few.opened() == 0);
  Story fresh = two_quiet_months();
  fresh.say(later, Theme::attitude, 2);
  fresh.moods(later, 20, 4, 6);
  CHECK(fresh.opened() == 0);
}

TEST_CASE("a post that claims to be of another century takes nothing from what is known of the past") {
  Story story = two_quiet_months();
  story.moods(begin, 60, 1, 9);
  const UtcTime claimed{std::chrono::sys_days{std::chrono::year{9998} / 1 / 1}};
  story.say(claimed, Theme::pain, 2, "oak", 0, later);
  story.take(story.tracker().hear_tone(Tone::negative, "oak", "nhssm", claimed, later));
  CHECK(story.opened() == 0);
  story.say(later + hours{1}, Theme::attitude, 2);
  story.moods(later, 20, 4, 6);
  REQUIRE(story.opened() == 1);
  CHECK(story.last.kind == IssueKind::direction);
}

TEST_CASE("a red flag and a turn of mood that rest on one post are two issues, each with a life of its own") {
  Story story = two_quiet_months();
  story.moods(begin, 60, 1, 9, "elm");
  story.moods(later, 14, 4, 6, "elm");
  CHECK(story.opened() == 0);  // a mood without a matter
  story.say(later + days{14}, Theme::attitude, 4, "elm");
  const std::string red_flag = story.last.id;
  story.moods(later + days{14} + hours{1}, 2, 4, 6, "elm");
  REQUIRE(story.changes.back() == "opened direction");
  CHECK(story.last.id != red_flag);
  story.take(story.tracker().advance(later + days{90}));
  story.say(later + days{91}, Theme::attitude, 4, "elm");
  CHECK(story.changes.back() == "opened red_flag");
}

TEST_CASE("praise that falls silent turns the direction, and praise that is loud cancels no concern") {
  Story silent = two_quiet_months();
  silent.moods(begin, 60, 1, 9);
  silent.say(later, Theme::attitude, 2);
  silent.moods(later, 30, 1, 1);
  CHECK(silent.opened() == 1);
  Story loud = two_quiet_months();
  loud.moods(begin, 60, 1, 9);
  loud.moods(later, 5, 0, 500);
  for (int i = 0; i < 5; ++i) loud.say(later + hours{10 * i}, Theme::call_bell, 3);
  CHECK(loud.opened() == 1);
}

TEST_CASE("a merged issue takes in what the other would have, and ends with it") {
  Story story = two_quiet_months();
  std::vector<std::string> ids;
  for (const char* place : {"oak", "birch"}) {
    for (int i = 0; i < 5; ++i) story.say(later + hours{10 * i}, Theme::call_bell, 3, place);
    ids.push_back(story.last.id);
  }
  const auto merged = story.tracker().merge(ids[0], ids[1], {}, later + days{3});
  REQUIRE(merged.has_value());
  story.take(*merged);
  CHECK(story.last.merged_into == ids[0]);
  CHECK(story.last.state_at(later) == IssueState::merged);
  story.say(later + days{3}, Theme::call_bell, 3, "birch");
  CHECK(story.opened() == 2);
  CHECK_FALSE(story.tracker().merge(ids[0], ids[1], {}, later + days{3}).has_value());
  CHECK_FALSE(story.tracker().merge(ids[1], ids[0], {}, later + days{3}).has_value());
  CHECK_FALSE(story.tracker().merge(ids[0], ids[0], {}, later + days{3}).has_value());
  CHECK_FALSE(story.tracker().merge(ids[0], "none", {}, later + days{3}).has_value());
  const auto ended = story.tracker().advance(later + days{40});
  REQUIRE(ended.changes.size() == 1);
  CHECK(ended.changes.front().issue.id == ids[0]);
  CHECK(ended.touched == std::vector{ids[1]});  // with it, and nobody is told
}

TEST_CASE("what is split off an issue is one of its own, and the rest says only what its posts say") {
  Story story = two_quiet_months();
  for (int i = 0; i < 5; ++i) story.say(later + hours{10 * i}, Theme::call_bell, 3);
  const Issue whole = story.last;
  using Post = IssueTracker::PostOfIssue;
  const Post first{.post = {1}, .made_at = later, .heard_at = later, .voice = 1, .severity = 3, .source = "a"};
  const Post second{
      .post = {2}, .made_at = later + hours{1}, .heard_at = later, .voice = 2, .severity = 2, .source = "b"};
  CHECK_FALSE(story.tracker().split(whole.id, {}, {first, second}, later + days{3}).has_value());
  CHECK_FALSE(story.tracker().split(whole.id, {first, second}, {}, later + days{3}).has_value());
  const auto parts = story.tracker().split(whole.id, {first}, {second}, later + days{3});
  REQUIRE(parts.has_value());
  REQUIRE(parts->changes.size() == 1);
  const Issue& part = parts->changes.front().issue;
  CHECK(parts->touched == std::vector{whole.id});
  const Issue& rest = *story.tracker().find(whole.id);
  CHECK(rest.posts == 1);
  CHECK(rest.sources == std::vector<std::string>{"a"});
  CHECK(part.id != whole.id);
  CHECK(part.severity == 2);
  CHECK(part.first_post_at == later + hours{1});
  CHECK(part.detector == "a person");
}

TEST_CASE("nights on which the clocks change, the 29th of February and bank holidays are days like others") {
  using std::chrono::sys_days;
  using std::chrono::year;
  for (const auto at : {
           sys_days{year{2026} / 3 / 29}, sys_days{year{2026} / 10 / 25}, sys_days{year{2028} / 2 / 29},
           sys_days{year{2026} / 4 / 3}, sys_days{year{2026} / 4 / 6},  // Easter
           sys_days{year{2026} / 5 / 4}, sys_days{year{2026} / 12 / 25},
           sys_days{year{2026} / 12 / 28},                                                              // a substitute
           sys_days{year{2027} / 1 / 1}, sys_days{year{2026} / 1 / 2}, sys_days{year{2026} / 11 / 30},  // Scotland
           sys_days{year{2026} / 3 / 17}, sys_days{year{2026} / 7 / 13},  // Northern Ireland
       }) {
    CAPTURE(at.time_since_epoch().count());
    std::vector<std::string> changes[2];
    for (const bool special : {true, false}) {
      const UtcTime night = special ? UtcTime{at} : UtcTime{sys_days{year{2026} / 6 / 10}};
      Story story;
      story.usually(night - days{60}, 60, Theme::waiting, 8, "infirmary");
      story.usually(night - days{60}, 60, Theme::pain, 2, "oak");
      for (int i = 0; i < 5; ++i)
        story.say(night - hours{1} + std::chrono::minutes{40 * i}, Theme::call_bell,
                  3);  // through the hour that is missing, or twice there
      changes[special ? 0 : 1] = story.changes;
    }
    CHECK(changes[0] == changes[1]);
    CHECK(changes[0].front() == "opened burst");
  }
}
