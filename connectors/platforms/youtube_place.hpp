#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connectors/source.hpp"
#include "connectors/walk.hpp"

namespace barometer {

// Units of Google's quota that were used, by the day of the Pacific coast.
struct YoutubeTally {
  std::string day = {};  // "2026-11-22"
  std::int64_t units = 0;
};
// On the day of `now`.
std::int64_t units_of(const YoutubeTally& tally, UtcTime now);
void use_units(YoutubeTally& tally, std::int64_t units, UtcTime now);
// The one that knows of more.
YoutubeTally fuller(const YoutubeTally& a, const YoutubeTally& b);

// The cursor of a source that listens to YouTube: a search, and a walk down the comments of each target in turn.
struct YoutubePlace {
  struct Found {
    std::string video = {};
    UtcTime made_at = {};
  };
  struct Replies {  // of one thread, still to be read
    std::string thread = {};
    std::string video = {};
    std::string token = {};
    std::int64_t count = 0;
  };
  YoutubeTally tally = {};
  Walk search = {};                                  // its token is the publishedBefore to go on with
  std::optional<UtcTime> searched_at = {};           // when the last finished search began
  std::optional<UtcTime> searching_since = {};       // when the one under way did
  std::deque<std::string> found = {};                // videos of the search under way whose details are not read yet
  std::vector<Found> followed = {};                  // videos that a search found, newest first
  std::map<std::string, Walk> walks = {};            // by target: a video's or a channel's id
  std::string at = {};                               // the target whose turn it is; empty: the round is over
  std::optional<UtcTime> deep_at = {};               // when the last deep round began
  bool deep = false;                                 // this round reads known comments again, for edits and replies
  std::deque<Replies> replies = {};                  //
  std::map<std::string, std::int64_t> replied = {};  // how many replies of a thread have been read
  std::map<std::string, UtcTime> closed = {};        // targets without comments, until then
};

// A cursor that cannot be read is a beginning.
YoutubePlace youtube_place_of(const Cursor& cursor);
Cursor cursor_of(const YoutubePlace& place);

}  // namespace barometer
