#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/taxonomy.hpp"
#include "connectors/result.hpp"

namespace barometer {

// Why an issue was opened. The numbers are on disk: never reused.
enum class IssueKind : std::uint8_t {
  burst = 1,       // far more people than usual within days
  slow_burn = 2,   // a rare concern that keeps coming, over weeks to months
  red_flag = 3,    // one post of severity 4 is enough
  direction = 4,   // the share of negative posts left its own past
  unanswered = 5,  // a complaint that nobody answered, and which ages
};

// Its life. Numbers on disk. A closed issue that is heard of again becomes active, with one more time in `escalated_at`. A merged one is
// part of another, by a person's order, and stays so.
enum class IssueState : std::uint8_t { fresh = 1, active = 2, cooling = 3, closed = 4, merged = 5 };

// What was seen when an issue was opened or last escalated, in numbers that a person can check.
struct Evidence {
  int voices = 0;       // independent people within the window
  double expected = 0;  // how many of them are usual in a window as long
  std::chrono::hours window{0};
  double chance = 1;            // of so many or more, were all as usual
  double surprise = 0;          // natural logarithm of the Bayes factor for something having begun (surprise.hpp)
  std::chrono::hours blind{0};  // of the window, in which a source was blind; the longest of them
  int heard = 0;  // of a change of direction: posts of any mood in the window, of which `voices` were negative
};

// While a theme was beyond what is usual: that time says nothing of the usual later.
struct UnusualSpell {
  Theme theme = {};
  UtcTime from = {};
  UtcTime to = {};
};

// An emerging issue: posts about the same concern, at the same place (or under the same tag), beyond what is usual.
struct Issue {
  std::string id = {};  // hexadecimal; a function of what opened it, so that a replay gives the same
  IssueKind kind = IssueKind::burst;
  IssueState state = IssueState::fresh;
  Theme theme = {};
  std::string place = {};  // id of the service in the settings; empty: not clear
  std::string tag = {};    // watched; of the post that opened it
  int severity = 0;        // of its worst post
  UtcTime first_post_at = {};
  UtcTime opened_at = {};
  std::vector<UtcTime> escalated_at = {};  // it grew far beyond what was told before, became graver, or came back
  UtcTime last_post_at = {};               // by when it was made
  std::uint64_t posts = 0;                 // reposts and copies among them
  std::uint64_t voices = 0;  // independent: distinct people, copies and reposts counting as whom they repeat
  std::vector<std::string> sources = {};  // in the order they were first with one of its posts
  std::vector<std::string> rules = {};    // ids of the rules that fired, in the order they first did
  Evidence evidence = {};
  std::string detector = {};              // name and version
  std::optional<UtcTime> closed_at = {};  // empty while it is open
  std::uint64_t told_voices = 0;          // of `voices`, how many there were when it was opened or last escalated
  std::vector<UnusualSpell> spells = {};  // its own theme first; others that rose with it, by the same people
  // When the earliest of the complaints was made that its posts say have no answer, as far as they tell; of no other kind.
  std::optional<UtcTime> unanswered_since = {};
  bool coordinated = false;      // many accounts said the same words within the hour: show it as that, not as care
  std::string merged_into = {};  // id of the issue that it is part of by order; empty: it stands for itself

  // How long nothing may be heard of it before it is closed: ten days, or most of the window that showed it; a complaint without
  // an answer waits sixty.
  std::chrono::hours patience() const;
  IssueState state_at(UtcTime now) const;
};

// What became of an issue through one post, or because time went by, that people may be told.
enum class IssueChange : std::uint8_t { opened, escalated, closed };

std::string_view name_of(IssueKind kind);      // "slow_burn"
std::string_view name_of(IssueState state);    // "new", "active", "cooling", "closed", "merged"
std::string_view name_of(IssueChange change);  // "opened"

}  // namespace barometer
