#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/http_message.hpp"
#include "connectors/platforms/bluesky_event.hpp"
#include "connectors/source.hpp"

namespace barometer {

// Where a stream is resumed. As bytes:  {"server":"host","place":31415,"at":"2026-11-21T20:15:00.000Z"}
// Places are a server's own; on another one, time is all that both know.
struct BlueskyPlace {
  std::string server = {};                 // host[:port] that the place is of
  std::optional<std::int64_t> place = {};  // of the last message; nothing: none came yet
  std::optional<UtcTime> at = {};          // all that was said until then has been heard
};

BlueskyPlace stream_place_of(const Cursor& cursor);  // the beginning, when the bytes are not ours
Cursor cursor_of(const BlueskyPlace& place);

// Messages of one moment may come in any order, and clocks of servers differ: so much is heard twice, and given once.
inline constexpr std::chrono::seconds bluesky_replay_here{5};
inline constexpr std::chrono::seconds bluesky_replay_elsewhere{30};
inline constexpr std::chrono::hours bluesky_lookback{24};  // servers keep 36 h by default; an operator may keep less

// Whether an address speaks version 2's wire.
bool is_second_wire(std::string_view url);
// The address with what we want to hear, and from where. `longest`: bytes of a message.
std::string stream_url(std::string_view url, const BlueskyPlace& place, std::size_t longest);
// Moves on to where the message stands.
void move_on(BlueskyPlace& place, const std::string& server, const BlueskyEvent& event, UtcTime now);
// The oldest place that a server still has, as its refusal (CursorTooOld) names it: the first number above the place asked for.
std::optional<std::int64_t> floor_in(const HttpResponse& refusal, const BlueskyPlace& asked);

}  // namespace barometer
