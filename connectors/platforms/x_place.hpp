#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "connectors/source.hpp"

namespace barometer {

// How far recent search reaches back, less a margin for the time that a request takes.
inline constexpr std::chrono::minutes x_window = std::chrono::days{7} - std::chrono::minutes{5};
// Posts enter X's index this late.
inline constexpr std::chrono::seconds x_index_lag{60};

// What X has charged for, in posts.
struct XTally {
  std::string month = {};  // "2026-11", in UTC
  std::int64_t spent = 0;
};
// In the month of `now`.
std::int64_t x_spent(const XTally& tally, UtcTime now);
void x_spend(XTally& tally, std::int64_t posts, UtcTime now);
// The one that knows of more.
XTally fuller(const XTally& a, const XTally& b);
// When the next month begins, in UTC.
UtcTime next_month(UtcTime now);

// The cursor of a source that listens to X, and what it has spent.
struct XPlace {
  // From the newest post down to what is known, page by page; taken up again where it was broken off.
  struct Walk {
    UtcTime began = {};
    std::string since = {};             // since_id of all its pages; else start_time, else neither: as far as X goes
    std::optional<UtcTime> start = {};  //
    std::string token = {};             // next_token of the page to ask for; empty: the newest
    std::string newest = {};            // largest id met
    int pages = 0;                      // read
  };
  std::string since = {};                // all posts up to this id have been given
  std::optional<UtcTime> asked_at = {};  // when the last finished walk began; empty: none was
  std::optional<Walk> walk = {};         // under way
  XTally tally = {};                     //
};

// A cursor that cannot be read is a beginning.
XPlace x_place_of(const Cursor& cursor);
Cursor cursor_of(const XPlace& place);

// The walk to go on with: the one under way, or a new one. `missed` is set when a new one cannot reach down to what is known.
XPlace::Walk x_walk(const XPlace& place, UtcTime now, std::optional<Missed>& missed);
// Ends the walk under way: what it met is known.
void end_walk(XPlace& place);

}  // namespace barometer
