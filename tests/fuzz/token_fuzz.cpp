// Hostile answers to questions that are not for posts: tokens, sessions, rules of a stream, names. What is taken from them is not empty, and
// holds for some time ahead.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "connectors/platforms/bluesky_session.hpp"
#include "connectors/platforms/careopinion.hpp"
#include "connectors/platforms/reddit_token.hpp"
#include "connectors/platforms/x_stream.hpp"
#include "connectors/time.hpp"
#include "tests/fuzz/response_of.hpp"

using namespace barometer;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const UtcTime now = *parse_iso("2026-11-21T20:00:00Z");
  static const XConfig config;
  const HttpResponse response = response_of({reinterpret_cast<const char*>(data), size});
  if (const auto token = reddit_token(response, now); token.has_value() && token->text.empty()) std::abort();
  BlueskySession session;
  if (!take_session(response, now, session)) {
    if (session.access.empty() || session.refresh.empty()) std::abort();
    if (!session.service.empty() && !session.service.starts_with("https://")) std::abort();
  }
  if (const auto rules = x_rules(config, response, now); rules.has_value())
    for (const auto& id : rules->old)
      if (id.empty()) std::abort();
  if (const auto names = careopinion_names(response, now); names.has_value() && names->size() > size) std::abort();
  return 0;
}
