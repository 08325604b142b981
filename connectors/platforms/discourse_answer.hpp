#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/http_message.hpp"
#include "connectors/registry.hpp"

namespace barometer {

// What one answer of Discourse's held. Pure, for any bytes.
struct DiscourseAnswer {
  Page page = {};                      // posts and tombstones in the order of the body
  std::vector<std::int64_t> ids = {};  // of all posts in the body, those that make none included
  bool is_latest = false;              // an answer of /posts.json
};

// `site` is the board's address, no slash at the end: ids are unique only within it. It may be empty.
// Small actions ("closed this topic") and whispers make no post. A topic in a list is one under an id of its own.
Result<DiscourseAnswer> read_discourse(const std::string& body, std::string_view site, const ParseOptions& options);

// A status other than 200: waits are told by Retry-After, by extras.wait_seconds, or in the words for people.
Failure discourse_refusal(const HttpResponse& response, UtcTime now);

// Whether it says that this post is not to be seen: gone, or in a place that is not public any more.
bool discourse_says_none(const HttpResponse& response);

}  // namespace barometer
