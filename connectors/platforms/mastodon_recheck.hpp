#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "connectors/platforms/mastodon.hpp"
#include "connectors/source.hpp"

namespace barometer {

// What has become of posts that we keep, as their server knows them. All pure.
// API: docs.joinmastodon.org/methods/statuses/#index (4.3) and #get

inline constexpr std::size_t mastodon_statuses_a_request = 20;

// Several at once: GET /api/v1/statuses?id[]=…
HttpRequest statuses_request(const MastodonConfig& config, std::span<const KeptPost> kept);

struct MastodonRecheck {
  std::vector<Post> posts = {};        // edited ones, and tombstones of those that are public no more
  std::vector<KeptPost> unclear = {};  // those that the answer does not hold: only the question for one is believed
  bool refused = false;                // this server does not know the question; all are unclear
};
// Failures are those that passing time or a person mends.
Result<MastodonRecheck> statuses_answer(const MastodonConfig& config, std::span<const KeptPost> kept,
                                        const HttpResponse& response, UtcTime now);

// One: GET /api/v1/statuses/:id
HttpRequest status_request(const MastodonConfig& config, const KeptPost& kept);
// A post that was edited, a tombstone when it is gone (404 in JSON, 410) or public no more, or nothing.
Result<std::vector<Post>> status_answer(const MastodonConfig& config, const KeptPost& kept,
                                        const HttpResponse& response, UtcTime now);

}  // namespace barometer
