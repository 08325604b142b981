#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "connectors/result.hpp"

namespace barometer {

struct FeedPerson {
  std::string written = {};  // on one line: "Jo Bloggs (jo@trust.example)", or whatever the feed says instead
  std::string name = {};     // "Jo Bloggs"; an address only where there is no name
};

// What RSS, Atom and JSON Feed have in common, mark-up already removed; empty means that the document does not say.
struct FeedItem {
  std::string id = {};   // guid, id, rdf:about
  std::string url = {};  // resolved; as written where there is nothing to resolve it from, so not always of http
  std::string title = {};
  std::string text = {};  // the whole content if there is any, else the summary
  FeedPerson author = {};
  std::string language = {};
  std::string reply_to = {};  // id of what this answers
  std::optional<UtcTime> published = {};
  std::optional<UtcTime> updated = {};
  std::vector<std::string> categories = {};
  std::int64_t comments = 0;
};

// More items than any feed has; what lies beyond is counted, not read, so that a hostile document does not hold the loop.
inline constexpr std::size_t most_feed_items = 10'000;

struct Feed {
  std::vector<FeedItem> items = {};  // in the document's order
  std::chrono::seconds at_least{0};  // ttl or sy:updatePeriod; 0: not said
  std::uint64_t left_out = 0;        // items beyond most_feed_items
  std::string hub = {};              // of WebSub, as link rel=hub
  std::int64_t skip_hours = 0;       // bits, as FeedPlace has them
  std::int64_t skip_days = 0;
  bool cut = false;        // the document broke off in an item
  bool half_item = false;  // and inside an element of that item, the last of `items`
};

}  // namespace barometer
