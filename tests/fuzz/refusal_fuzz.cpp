// Hostile refusals, of any server and as each platform words them: waits lie ahead and within a year or so, and links come from the header.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "connectors/graph_api.hpp"
#include "connectors/platforms/bluesky_session.hpp"
#include "connectors/platforms/discourse_answer.hpp"
#include "connectors/platforms/lemmy_answer.hpp"
#include "connectors/platforms/linkedin_answer.hpp"
#include "connectors/platforms/mastodon.hpp"
#include "connectors/platforms/mastodon_stream.hpp"
#include "connectors/platforms/misskey_answer.hpp"
#include "connectors/platforms/reddit_answer.hpp"
#include "connectors/platforms/x_problem.hpp"
#include "connectors/platforms/youtube_answer.hpp"
#include "connectors/refusal.hpp"
#include "connectors/time.hpp"
#include "tests/fuzz/response_of.hpp"

using namespace barometer;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const UtcTime now = *parse_iso("2026-11-21T20:00:00Z");
  const auto ahead = [](std::optional<UtcTime> time) {
    return !time || (*time >= now && *time <= now + std::chrono::days{366});
  };
  const HttpResponse response = response_of({reinterpret_cast<const char*>(data), size});
  const Failure failure = refusal(response, now);
  if (failure.not_before.has_value() != (failure.remedy == Remedy::wait)) std::abort();
  for (const auto& hints : {hints_from(response, now), graph_hints(response, now)})
    if (!ahead(hints.not_before) || !ahead(hints.limit_resets_at) || hints.at_least.count() < 0) std::abort();
  if (link_header(response, "next").size() > size) std::abort();
  if (is_json(response) + is_xml(response) + is_html(response) > 1) std::abort();

  std::optional<Failure> of_graph;
  if (const auto error = graph_error(response)) of_graph = graph_failure(*error, response, now);
  for (const auto& said :
       {failure, bluesky_failure(response, now), discourse_refusal(response, now), lemmy_refusal(response, now),
        linkedin_failure(response, now), mastodon_refusal(response, now), stream_refusal(response, now),
        misskey_refusal(response, now), reddit_refusal(response, now), x_refusal(response, now),
        youtube_refusal(response, now), of_graph.value_or(failure)})
    if (!ahead(said.not_before) || said.detail.empty()) std::abort();
  return 0;
}
