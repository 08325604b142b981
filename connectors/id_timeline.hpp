#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/source.hpp"

namespace barometer {

// Listings that name each post by an id that grows with time, and are asked for the page below one id or just above another:
// Mastodon's timelines and Misskey's notes.

// Order of ids: by length, then text. They are no numbers (Pleroma: base62, GoToSocial: ULID, Misskey: aid).
bool id_less(std::string_view a, std::string_view b);

// Where such a listing resumes. As bytes:
//   {"newest":"117…","reread_at":"2026-11-21T20:15:00.000Z","last":"116… 117…","doubt":true,"walk":{"max_id":"116…","pages":9,"until":"2026-…Z"}}
struct TimelinePlace {
  // Reading back, page by page: the first time through the past, then every half hour through the last hour.
  struct Walk {
    std::string max_id = {};
    int pages = 0;       // still to read
    UtcTime until = {};  // posts made before it are not looked for
  };
  std::string newest = {};  // largest id seen; empty: none yet
  UtcTime reread_at = {};   // when the newest page was last asked for without min_id
  std::optional<Walk> walk = {};
  std::string last = {};                   // smallest and largest id of the last page that had any
  std::optional<UtcTime> not_before = {};  // Cursor::not_before: the first walk ends there
  bool doubt = false;  // the page above was the one before it again, as caches between us and the server make it
};

TimelinePlace place_of(const Cursor& cursor);  // the beginning, when the bytes are not ours
Cursor cursor_of(const TimelinePlace& place);

// Moves `newest` up to an id that was seen; false when it is not above.
bool advance(std::string& newest, const std::string& seen);

// Between two looks at the newest page without an id, which find posts that federated late (their ids lie below the
// cursor) and edits (which are not listed again); and how far back such a look goes.
inline constexpr std::chrono::minutes timeline_reread_every{30};
inline constexpr std::chrono::minutes timeline_reread_back{60};
inline constexpr int timeline_reread_pages = 3;

// What to ask next. The first time, and every half hour, the newest page and the pages before it; otherwise the page just
// above the largest id seen.
enum class TimelineQuestion { newest_page, page_before, page_after };
TimelineQuestion next_question(const TimelinePlace& place, UtcTime now);

// How many entries to ask for. In doubt another number: the true answer to it differs from the page that came twice.
int limit_in(const TimelinePlace& place, int limit);

// What the answer to that question held.
struct TimelineSeen {
  std::string newest = {};                // largest and smallest id; empty when there was none
  std::string oldest = {};                //
  std::optional<UtcTime> oldest_at = {};  // when that one was made
};
// Moves the place on; whether to ask again at once. `first_pages` is how many pages of the past are read the first time.
bool move_on(TimelinePlace& place, const TimelineSeen& seen, int first_pages, UtcTime now);

}  // namespace barometer
