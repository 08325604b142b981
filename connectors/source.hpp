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
  bool operator==(const Cursor&) const = default;
};

// What an answer said about asking again. Everything here only ever makes us slower.
struct Hints {
  std::chrono::seconds at_least{0};             // feed ttl, sy:updatePeriod, Cache-Control max-age
  std::optional<UtcTime> not_before = {};       // Retry-After, or a limit used up until its reset
  std::optional<std::int64_t> limit_left = {};  // requests left in the platform's window
  std::optional<UtcTime> limit_resets_at = {};
};

// What one request brought.
struct Page {
  std::vector<Post> posts = {};  // oldest first; edits and tombstones among them
  Cursor next = {};              // to ask with next time; covers exactly the posts returned so far
  bool more = false;             // the platform has more: ask again without waiting for the interval
  bool unchanged = false;        // 304, or the same body as before
  std::uint64_t unreadable = 0;  // items of the body that made no post
  Hints hints = {};
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
  virtual asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) = 0;
};

}  // namespace barometer
