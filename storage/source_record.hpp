#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "connectors/result.hpp"
#include "connectors/source.hpp"

namespace barometer {

// What is remembered of sources beside their posts: when they were blind, how they are doing, what they brought.

// A period in which a source heard nothing. Those of one source never overlap, so their lengths add up.
struct Gap {
  std::string source = {};
  UtcTime from = {};
  std::optional<UtcTime> to = {};  // empty: it lasts
  GapReason reason = GapReason::down;
  std::optional<bool> caught_up = {};  // afterwards the platform still gave what was said in it; empty: not known yet

  bool operator==(const Gap&) const = default;
};

// From then on the source hears nothing: a gap begins. If one is open for the same reason it just goes on; if for another,
// that one ends there.
struct Blind {
  UtcTime at = {};
  GapReason reason = GapReason::down;
};

// The source answered: the open gap ends, and of those whose fate was unknown it is known now.
struct Heard {
  UtcTime at = {};
  bool caught_up = true;
};

// Where a sweep over the kept posts of a source stands.
struct SweepPlace {
  std::string after = {};  // opaque: the post that was looked at last; empty: none yet
  UtcTime began = {};

  bool operator==(const SweepPlace&) const = default;
};

// How a source was doing when this was written.
struct SourceRecord {
  std::string platform = {};
  std::string host = {};
  UtcTime written_at = {};
  bool retired = false;                      // it left the settings then
  std::optional<UtcTime> last_success = {};  // last answer that was understood
  std::optional<UtcTime> last_post = {};     // newest made_at seen
  std::optional<UtcTime> next_ask = {};
  std::chrono::milliseconds interval{0};  // between two requests while all is well, as it has adapted
  std::uint32_t failures_in_a_row = 0;
  std::optional<Failure> failure = {};  // of the last request; empty when it went well
  std::optional<UtcTime> failing_since = {};
  std::optional<std::int64_t> limit_left = {};
  std::optional<UtcTime> limit_resets_at = {};
  std::optional<SweepPlace> sweep = {};
  std::optional<UtcTime> began = {};  // when it was first listened to; empty for one known before this was noted
};

// What came of a source's posts in one hour of our time, not of theirs.
struct HourTally {
  UtcTime hour = {};          // its begin
  std::uint64_t heard = 0;    // posts in answers, tombstones and copies among them
  std::uint64_t stored = 0;   //
  std::uint64_t edited = 0;   //
  std::uint64_t deleted = 0;  //
  std::vector<std::pair<std::string, std::uint64_t>> dropped = {};  // by reason, none of them zero

  bool operator==(const HourTally&) const = default;
};
// So many hours of each source are kept.
inline constexpr int tallied_hours = 192;

// What is to be remembered of one source; in the order of the fields.
struct SourceReport {
  std::string source = {};
  std::vector<Blind> blind = {};
  std::optional<Heard> heard = {};
  std::vector<Missed> missed = {};  // lost for good; only what no gap covers yet is added, what one covers is lost now
  std::optional<SourceRecord> record = {};
  std::optional<HourTally> tally = {};  // replaces what was kept of that hour
};

// Seconds of a Missed that no gap covered before.
struct NewlyMissed {
  std::string source = {};
  GapReason reason = GapReason::down;
  std::chrono::milliseconds length{0};
};

struct GapFilter {
  std::optional<std::string> source = {};
  std::optional<GapReason> reason = {};
  std::optional<UtcTime> from = {};  // gaps that overlap [from, to); an open one lasts for ever
  std::optional<UtcTime> to = {};
};

// Which kept posts of a source to look after.
struct KeptFilter {
  std::string platform = {};
  std::string source = {};
  UtcTime made_since = {};
  std::string after = {};  // KeptPage::next of the page before
  std::size_t limit = 100;
};

struct KeptPage {
  std::vector<KeptPost> posts = {};
  std::string next = {};  // where this page ended; empty: there was nothing further
};

}  // namespace barometer
