#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

#include "analysis/issues/tracker.hpp"

// What speaks for an issue: the part of the tracker that weighs.

namespace barometer {

namespace {

using std::chrono::days;

constexpr std::array<int, 10> windows = {1, 2, 3, 5, 7, 10, 14, 21, 35, 56};  // days
constexpr int burst_at_most = 14;                                             // a longer window is a slow burn's
constexpr double bursts = 7;                                                  // windows
constexpr double slow_burns = windows.size() - bursts;                        // likewise
constexpr days week{7};
constexpr double prior_worth = 1;       // people: how far places and themes differ from what is usual of either
constexpr double certain_at_most = 60;  // people: rates drift
constexpr double least_measured = 7;    // days
// Where something has begun, people mind it: of mild grumbles there are as many as ever.
constexpr Severities begun = {0, 0.05, 0.45, 0.45, 0.05};

double in_days(UtcTime::duration length) { return std::chrono::duration<double, days::period>(length).count(); }

// The times that spells cover, asked of moments that go back: a busy place has had hundreds of spells, most of which overlap, and each
// post of a window is held against them.
class LeftOut {
 public:
  explicit LeftOut(const std::vector<UnusualSpell>& spells) {
    for (const UnusualSpell& spell : spells) spans_.emplace_back(spell.from, spell.to);
    std::sort(spans_.begin(), spans_.end());
    std::size_t kept = 0;
    for (const auto& [from, to] : spans_) {
      if (kept > 0 && from <= spans_[kept - 1].second)
        spans_[kept - 1].second = std::max(spans_[kept - 1].second, to);
      else
        spans_[kept++] = {from, to};
    }
    spans_.resize(kept);
  }
  // `time` is no later than that of the call before.
  bool covers(UtcTime time) {
    while (!spans_.empty() && time < spans_.back().first) spans_.pop_back();
    return !spans_.empty() && time <= spans_.back().second;
  }

 private:
  std::vector<std::pair<UtcTime, UtcTime>> spans_;  // in order, apart from each other
};

// Days that spells cover within [from, to).
double covered(const std::vector<UnusualSpell>& spells, UtcTime from, UtcTime to) {
  double sum = 0;
  for (const UnusualSpell& spell : spells)
    sum += std::max(0.0, in_days(std::min(spell.to, to) - std::max(spell.from, from)));
  return sum;
}

// The worst that each voice of a window said. A window of a busy key holds thousands of posts and is gone through at each new one, so
// this is a table by the voice's number, which is a hash.
class WorstOfVoice {
 public:
  explicit WorstOfVoice(std::size_t most_voices)
      : voices_(std::bit_ceil(2 * most_voices + 1)), worst_(voices_.size(), none) {}
  // What is noted of a voice; that severity, and true, if it was not heard before.
  std::pair<std::uint8_t&, bool> of(std::uint64_t voice, std::uint8_t severity) {
    for (std::size_t at = voice;; ++at) {
      const std::size_t slot = at & (voices_.size() - 1);
      const bool fresh = worst_[slot] == none;
      if (!fresh && voices_[slot] != voice) continue;
      if (fresh) voices_[slot] = voice, worst_[slot] = severity;
      return {worst_[slot], fresh};
    }
  }

 private:
  static constexpr std::uint8_t none = 255;
  std::vector<std::uint64_t> voices_;
  std::vector<std::uint8_t> worst_;  // apart, so that the table stays near the processor
};

}  // namespace

std::vector<int> IssueTracker::people_up_to(const Track& track, const std::vector<UnusualSpell>& spells) {
  LeftOut left_out(spells);
  const std::size_t all = track.voices_of_day.size();
  std::vector<int> sums(all + 1);
  for (std::size_t at = all; at-- > 0;) {
    const auto& [day, voices] = track.voices_of_day[at];
    sums[at + 1] = left_out.covers(UtcTime{days{day}} + std::chrono::hours{12}) ? 0 : voices;
  }
  std::partial_sum(sums.begin(), sums.end(), sums.begin());
  return sums;
}

std::optional<Evidence> IssueTracker::unusual(const Key& key, const Track& track,
                                              const std::vector<UnusualSpell>& spells) const {
  const UtcTime now = now_;
  Signs signs(background_.severities_of(key.theme), begun);
  WorstOfVoice worst(track.said.size());
  const auto people_up_to_day = people_up_to(track, spells);
  LeftOut left_out(spells);
  auto next = std::upper_bound(track.said.begin(), track.said.end(), now,
                               [](UtcTime time, const Said& one) { return time < one.made_at; });
  const UtcTime since = std::max(*began_, now - counted);
  std::vector<double> surprises;
  Evidence best{.surprise = -1};
  for (const int length : windows) {
    const UtcTime from = now - days{length};
    if (from - since < settings_.warm_up) break;
    for (; next != track.said.begin() && std::prev(next)->made_at > from; --next) {
      const Said& said = *std::prev(next);
      if (left_out.covers(said.made_at)) continue;
      const auto [severity, fresh] = worst.of(said.voice, said.severity);
      if (fresh) signs.add(said.severity);
      if (fresh || severity >= said.severity) continue;
      signs.remove(severity);
      signs.add(severity = said.severity);
    }
    if (signs.people() < settings_.least_voices) continue;
    const auto first_day = std::lower_bound(track.voices_of_day.begin(), track.voices_of_day.end(), day_of(from),
                                            [](const DayCount& one, int day) { return one.day < day; });
    const double people = people_up_to_day[static_cast<std::size_t>(first_day - track.voices_of_day.begin())];
    const double listened = std::max(in_days(from - *began_) - background_.lost_days(*began_, from), 1.0);
    const double usual = background_.usual(key.theme, {key.place, key.tag}, day_of(from), listened);
    const double past = in_days(from - since) - covered(spells, since, from) - background_.lost_days(since, from);
    const double lately =
        background_.days_of_week(from, now) - covered(spells, from, now) - background_.lost_days(from, now);
    const double open_days = std::max(lately, 0.5);
    const Rate rate = learnt(usual, prior_worth, people, std::max(past, least_measured), certain_at_most);
    const double surprise = signs.surprise(rate, open_days);
    // Of each kind the mean over its windows; what speaks for either is added up, so that seven windows of days do not outvote three of weeks.
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

// Whether what was heard in the last week is as usual again; that week then counts as usual.
bool IssueTracker::calm(const Key& key, Track& track, Issue& issue) const {
  if (now_ - issue.opened_at <= std::max<std::chrono::hours>(issue.evidence.window, week)) return false;
  lasts(track, issue, key.theme, now_ - week);
  const auto evidence = unusual(key, track, track.unusual);
  if (!evidence || evidence->surprise < settings_.calm) return true;
  lasts(track, issue, key.theme, now_);
  return false;
}

}  // namespace barometer
