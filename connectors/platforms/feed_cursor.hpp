#pragma once

#include <string>

#include "connectors/source.hpp"

namespace barometer {

// What a feed's source remembers of the last whole answer. As bytes:
//   {"etag":"W/\"…\"","last_modified":"Sat, 21 Nov …","body":"<sha-256>","whole_at":"2026-11-21T20:15:00.000Z","at_least":3600}
struct FeedPlace {
  std::string etag = {};           // as it came, quotes and W/ included
  std::string last_modified = {};  // as it came
  std::string body = {};
  UtcTime whole_at = {};      // when a body last came: the epoch before the first time
  std::int64_t at_least = 0;  // seconds that the feed wants between two requests; a 304 does not say it again
};

FeedPlace feed_place_of(const Cursor& cursor);  // the beginning, when the bytes are not ours
Cursor cursor_of(const FeedPlace& place);

}  // namespace barometer
