#pragma once

#include <cstdint>
#include <string>

#include "connectors/source.hpp"

namespace barometer {

// What a feed's source remembers of the last whole answer. As bytes a JSON object with the fields' names, empty ones left out:
//   {"etag":"W/\"…\"","last_modified":"Sat, 21 Nov …","body":"<sha-256>","whole_at":"2026-11-21T20:15:00.000Z","at_least":3600}
struct FeedPlace {
  std::string etag = {};           // as it came, quotes and W/ included
  std::string last_modified = {};  // as it came
  std::string body = {};
  UtcTime whole_at = {};        // when a body last came: the epoch before the first time
  std::int64_t at_least = 0;    // seconds that the feed wants between two requests; a 304 does not say it again
  std::string found = {};       // the feed that the configured page names, or that it has moved to for good
  std::string moved_to = {};    // where a permanent redirect leads, since …
  UtcTime moved_since = {};     //
  std::string hub = {};         // WebSub: who would tell of news (we keep asking)
  std::int64_t skip_hours = 0;  // a bit an hour of the day, GMT: RSS's skipHours
  std::int64_t skip_days = 0;   // a bit a day of the week from Sunday: skipDays
};

FeedPlace feed_place_of(const Cursor& cursor);  // the beginning, when the bytes are not ours
Cursor cursor_of(const FeedPlace& place);

}  // namespace barometer
