#include <algorithm>
#include <map>
#include <set>

#include "analysis/issues/tracker.hpp"

// What is seen otherwise than by the number of people: complaints without an answer, a change of direction, coordination.

namespace barometer {

namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr double turn = 2.5;               // how much more surprise it takes than for people who speak
constexpr double alike = 0.3;              // of texts, below that of a copy
constexpr hours within_the_hour{1};        // before or after
constexpr std::size_t least_accounts = 5;  // that say the same

}  // namespace

// The open issue of that kind of a key; null if there is none.
IssueTracker::Live* IssueTracker::open_of(IssueKind kind, const Key& key) {
  for (auto& [id, live] : live_)
    if (live.issue.kind == kind && !live.issue.closed_at && live.issue.theme == key.theme && is_at(live.issue, key))
      return &live;
  return nullptr;
}

// One is enough. It does not wait for others, who open an issue of their own kind, or escalate this one; and where one is open already, it
// is one more of its posts.
void IssueTracker::unanswered(const Key& key, Track& track, const Said& said, UtcTime since, const std::string& tag,
                              Step& step) {
  Live* live = track.open.empty() ? open_of(IssueKind::unanswered, key) : &live_.at(track.open);
  const bool fresh = live == nullptr;
  if (fresh) {
    live = &open(IssueKind::unanswered, key, said, tag);
    live->issue.evidence = {.voices = 1};
  }
  live = &whole_of(*live);
  join(*live, said, step);
  live->issue.unanswered_since = std::min(live->issue.unanswered_since.value_or(since), since);
  if (fresh) return tell(*live, IssueChange::opened, step);
  step.touched.push_back(live->issue.id);
}

// Whether many accounts say what `said` says, at about the same time: copies of one text, and texts that are nearly the same.
bool IssueTracker::coordinated(const Track& track, const Said& said) {
  std::size_t copies = 0;
  std::set<std::uint64_t> voices{said.voice};
  const SpokenRows& rows = track.spoken;
  const auto end = rows.until(said.made_at + within_the_hour);
  for (auto at = rows.before(said.made_at - within_the_hour); at < end; ++at) {
    if (rows.voice(at) == said.voice)
      copies += rows.copied(at) ? 1 : 0;
    else if (likeness(rows.sketch(at), said.sketch) >= alike)
      voices.insert(rows.voice(at));
  }
  return copies + voices.size() >= least_accounts;
}

// An issue in which those who say the same are at least as many as all whom it counts is shown as coordinated; a person decides what it is.
void IssueTracker::mark_coordinated(const Track& track, const Said& said, Step& step) {
  if (track.open.empty()) return;
  Live& live = whole_of(live_.at(track.open));
  if (live.issue.coordinated || !coordinated(track, said)) return;
  const SpokenRows& rows = track.spoken;
  std::uint64_t same = 0;
  for (std::size_t at = 0; at < rows.size(); ++at)
    same += (rows.voice(at) == said.voice && rows.copied(at)) || likeness(rows.sketch(at), said.sketch) >= alike;
  if (same < live.issue.voices) return;
  live.issue.coordinated = true;
  step.touched.push_back(live.issue.id);
}

IssueTracker::Step IssueTracker::hear_tone(Tone tone, const std::string& place, const std::string& tag, UtcTime made_at,
                                           UtcTime heard_at) {
  Step step;
  if (!began_ || made_at < *began_) return step;
  const Tones::Place where{place, place.empty() ? tag : std::string()};
  // Whatever it claims: what is counted ahead of its day would make the past old.
  const int day = day_of(std::min(made_at, heard_at));
  step.tones.push_back(tones_.count(where, day, tone));
  // Once a day, by what was heard until it began.
  if (tone == Tone::negative && step.tones.back().negative == 1 && day == day_of(heard_at))
    turn_of(where, tag, heard_at, step);
  return step;
}

void IssueTracker::turn_of(const Tones::Place& where, const std::string& tag, UtcTime now, Step& step) {
  const auto evidence = tones_.turned(where, day_of(now));
  if (!evidence || evidence->surprise < settings_.threshold + turn + (where.first.empty() ? settings_.nowhere : 0))
    return;
  const UtcTime from = now - evidence->window;
  // What is told already explains a darker mood.
  std::map<Theme, std::vector<Said>> complaints;
  for (const auto& [key, track] : tracks_) {
    if (key.place != where.first || key.tag != where.second) continue;
    for (const UnusualSpell& spell : track.unusual)
      if (spell.to > from && spell.to - spell.from > days{1}) return;
    const auto end = track.spoken.until(now);
    for (auto at = track.spoken.until(from); at < end; ++at) complaints[key.theme].push_back(track.spoken.row(at));
  }
  const auto most = std::max_element(complaints.begin(), complaints.end(),
                                     [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
  if (most == complaints.end()) return;  // a mood without a matter: nobody could look into it
  for (auto& [id, live] : live_)
    if (live.issue.kind == IssueKind::direction && live.issue.place == where.first &&
        (!where.first.empty() || live.issue.tag == where.second))
      return;  // told, and not long ago
  const Key key{most->first, where.first, where.second};
  now_ = std::max(now_, now);
  Live& live = open(IssueKind::direction, key, most->second.back(), tag);
  live.issue.evidence = *evidence;
  live.issue.evidence.blind = background_.longest_blind(from, now);
  for (const auto& [theme, posts] : complaints)
    for (const Said& said : posts) join(live, said, step);
  tell(live, IssueChange::opened, step);
}

}  // namespace barometer
