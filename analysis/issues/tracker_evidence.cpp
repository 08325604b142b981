#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

#include "analysis/issues/tracker.hpp"

// What speaks for an issue: the part of the tracker that weighs.

namespace barometer {

namespace {

using std::chrono::days;

// Days. Each is twice the one before, so that no length of trouble is tried more often than another; whole weeks from the third on.
constexpr std::array windows = {2, 4, 7, 14, 28, 56};
constexpr int burst_at_most = 14;                       // a longer window is a slow burn's
constexpr double bursts = 4;                            // windows
constexpr double slow_burns = windows.size() - bursts;  // likewise
constexpr days week{7};
constexpr double prior_worth = 1;       // people: how far places and themes differ from what is usual of either
constexpr double certain_at_most = 60;  // people: rates drift
constexpr double least_measured = 7;    // days
// Where something has begun, people mind it: of mild grumbles there are as many as ever.
constexpr Severities begun = {0, 0.05, 0.45, 0.45, 0.05};

double in_days(UtcTime::duration length) { return std::chrono::duration<double, days::period>(length).count(); }

// The times that spells cover: a busy place has had hundreds of them, most of which overlap.
class LeftOut {
 public:
  // Spells by their begin; people of whole days, those before `oldest` left aside.
  LeftOut(const std::vector<UnusualSpell>& spells, const DayTotals& people, int oldest) {
    for (const UnusualSpell& spell : spells) {
      if (!spans_.empty() && spell.from <= spans_.back().to)
        spans_.back().to = std::max(spans_.back().to, spell.to);
      else
        spans_.push_back({.from = spell.from, .to = spell.to});
    }
    for (Span& span : spans_) {
      constexpr std::chrono::hours noon{12};
      span.first_day = std::max(oldest, day_of(span.from - noon - UtcTime::duration{1}) + 1);
      span.end_day = day_of(span.to - noon) + 1;
      span.people = people.between(span.first_day, span.end_day);
      people_ += span.people;
    }
    next_ = spans_.size();
  }
  // Calls `each` with the runs of rows [first, last) that are not left out, the latest first. Rows of the next call come before.
  template <typename Each>
  void each_run(const SpokenRows& rows, std::size_t first, std::size_t last, const Each& each) {
    while (last > first) {
      const UtcTime latest = rows.made_at(last - 1);
      while (next_ > 0 && spans_[next_ - 1].from > latest) --next_;
      if (next_ == 0) return each(rows.spoken(first, last));
      const Span& span = spans_[next_ - 1];
      const std::size_t apart = std::max(first, span.to < latest ? rows.until(span.to) : rows.before(span.from));
      if (span.to < latest) each(rows.spoken(apart, last));
      last = apart;
    }
  }
  double days_within(UtcTime from, UtcTime to) const {
    double sum = 0;
    for (auto span = spans_.rbegin(); span != spans_.rend() && span->to > from; ++span)
      sum += std::max(0.0, in_days(std::min(span->to, to) - std::max(span->from, from)));
    return sum;
  }
  // People before that day, on days whose noon is left out.
  int people_before(int day, const DayTotals& people) const {
    int sum = people_;
    for (auto span = spans_.rbegin(); span != spans_.rend() && span->end_day > day; ++span)
      sum -= span->people - people.between(span->first_day, std::min(span->end_day, day));
    return sum;
  }

 private:
  struct Span {
    UtcTime from = {};
    UtcTime to = {};
    int first_day = 0;  // days whose noon is within; none if they end before
    int end_day = 0;
    int people = 0;
  };
  std::vector<Span> spans_;  // in order, apart from each other
  int people_ = 0;           // of all
  std::size_t next_ = 0;     // each_run() has come down to here
};

// The worst that each voice of a window said; voices by their numbers.
class WorstOfVoice {
 public:
  explicit WorstOfVoice(std::size_t voices) : above_(voices) {}
  void hear(Spoken spoken, Signs& signs) {
    std::uint8_t& above = above_[spoken.voice()];
    const std::uint8_t severity = spoken.severity();
    if (above > severity) return;
    if (above > 0) signs.remove(above - 1);
    signs.add(severity);
    above = severity + 1;
  }

