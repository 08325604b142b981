#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "connectors/post.hpp"
#include "connectors/result.hpp"

namespace barometer {

namespace asio = boost::asio;

// Where a source resumes. Opaque to all but its connector; empty means "from the beginning".
// Validators (ETag, Last-Modified) live in it, so that they are committed with the posts they stand for.
struct Cursor {
  std::string bytes = {};
  // What was made before is not wanted; whoever asks sets it anew each time. Where a listing goes back in time, its first walk
  // ends there. No part of the place: neither kept nor compared.
  std::optional<UtcTime> not_before = {};
  bool operator==(const Cursor& other) const { return bytes == other.bytes; }
};

// What an answer said about asking again. Everything here only ever makes us slower.
struct Hints {
  std::chrono::seconds at_least{0};             // feed ttl, sy:updatePeriod, Cache-Control max-age
  std::optional<UtcTime> not_before = {};       // Retry-After, or a limit used up until its reset
  std::optional<std::int64_t> limit_left = {};  // requests left in the platform's window
  std::optional<UtcTime> limit_resets_at = {};
};

// Why a source heard nothing for a while. The same word is the log's, the metric's and the ledger's.
enum class GapReason : std::uint8_t {
  down,           // it, or the way to it, did not answer
  limited,        // it told us to wait
  misconfigured,  // only a person could mend it
  restarted,      // we were not running
  capped,         // our own budget was used up
};
constexpr const char* name_of(GapReason reason) {
  switch (reason) {
    case GapReason::down: return "down";
    case GapReason::limited: return "limited";
    case GapReason::misconfigured: return "misconfigured";
    case GapReason::restarted: return "restarted";
    case GapReason::capped: return "capped";
  }
  return "";
}

// A period whose posts the platform will not give us any more: a cursor too old, a window that has moved on.
struct Missed {
  UtcTime from = {};
  UtcTime to = {};
  GapReason reason = GapReason::down;
};

// What one request brought, or what a stream has brought since it was asked last.
struct Page {
  std::vector<Post> posts = {};  // oldest first; edits and tombstones among them
  Cursor next = {};              // to ask with next time; covers exactly the posts returned so far
  bool more = false;             // the platform has more: ask again without waiting for the interval
  bool live = false;             // a connection stands open: ask again at once, without waiting for the host's turn
  bool unchanged = false;        // 304, or the same body as before
  std::uint64_t unreadable = 0;  // items of the body that made no post
  Hints hints = {};
  std::vector<Missed> missed = {};
  // About some of the unreadable items, for whoever can mend them: where it is and what to write. No text, no handle.
  std::vector<std::string> complaints = {};
};

// A post that we keep, as a source needs to know it to look after it.
struct KeptPost {
  std::string id = {};
  std::string native_id = {};
  std::string url = {};
};

// One configured place that posts come from. Used only on the loop's thread.
class Source {
 public:
  virtual ~Source() = default;
  // As configured; label of metrics, key of the cursor.
  virtual const std::string& name() const = 0;
  // host[:port] that requests go to; sources of one host share its pace.
  virtual const std::string& host() const = 0;
  // Posts after `cursor`, oldest first, and the cursor to ask with next time.
  // An empty page is not a failure. The cursor never moves past a post not returned.
  // A source that streams catches up first, then waits here on its open connection until something comes, a minute at
  // most, and gives what has come with Page::live. It never holds more than a bounded number of posts meanwhile.
  virtual asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) = 0;

  // How many kept posts one recheck() takes; 0: the platform tells deletions itself, or cannot be asked.
  virtual std::size_t recheck_limit() const { return 0; }
  // What became of posts that this source brought, recheck_limit() at most: a tombstone for each that is gone, a post for
  // each that was edited. Page::next means nothing; Page::more: the platform is at it, ask again from hints.not_before on.
  virtual asio::awaitable<Result<Page>> recheck(std::vector<KeptPost> kept, UtcTime now);
};

}  // namespace barometer
