#include "analysis/issues/tracker.hpp"

#include <algorithm>
#include <cstring>

#include <xxhash.h>

#include "analysis/theme_set.hpp"

namespace barometer {

namespace {

using std::chrono::days;

constexpr days burst_at_most{14};  // a longer window is a slow burn's
constexpr days copies_within{30};
constexpr double copy_likeness = 0.5;
constexpr double growth = 3;  // of the surprise, to tell of an issue again: twenty times as much speaks for it
constexpr std::string_view detector = "gamma-poisson 5";

std::uint64_t number_of(const PostHash& post) {
  std::uint64_t number = 0;
  std::memcpy(&number, post.data(), sizeof number);
  return number;
}

// The day on which a post counts: whatever it claims, it was made before it was heard.
int day_counted(const Utterance& heard) { return day_of(std::min(heard.made_at, heard.heard_at)); }

template <typename T>
void add_once(std::vector<T>& list, const T& one) {
  if (std::find(list.begin(), list.end(), one) == list.end()) list.push_back(one);
}

}  // namespace

std::uint64_t voice_number(std::string_view platform, std::string_view author) {
  const std::string both = std::string(platform).append(1, '\0').append(author);
  return XXH3_64bits(both.data(), both.size());
}

IssueTracker::IssueTracker(TrackerSettings settings) : settings_(settings) {}

IssueTracker::Key IssueTracker::key_of(const Utterance& heard, Theme theme) {
  return {theme, heard.place, heard.place.empty() ? heard.tag : std::string()};
}

IssueTracker::Key IssueTracker::key_of(const Issue& issue, Theme theme) {
  return {theme, issue.place, issue.place.empty() ? issue.tag : std::string()};
}

bool IssueTracker::is_at(const Issue& issue, const Key& key) {
  return issue.place == key.place && (!key.place.empty() || issue.tag == key.tag);
}

const Issue* IssueTracker::find(const std::string& id) const {
  const auto found = live_.find(id);
  return found == live_.end() ? nullptr : &found->second.issue;
}

std::uint32_t IssueTracker::origin(const std::string& rule, const std::string& source) {
  const auto [known, is_new] = origins_.emplace(std::pair{rule, source}, static_cast<std::uint32_t>(origins_.size()));
  if (is_new) origin_of_.push_back(&known->first);
  return known->second;
}

// Whom a post repeats is looked for where its worst concern counts: a copy raises the same concern.
std::optional<std::uint64_t> IssueTracker::repeated_by(const Utterance& heard,
                                                       const std::optional<PostHash>& repeats) const {
  const auto found = tracks_.find(key_of(heard, heard.concerns.front().theme));
  if (found == tracks_.end()) return std::nullopt;
  const SpokenRows& rows = found->second.spoken;
  for (std::size_t at = rows.size(); at-- > 0 && heard.made_at - rows.made_at(at) < copies_within;)
    if ((repeats && rows.post(at) == *repeats) || likeness(rows.sketch(at), heard.sketch) >= copy_likeness)
      return rows.voice(at);
  return std::nullopt;
}

// That a complaint has no answer counts whatever else is said, since it is told for itself.
bool IssueTracker::counts(const Utterance& heard, std::size_t concern) const {
  return concern < settings_.most_themes ||
         (heard.unanswered_since && heard.concerns[concern].theme == Theme::complaint_ignored);
}

bool IssueTracker::speaks_on(const Track& track, int day, std::uint64_t voice) {
  const SpokenRows& rows = track.spoken;
  const auto end = rows.before(UtcTime{days{day + 1}});
  for (auto at = rows.before(UtcTime{days{day}}); at < end; ++at)
    if (rows.voice(at) == voice) return true;
  return false;
}

Said IssueTracker::note(const Key& key, Track& track, const Utterance& heard, const Utterance::Concern& concern) {
  forget_old(track);
  const int day = day_counted(heard);
  const bool spoke = speaks_on(track, day, heard.voice);
  if (!spoke && heard.made_at >= *began_) {
    track.people.add(day, 1);
    background_.spoke(key.theme, {key.place, key.tag}, day, 1);
  }
  background_.said(key.theme, heard.source, concern.severity, 1);
  const Said said{.post = heard.post,
                  .made_at = heard.made_at,
                  .heard_at = heard.heard_at,
                  .voice = heard.voice,
                  .severity = concern.severity,
                  .origin = origin(concern.rule, heard.source),
                  .copied = heard.copied,
                  .sketch = heard.sketch};
  track.spoken.insert(said);
  return said;
}

void IssueTracker::forget_old(Track& track) {
  track.spoken.forget(now_ - remembered, now_ - copies_within);
  track.people.forget_before(day_of(now_ - counted));
  std::erase_if(track.unusual, [this](const UnusualSpell& spell) { return spell.to < now_ - counted; });
}

IssueTracker::Step IssueTracker::hear(Utterance& heard, const std::optional<PostHash>& repeats) {
  if (!began_) began_ = heard.heard_at;
  Step step = advance(heard.heard_at);
  const auto first = repeated_by(heard, repeats);
  heard.copied = first && !repeats && *first != heard.voice;
  if (first)
    heard.voice = *first;
  else if (repeats)
    heard.voice = number_of(*repeats);
  for (std::size_t i = 0; i < heard.concerns.size(); ++i) {
    if (!counts(heard, i)) continue;
    const Key key = key_of(heard, heard.concerns[i].theme);
    Track& track = tracks_[key];
    const Said said = note(key, track, heard, heard.concerns[i]);
    watch(key, track, said, heard.tag, step);
    if (heard.unanswered_since && key.theme == Theme::complaint_ignored)
      unanswered(key, track, said, *heard.unanswered_since, heard.tag, step);
    mark_coordinated(track, said, step);
  }
  return step;
}

void IssueTracker::watch(const Key& key, Track& track, const Said& said, const std::string& tag, Step& step) {
  if (!track.open.empty()) return follow(key, track, said, step);
  constexpr int red_flag = 4;
  const auto evidence = to_be_weighed(track) ? unusual(key, track, track.unusual) : std::nullopt;
  double threshold = settings_.threshold + (key.place.empty() ? settings_.nowhere : 0);
  if (evidence && evidence->voices == settings_.least_voices) threshold += settings_.few;
  if (evidence && evidence->surprise >= threshold && returning(key) != nullptr) threshold += settings_.again;
  if (evidence && evidence->surprise >= threshold)
    rise(key, track, *evidence, now_ - evidence->window, said, tag, step);
  else if (said.severity >= red_flag)
    rise(key, track, {.voices = 1, .chance = 1}, said.made_at - std::chrono::milliseconds{1}, said, tag, step);
}

// One more post of what is known already. Where that was merged by order, its time stays its own, and the whole is what is told of.
void IssueTracker::follow(const Key& key, Track& track, const Said& said, Step& step) {
  Live& part = live_.at(track.open);
  Live& live = whole_of(part);
  const int graver = live.issue.severity;
  join(live, said, step);
  lasts(track, part.issue, key.theme, now_);
  constexpr int red_flag = 4;
  constexpr std::uint64_t least_growth = 5;
  const std::uint64_t told = live.issue.told_voices;
  if (graver < red_flag && live.issue.severity >= red_flag) return tell(live, IssueChange::escalated, step);
  if (live.issue.voices >= std::max(2 * told, told + least_growth)) {
    const auto evidence = still_unusual(key, track, part.issue);
    if (evidence && evidence->surprise >= live.issue.evidence.surprise + growth) {
      live.issue.evidence = *evidence;
      return tell(live, IssueChange::escalated, step);
    }
  }
  if (calm(key, track, part.issue)) return close(part, now_, step);
  step.touched.push_back(live.issue.id);
  if (&part != &live) step.touched.push_back(part.issue.id);  // its time goes on
}

// Something is beyond the usual since `from`: a new issue, one that comes back, or one more side of an open one.
void IssueTracker::rise(const Key& key, Track& track, Evidence evidence, UtcTime from, const Said& said,
                        const std::string& tag, Step& step) {
  const bool alone = evidence.window.count() == 0;
  Live* live = kindred(key, track, from);
  std::optional<IssueChange> what;  // to tell of
  if (live == nullptr && (live = returning(key)) != nullptr) what = IssueChange::escalated;
  if (live == nullptr) {
    const auto kind = alone                              ? IssueKind::red_flag
                      : evidence.window <= burst_at_most ? IssueKind::burst
                                                         : IssueKind::slow_burn;
    live = &open(kind, key, said, tag);
    what = IssueChange::opened;
  }
  // What one person's complaint had opened, and more people now say.
  if (!what && !alone && live->issue.kind == IssueKind::unanswered && live->issue.evidence.window.count() == 0)
    what = IssueChange::escalated;
  constexpr int red_flag = 4;
  const bool graver = live->issue.severity < red_flag && said.severity >= red_flag;
  if (what) live->issue.evidence = evidence;
  live->issue.closed_at.reset();
  nothing_ends_before_ = {};
  track.open = live->issue.id;
  attach(live->issue);
  live->issue.spells.push_back({key.theme, from, now_});
  note_unusual(track, {key.theme, from, now_});
  const auto known = live->posts_of_voice;  // whose posts it has already, if it is not new
  const SpokenRows& rows = track.spoken;
  const auto end = rows.until(now_);
  for (auto at = rows.until(from); at < end; ++at)
    if (rows.post(at) == said.post || !known.contains(rows.voice(at))) join(*live, rows.row(at), step);
  if (!what && graver) what = IssueChange::escalated;
  if (what)
    tell(*live, *what, step);
  else
    step.touched.push_back(live->issue.id);
}

IssueTracker::Live& IssueTracker::open(IssueKind kind, const Key& key, const Said& said, const std::string& tag) {
  std::string seed(said.post.begin(), said.post.end());
  seed += static_cast<char>(kind);  // one post may open a red flag, and be the last that a turn of mood is about
  seed += static_cast<char>(key.theme);
  seed += key.place + '\0' + key.tag;
  const std::string id = hexadecimal(XXH3_64bits(seed.data(), seed.size()));
  Live& live = live_[id];
  live.issue = {.id = id, .kind = kind, .theme = key.theme, .place = key.place, .tag = tag};
  live.issue.first_post_at = live.issue.last_post_at = said.made_at;
  live.issue.opened_at = now_;
  live.issue.detector = detector;
  return live;
}

// An issue of this key that was closed not long ago.
IssueTracker::Live* IssueTracker::returning(const Key& key) {
  Live* latest = nullptr;
  for (auto& [id, live] : live_) {
    if (!live.issue.closed_at || !live.issue.merged_into.empty() || !is_at(live.issue, key)) continue;
    if (std::none_of(live.issue.spells.begin(), live.issue.spells.end(),
                     [&](const UnusualSpell& spell) { return spell.theme == key.theme; }))
      continue;
    if (latest == nullptr || *live.issue.closed_at > *latest->issue.closed_at) latest = &live;
  }
  return latest;
}

// An open issue of the same place to which half of these posts belong already: the same told under another theme.
IssueTracker::Live* IssueTracker::kindred(const Key& key, const Track& track, UtcTime from) {
  for (auto& [id, live] : live_) {
    if (live.issue.closed_at || !live.issue.merged_into.empty() || !is_at(live.issue, key)) continue;
    const SpokenRows& rows = track.spoken;
    const auto first = rows.until(from);
    std::size_t shared = 0;
    for (auto at = first; at < rows.size(); ++at) shared += live.posts_of_voice.contains(rows.voice(at)) ? 1 : 0;
    if (shared * 2 >= rows.size() - first) return &live;
  }
  return nullptr;
}

void IssueTracker::join(Live& live, const Said& said, Step& step) {
  Issue& issue = live.issue;
  const bool joined = std::any_of(step.joined.begin(), step.joined.end(),
                                  [&](const Joined& one) { return one.post == said.post && one.issue == issue.id; });
  if (joined) return;
  ++issue.posts;
  ++live.posts_of_voice[said.voice];
  issue.voices = live.posts_of_voice.size();
  issue.severity = std::max(issue.severity, said.severity);
  issue.first_post_at = std::min(issue.first_post_at, said.made_at);
  issue.last_post_at = std::max(issue.last_post_at, said.made_at);
  const auto& [rule, source] = *origin_of_[said.origin];
  add_once(issue.sources, source);
  add_once(issue.rules, rule);
  step.joined.push_back({issue.id, said.post, said.made_at, said.heard_at, said.voice});
}

void IssueTracker::tell(Live& live, IssueChange what, Step& step) {
  nothing_ends_before_ = {};
  if (what == IssueChange::escalated) live.issue.escalated_at.push_back(now_);
  live.issue.told_voices = live.issue.voices;
  live.issue.state = live.issue.state_at(now_);
  step.changes.push_back({live.issue, what});
}

// With all that was merged into it; a part that ends by itself is told to nobody, since it never stood for itself.
void IssueTracker::close(Live& live, UtcTime when, Step& step) {
  const bool whole = live.issue.merged_into.empty();
  live.issue.closed_at = when;
  live.issue.state = live.issue.state_at(when);
  nothing_ends_before_ = {};
  detach(live.issue);
  if (whole)
    step.changes.push_back({live.issue, IssueChange::closed});
  else
    step.touched.push_back(live.issue.id);
  for (auto& [id, part] : live_)
    if (part.issue.merged_into == live.issue.id && !part.issue.closed_at) close(part, when, step);
}

// An issue that lasts has many spells of few themes.
void IssueTracker::let_join(const Issue& issue, const std::string& id) {
  ThemeSet done = 0;
  for (const UnusualSpell& spell : issue.spells) {
    if ((done & bit_of(spell.theme)) != 0) continue;
    done |= bit_of(spell.theme);
    if (const auto track = tracks_.find(key_of(issue, spell.theme)); track != tracks_.end()) track->second.open = id;
  }
}

IssueTracker::Step IssueTracker::advance(UtcTime now) {
  Step step;
  now_ = std::max(now_, now);
  if (now_ < nothing_ends_before_) return step;
  UtcTime next_end = UtcTime::max();
  for (auto it = live_.begin(); it != live_.end();) {
    Live& live = it->second;
    const bool part = !live.issue.merged_into.empty();  // which ends with its whole
    const UtcTime ends = live.issue.last_post_at + live.issue.patience();
    if (!live.issue.closed_at && !part && now_ > std::max(ends, live.issue.opened_at))
      close(live, std::max(ends, live.issue.opened_at), step);
    const bool over = live.issue.closed_at && now_ - *live.issue.closed_at > reopened_within;
    if (!over && live.issue.closed_at) next_end = std::min(next_end, *live.issue.closed_at + reopened_within);
    if (!over && !live.issue.closed_at && !part) next_end = std::min(next_end, std::max(ends, live.issue.opened_at));
    if (over) step.ended.push_back(std::move(live.issue));
    it = over ? live_.erase(it) : std::next(it);
  }
  nothing_ends_before_ = next_end;
  return step;
}

void IssueTracker::take_back(const Key& key, const Utterance& heard, int severity) {
  const auto found = tracks_.find(key);
  if (found == tracks_.end()) return;
  Track& track = found->second;
  const auto first = track.spoken.before(heard.made_at);
  bool gone = false;
  for (auto at = track.spoken.until(heard.made_at); at-- > first;) {
    if (track.spoken.post(at) != heard.post) continue;
    track.spoken.erase(at);
    gone = true;
  }
  background_.said(key.theme, heard.source, severity, -1);
  const int day = day_counted(heard);
  const bool speaks_still = gone && speaks_on(track, day, heard.voice);
  if (speaks_still || track.people.between(day, day + 1) == 0) return;
  track.people.add(day, -1);
  background_.spoke(key.theme, {key.place, key.tag}, day, -1);
}

IssueTracker::Step IssueTracker::retract(const Utterance& heard, const std::vector<std::string>& issues) {
  Step step;
  for (std::size_t i = 0; i < heard.concerns.size(); ++i)
    if (counts(heard, i)) take_back(key_of(heard, heard.concerns[i].theme), heard, heard.concerns[i].severity);
  for (const std::string& id : issues) {
    const auto found = live_.find(id);
    if (found == live_.end()) continue;
    Live& live = found->second;
    const auto voice = live.posts_of_voice.find(heard.voice);
    if (voice == live.posts_of_voice.end()) continue;
    if (--voice->second == 0) live.posts_of_voice.erase(voice);
    --live.issue.posts;
    live.issue.voices = live.posts_of_voice.size();
    if (live.issue.posts == 0 && !live.issue.closed_at)
      close(live, now_, step);
    else
      step.touched.push_back(live.issue.id);
  }
  return step;
}

void IssueTracker::restore(const Utterance& heard) {
  if (!began_) began_ = heard.heard_at;
  now_ = std::max(now_, heard.heard_at);
  for (std::size_t i = 0; i < heard.concerns.size(); ++i) {
    if (!counts(heard, i)) continue;
    const Key key = key_of(heard, heard.concerns[i].theme);
    note(key, tracks_[key], heard, heard.concerns[i]);
  }
}

void IssueTracker::restore(const Issue& issue, const std::map<std::uint64_t, int>& posts_of_voice) {
  for (const UnusualSpell& spell : issue.spells) {
    Track& track = tracks_[key_of(issue, spell.theme)];
    note_unusual(track, spell);
    if (!issue.closed_at) track.open = issue.id;
  }
  if (issue.closed_at && now_ - *issue.closed_at > reopened_within) return;
  live_[issue.id] = {issue, posts_of_voice};
  nothing_ends_before_ = {};
}

}  // namespace barometer
