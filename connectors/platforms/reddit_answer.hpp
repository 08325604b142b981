#pragma once

#include <cstddef>
#include <string>

#include "connectors/http_message.hpp"
#include "connectors/registry.hpp"

namespace barometer {

// What one answer of Reddit's held. Pure, for any bytes.
struct RedditAnswer {
  Page page = {};           // posts and tombstones in the order of the body, a comment before its replies
  std::string after = {};   // fullname to ask for older things with; empty on the last page
  std::size_t things = 0;   // posts, comments and what could not be read
  bool is_listing = false;  // one Listing, as every page of a walk is
};

// Listing, thread (two Listings), a single thing, morechildren, or Atom. Anything else is a failure that says what it is: 401, 403,
// 404 and 429 are told by their bodies too, because `parse` sees no status.
Result<RedditAnswer> read_reddit(const std::string& body, const ParseOptions& options);

// A status other than 200, with Reddit's own reasons (private, banned, quarantined …).
Failure reddit_refusal(const HttpResponse& response, UtcTime now);

std::string reddit_identity(const std::string& fullname);

}  // namespace barometer