 private:
  std::vector<std::uint8_t> above_;  // one more than the worst; 0: not heard
};

}  // namespace

std::optional<Evidence> IssueTracker::unusual(const Key& key, const Track& track,
                                              const std::vector<UnusualSpell>& spells) const {
  const UtcTime now = now_;
  Signs signs(background_.severities_of(key.theme), begun);
  WorstOfVoice worst(track.spoken.voices());
  const int oldest = day_of(now - counted);
  LeftOut left_out(spells, track.people, oldest);
  std::size_t later = track.spoken.until(now);
  const UtcTime since = std::max(*began_, now - counted);
  std::vector<double> surprises;
  Evidence best{.surprise = -1};
  for (const int length : windows) {
    const UtcTime from = now - days{length};
    if (from - since < settings_.warm_up) break;
    const std::size_t first = track.spoken.until(from);
    left_out.each_run(track.spoken, first, later, [&](std::span<const Spoken> run) {
      for (const Spoken spoken : run) worst.hear(spoken, signs);
    });
    later = first;
    if (signs.people() < settings_.least_voices) continue;
    const int people = track.people.between(oldest, day_of(from)) - left_out.people_before(day_of(from), track.people);
    const double listened = std::max(in_days(from - *began_) - background_.lost_days(*began_, from), 1.0);
    const double usual = background_.usual(key.theme, {key.place, key.tag}, day_of(from), listened);
    const double past = in_days(from - since) - left_out.days_within(since, from) - background_.lost_days(since, from);
    const double lately =
        background_.days_of_week(from, now) - left_out.days_within(from, now) - background_.lost_days(from, now);
    const double open_days = std::max(lately, 0.5);
    const Rate rate = learnt(usual, prior_worth, people, std::max(past, least_measured), certain_at_most);
    const double surprise = signs.surprise(rate, open_days);
    // Of each kind the mean over its windows; what speaks for either is added up, so that four windows of days do not outvote two of weeks.
    surprises.push_back(surprise - std::log(length > burst_at_most ? slow_burns : bursts));
    if (surprise <= best.surprise) continue;
    best = {.voices = signs.people(),
            .expected = rate.a_day() * open_days,
            .window = days{length},
            .chance = chance_of(signs.people(), rate, open_days),
            .surprise = surprise,
            .blind = background_.longest_blind(from, now)};
  }
  if (surprises.empty() || best.voices == 0) return std::nullopt;
  best.surprise = log_mean(surprises, 1);
  return best;
}

void IssueTracker::note_unusual(Track& track, const UnusualSpell& spell) {
  const auto later = [](UtcTime from, const UnusualSpell& one) { return from < one.from; };
  track.unusual.insert(std::upper_bound(track.unusual.begin(), track.unusual.end(), spell.from, later), spell);
}

// A key of which very many speak is not weighed at each post, or the cost of a post would grow with their number: thirty-two times in the
// shortest window at least, so that between two weighings comes no more than a thirty-second of what that window holds. The posts of its day
// decide, which a restart does not change.
bool IssueTracker::to_be_weighed(const Track& track) const {
  constexpr std::size_t often_enough = 32;
  const std::size_t all = track.spoken.until(now_);
  const std::size_t lately = all - track.spoken.before(now_ - days{windows.front()});
  const std::size_t today = all - track.spoken.before(std::chrono::floor<days>(now_));
  return today % std::max<std::size_t>(lately / often_enough, 1) == 0;
}

// The time that counts as unusual lasts until then; of an issue's theme, the latest.
void IssueTracker::lasts(Track& track, Issue& issue, Theme theme, UtcTime until) {
  const auto of_theme = [theme](const UnusualSpell& spell) { return spell.theme == theme; };
  const auto spell = std::find_if(issue.spells.rbegin(), issue.spells.rend(), of_theme);
  if (spell == issue.spells.rend()) return;
  for (UnusualSpell& one : track.unusual)
    if (one.from == spell->from) one.to = until;
  spell->to = until;
}

// What speaks for an issue by now, its spell that goes on held against what was before.
std::optional<Evidence> IssueTracker::still_unusual(const Key& key, const Track& track, const Issue& issue) const {
  auto before = track.unusual;
  const auto goes_on = std::find_if(issue.spells.rbegin(), issue.spells.rend(),
                                    [&key](const UnusualSpell& spell) { return spell.theme == key.theme; });
  if (goes_on != issue.spells.rend())
    std::erase_if(before, [goes_on](const UnusualSpell& spell) { return spell.from == goes_on->from; });
  return unusual(key, track, before);
}

// Whether what was heard in the last week is as usual again; that week then counts as usual. Not within a week of having been told of: an
// issue that came back would end with its next post, and come back with the next grave one, over and over.
bool IssueTracker::calm(const Key& key, Track& track, Issue& issue) const {
  const UtcTime told = issue.escalated_at.empty() ? issue.opened_at : issue.escalated_at.back();
  if (now_ - told <= std::max<std::chrono::hours>(issue.evidence.window, week)) return false;
  if (!to_be_weighed(track)) return false;
  lasts(track, issue, key.theme, now_ - week);
  const auto evidence = unusual(key, track, track.unusual);
  if (!evidence || evidence->surprise < settings_.calm) return true;
  lasts(track, issue, key.theme, now_);
  return false;
}

}  // namespace barometer
