#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/post.hpp"
#include "connectors/registry.hpp"
#include "connectors/result.hpp"
#include "connectors/sse.hpp"

namespace barometer {

// What one body held, in its order; each post once, however many boosts pass it on.
struct MastodonAnswer {
  std::vector<Post> posts = {};
  std::string newest = {};                // largest and smallest id of the outer statuses, as their server orders them;
  std::string oldest = {};                // empty when there was none
  std::optional<UtcTime> oldest_at = {};  // when the oldest of them was made
  std::uint64_t unreadable = 0;           // entries that are no status
};

// Shapes that we know by name:
//   timeline  a list of statuses                         status   one status
//   search    {"accounts":…,"statuses":[…]}              context  {"ancestors":[…],"descendants":[…]}
//   history   a list of revisions, oldest first          sse      event: and data: lines
//   ws        frames {"stream":…,"event":…,"payload":…}, one a line or one alone
std::span<const std::string_view> mastodon_kinds();

// Any bytes. Failures: retry when the body breaks off, ask_operator when it is a web page or says that it will not answer, skip
// when it says that something is not there, or is something else.
Result<MastodonAnswer> read_mastodon_answer(std::string_view body, const ParseOptions& options);

// One event of a stream: the status of an update, or a tombstone, whose id then is what its server calls the post, because the
// stream says no more. Other events are empty answers.
MastodonAnswer read_mastodon_event(const SseEvent& event, const ParseOptions& options);

}  // namespace barometer
