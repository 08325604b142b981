#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/issues/background.hpp"
#include "analysis/issues/day_totals.hpp"
#include "analysis/issues/direction.hpp"
#include "analysis/issues/issue.hpp"
#include "analysis/issues/spoken.hpp"
#include "analysis/issues/surprise.hpp"
#include "analysis/issues/utterance.hpp"
#include "connectors/result.hpp"

namespace barometer {

// Sees issues emerge from posts, fed in the order they are heard. A state machine without a clock: the same posts give the
// same issues, whether in one go or in many, and whatever was restored from the store.
//
// A concern counts under its theme and its place (under its tag, where no place is named), once a voice. Reposts and copies are
// the voice that they repeat. Windows of two days to eight weeks are held against the rate that the same key had before
// (surprise.hpp); earlier outbreaks do not count as usual, nor does what was made before listening began. A post of severity 4
// opens an issue by itself. While an issue is open its key's posts join it; it is told again when it became a red flag, far bigger, or
// came back. Not thread-safe: whoever writes to the store owns it.
class IssueTracker {
 public:
  explicit IssueTracker(TrackerSettings settings = {});

  struct Change {
    Issue issue = {};
    IssueChange what = {};
  };
  // A post that is of an issue from now on.
  struct Joined {
    std::string issue = {};  // id
    PostHash post = {};
    UtcTime made_at = {};
    UtcTime heard_at = {};
    std::uint64_t voice = 0;
  };
  struct Step {
    std::vector<Change> changes = {};       // that may be told of, in the order they happened
    std::vector<std::string> touched = {};  // ids of issues that changed otherwise, as by one more post
    std::vector<Issue> ended = {};          // that find() does not know from now on
    std::vector<Joined> joined = {};
    std::vector<ToneDay> tones = {};  // that changed
  };

  // `repeats`: the post that it passes on, if it does. Gives `heard` the voice that it counts as.
  Step hear(Utterance& heard, const std::optional<PostHash>& repeats);
  // Any post that is about a place or under a tag, whether it raises a concern or not; a repost is none. After hear(), if both are to be heard.
  // A post that is edited or goes is not taken back: one post turns no mood.
  Step hear_tone(Tone tone, const std::string& place, const std::string& tag, UtcTime made_at, UtcTime heard_at);
  // Closes what has been quiet for long. hear() does so by itself, by when its post was heard.
  Step advance(UtcTime now);
  // A post was deleted, or is about to be heard anew after an edit; `issues` are those that it had joined. Gives the open ones.
  Step retract(const Utterance& heard, const std::vector<std::string>& issues);

  // By a person's order. A post of an issue, as the store has it; without severity, source and rule where what was heard of it is gone.
  struct PostOfIssue {
    PostHash post = {};
    UtcTime made_at = {};
    UtcTime heard_at = {};
    std::uint64_t voice = 0;
    int severity = 0;
    std::string source = {};
    std::string rule = {};
    std::optional<UtcTime> unanswered_since = {};
  };
  // `other` becomes part of `into`, with `posts`: those of its that `into` lacks. What would join `other` joins `into` from now on. Both are
  // open or were closed within `reopened_within`; else, and where they are one already, it fails with skip.
  Result<Step> merge(const std::string& into, const std::string& other, const std::vector<PostOfIssue>& posts,
                     UtcTime now);
  // `leave` become an issue of their own, the last change of the step; `stay` are the other posts of `from`.
  Result<Step> split(const std::string& from, const std::vector<PostOfIssue>& stay,
                     const std::vector<PostOfIssue>& leave, UtcTime now);

  // A source was or is blind: its spells that begin at `since` or later are these. They leave the baseline, by the source's share
  // of what is heard. Also from the store, before anything is heard.
  void blind(const std::string& source, UtcTime since, const std::vector<BlindSpell>& spells) {
    background_.blind(source, since, spells);
  }

  // As it is now, if it is open or may come back; else null. Valid until the next call.
  const Issue* find(const std::string& id) const;

  // When the first post was heard; empty before. Kept with the rest, since that post may be gone.
  std::optional<UtcTime> began() const { return began_; }

  // From the store, before anything is heard: when it began, all that was heard, in that order, then issues, each with how many posts of each
  // voice it has.
  void restore(UtcTime began) { began_ = began; }
  void restore(const Utterance& heard);
  void restore(const ToneDay& day) { tones_.restore(day); }
  void restore(const Issue& issue, const std::map<std::uint64_t, int>& posts_of_voice);

