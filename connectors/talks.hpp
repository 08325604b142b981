#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "connectors/source.hpp"
#include "connectors/walk.hpp"

namespace barometer {

// The place in a platform that lists posts newest first, each with a listing of answers of its own: a page's posts and their
// comments. A round goes down the posts as a Walk does, then reads the answers of each post whose answers are due; answers
// may have answers listed apart, which are read in the same round. All pure.

// A post whose answers are read again while it is recent.
struct Talk {
  UtcTime made_at = {};
  std::string mark = {};       // what the listing last said of its answers: their number, when they last changed
  std::string read_mark = {};  // that, when they were last read to the end
  std::optional<UtcTime> read_at = {};  // when that was; empty: never
  bool due = false;                     // to be read in this round
  Walk walk = {};                       // through its answers
};

struct TalkPlace {
  Walk posts = {};
  std::map<std::string, Talk> talks = {};  // by the platform's id of the post
  bool answering = false;                  // the posts of this round are read, answers are still due
  bool rereading = false;                  // this round goes down as far as posts are recent
  std::optional<UtcTime> reread_at = {};   // when the last such round began
};

// A cursor that cannot be read is a beginning.
TalkPlace talk_place_of(const Cursor& cursor);
Cursor cursor_of(const TalkPlace& place);

struct TalkRules {
  WalkRules posts = {};
  WalkRules answers = {.first_pages = 20};
  std::chrono::hours recent{24 * 7};  // answers of posts older than this are not looked for; 0: of none
  bool reread = false;  // edits and marks do not come by themselves: now and then all recent posts are read again
  bool by_age = false;  // the platform tells no marks: each is read again after a tenth of its age
  std::size_t most_talks = 300;  // of which answers are read; beyond, the oldest go
};

// How often all recent posts are read again.
inline constexpr std::chrono::minutes posts_reread_every{30};

// When a listing gives no marks, its answers are read no more often and no more rarely than this.
inline constexpr std::chrono::minutes soonest_reread{10};
inline constexpr std::chrono::hours latest_reread{12};

// What one page of a listing told, besides its posts.
struct TalkListing {
  std::vector<UtcTime> times = {};                       // of its entries, by which the platform orders them
  std::vector<std::pair<std::string, Talk>> talks = {};  // those that may have answers: id; made_at and mark are read
  std::string next_token = {};                           // of the next older page; empty: this was the last
};

// Whose answers to ask for next (from the token of its walk); empty: ask for posts, from place.posts.token.
std::string next_talk(const TalkPlace& place);

// Take in a page of posts, or of the answers to `id`: set page.next and page.more, and add to page.missed.
void posts_read(TalkPlace place, const TalkListing& listing, const TalkRules& rules, UtcTime now, Page& page);
void answers_read(TalkPlace place, const std::string& id, const TalkListing& listing, const TalkRules& rules,
                  UtcTime now, Page& page);
// The post is gone: nothing is asked of it again.
void talk_gone(TalkPlace place, const std::string& id, const TalkRules& rules, UtcTime now, Page& page);

}  // namespace barometer
