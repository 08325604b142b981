#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/http_message.hpp"
#include "connectors/registry.hpp"
#include "connectors/result.hpp"
#include "connectors/talks.hpp"

namespace barometer {

// What one body of LinkedIn's held, in its order.
struct LinkedInAnswer {
  Page page = {};            // posts and unreadable
  TalkListing listing = {};  // times of last change; posts, and comments that have answers
  std::vector<std::string> ids =
      {};                         // of all elements, readable or not, as the list had them; empty where there was none
  std::optional<int> start = {};  // which of the list the first of them is, as the answer says
  std::optional<bool> more = {};  // whether further elements follow; empty: the answer does not say
};

// Shapes that we know by name:
//   posts     {"paging":…,"elements":[post …]} of /rest/posts             post     one of them
//   comments  the same of /rest/socialActions/URN/comments               comment  one of them
// Ids are URNs; Post::id is "linkedin:" and the URN. Authors are URNs as well: names need other rights.
std::span<const std::string_view> linkedin_kinds();

// Failures as linkedin_failure has them; skip for an object that is neither.
Result<LinkedInAnswer> read_linkedin(const HttpResponse& response, const ParseOptions& options);

// What an error asks for, by its status and words; of a body {"status":…,"serviceErrorCode":…,"code":…,"message":…}.
//   401  ask_operator: the token          403  ask_operator: rights       426, NONEXISTENT_VERSION  ask_operator: the version
//   429 of a day's limit  wait until midnight UTC, when days begin there   others  as refusal() has them
Failure linkedin_failure(const HttpResponse& response, UtcTime now);

}  // namespace barometer
