#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "connectors/source.hpp"

namespace barometer {

// The place in a platform that lists its posts newest first, a page at a time, each page naming the next older one.
// A walk goes from the newest page down to what is known; only when it is over does `known` move up to its top, so that
// a walk that was broken off is taken up again where it was, and nothing between is lost.
struct Walk {
  std::optional<UtcTime> known = {};              // everything made until then has been given; empty: nothing yet
  std::optional<UtcTime> top = {};                // newest made_at of the walk under way
  std::string token = {};                         // of the next older page; empty: ask for the newest
  int pages = 0;                                  // read in the walk under way
  std::optional<UtcTime> not_before = {};         // Cursor::not_before: the first walk ends there
  std::map<std::string, std::string> notes = {};  // what else a platform must remember (budgets, validators)
};

// A cursor that cannot be read is a beginning.
Walk walk_of(const Cursor& cursor);
Cursor cursor_of(const Walk& walk);

struct WalkRules {
  std::chrono::minutes overlap{30};  // posts may appear this late (indexing, moderation, federation)
  int first_pages = 5;               // how far back the first walk goes; where it ends nothing counts as missed
  int most_pages = 100;              // of any other walk: what lies below is Page::missed
};

// Takes in one page: sets page.next and page.more, and page.missed where the walk had to end above what is known.
// `page.posts` are those of the answer, in any order; `next_token` is empty on the last page. The walk is over when
// a post is older than `known` less the overlap, the first one also when a whole page is older than `not_before`, or there is no
// further page.
void walk_on(Walk walk, const std::string& next_token, const WalkRules& rules, UtcTime now, Page& page);

}  // namespace barometer
