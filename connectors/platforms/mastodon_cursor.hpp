#pragma once

#include <optional>
#include <string>

#include "connectors/source.hpp"

namespace barometer {

// Where a hashtag's timeline resumes. As bytes:
//   {"newest":"117…","reread_at":"2026-11-21T20:15:00.000Z","walk":{"max_id":"116…","pages":9,"until":"2026-…Z"}}
struct MastodonPlace {
  // Reading back, page by page: the first time through the past, then every half hour through the last hour.
  struct Walk {
    std::string max_id = {};
    int pages = 0;       // still to read
    UtcTime until = {};  // posts made before it are not looked for
  };
  std::string newest = {};  // largest id seen; empty: none yet
  UtcTime reread_at = {};   // when the newest page was last asked for without min_id
  std::optional<Walk> walk = {};
};

MastodonPlace place_of(const Cursor& cursor);  // the beginning, when the bytes are not ours
Cursor cursor_of(const MastodonPlace& place);

// Moves `newest` up to an id that was seen; false when it is not above.
bool advance(std::string& newest, const std::string& seen);

}  // namespace barometer