  // Of posts that were heard longer ago than this, only their number a day is known.
  static constexpr std::chrono::days remembered{60};
  // And nothing of those that were heard longer ago than this.
  static constexpr std::chrono::days counted{400};
  // A closed issue that rises again within this is reopened.
  static constexpr std::chrono::days reopened_within{28};
  // Issue::detector of what a person split off.
  static constexpr std::string_view by_hand = "a person";

 private:
  struct Key {
    Theme theme = {};
    std::string place = {};
    std::string tag = {};  // only where there is no place
    auto operator<=>(const Key&) const = default;
  };
  struct Track {
    SpokenRows spoken = {};                  // the oldest go
    DayTotals people = {};                   // distinct voices of each day
    std::vector<UnusualSpell> unusual = {};  // by their begin
    std::string open = {};                   // id of the issue that its posts join; empty if there is none
  };
  struct Live {
    Issue issue = {};
    std::map<std::uint64_t, int> posts_of_voice = {};
  };

  static Key key_of(const Utterance& heard, Theme theme);
  static Key key_of(const Issue& issue, Theme theme);
  // Whether it is about the key's place; or about its tag, where it names no place.
  static bool is_at(const Issue& issue, const Key& key);
  std::uint32_t origin(const std::string& rule, const std::string& source);
  // The voice that a post repeats, if it is known.
  std::optional<std::uint64_t> repeated_by(const Utterance& heard, const std::optional<PostHash>& repeats) const;
  // Whether that of a post's concerns counts.
  bool counts(const Utterance& heard, std::size_t concern) const;
  Said note(const Key& key, Track& track, const Utterance& heard, const Utterance::Concern& concern);
  static bool speaks_on(const Track& track, int day, std::uint64_t voice);
  void forget_old(Track& track);
  static void note_unusual(Track& track, const UnusualSpell& spell);
  bool to_be_weighed(const Track& track) const;
  // `spells`: what of the track was unusual, by their begin; it is left out.
  std::optional<Evidence> unusual(const Key& key, const Track& track, const std::vector<UnusualSpell>& spells) const;
  std::optional<Evidence> still_unusual(const Key& key, const Track& track, const Issue& issue) const;
  static void lasts(Track& track, Issue& issue, Theme theme, UtcTime until);
  bool calm(const Key& key, Track& track, Issue& issue) const;

  void watch(const Key& key, Track& track, const Said& said, const std::string& tag, Step& step);
  void unanswered(const Key& key, Track& track, const Said& said, UtcTime since, const std::string& tag, Step& step);
  static bool coordinated(const Track& track, const Said& said);
  void mark_coordinated(const Track& track, const Said& said, Step& step);
  void turn_of(const Tones::Place& where, const std::string& tag, UtcTime now, Step& step);
  Live* open_of(IssueKind kind, const Key& key);
  void follow(const Key& key, Track& track, const Said& said, Step& step);
  void rise(const Key& key, Track& track, Evidence evidence, UtcTime from, const Said& said, const std::string& tag,
            Step& step);
  Live& open(IssueKind kind, const Key& key, const Said& said, const std::string& tag);
  Live* returning(const Key& key);
  Live* kindred(const Key& key, const Track& track, UtcTime from);
  void join(Live& live, const Said& said, Step& step);
  void tell(Live& live, IssueChange what, Step& step);
  void close(Live& live, UtcTime when, Step& step);
  // What its themes' tracks hear joins it, or does not any more.
  void attach(const Issue& issue) { let_join(issue, issue.id); }
  void detach(const Issue& issue) { let_join(issue, {}); }
  void let_join(const Issue& issue, const std::string& id);
  static std::string hexadecimal(std::uint64_t number);
  Result<Live*> to_arrange(const std::string& id);
  // The issue that a merged one is part of; an issue that is not, itself.
  Live& whole_of(Live& part);
  static void tell_of_posts(Issue& issue, const std::vector<PostOfIssue>& posts);
  void take_back(const Key& key, const Utterance& heard, int severity);

  TrackerSettings settings_;
  std::optional<UtcTime> began_ = {};
  UtcTime now_ = {};  // of the last post that was heard
  std::map<Key, Track> tracks_ = {};
  Background background_ = {};
  Tones tones_ = {};
  std::map<std::string, Live> live_ = {};  // open issues, and those that may come back, by id
  UtcTime nothing_ends_before_ = {};       // no issue of live_ is to be closed or forgotten until then
  std::map<std::pair<std::string, std::string>, std::uint32_t> origins_ = {};  // the numbers of rules and sources
  std::vector<const std::pair<std::string, std::string>*> origin_of_ = {};     // by number
};

}  // namespace barometer
