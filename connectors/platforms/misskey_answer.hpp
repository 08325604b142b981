#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/http_message.hpp"
#include "connectors/id_timeline.hpp"
#include "connectors/post.hpp"
#include "connectors/registry.hpp"
#include "connectors/result.hpp"

namespace barometer {

// What one body held, in its order; each post once, however many notes pass it on.
struct MisskeyAnswer {
  std::vector<Post> posts = {};
  TimelineSeen seen = {};        // ids of the notes themselves, not of what they pass on
  bool ascending = false;        // the body's order
  std::uint64_t unreadable = 0;  // entries that are no note
};

// Shapes that we know by name:
//   notes  a list of notes     note  one note     ws  {"type":"channel","body":{"type":"note","body":…}}
std::span<const std::string_view> misskey_kinds();

// Any bytes. Failures: retry when the body breaks off, skip when it is something else, and what an error object says.
Result<MisskeyAnswer> read_misskey_answer(std::string_view body, const ParseOptions& options);

// Code of an error object, {"error":{"code":…}}; empty when it is none.
std::string misskey_error(std::string_view body);

// A refusal as what to do about it: by the error object's code, whatever the status, then by the status.
Failure misskey_refusal(const HttpResponse& response, UtcTime now);

}  // namespace barometer
