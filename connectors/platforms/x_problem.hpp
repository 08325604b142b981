#pragma once

#include <optional>

#include "connectors/http_message.hpp"
#include "connectors/json_document.hpp"
#include "connectors/result.hpp"

namespace barometer {

// API v2 tells what is wrong by a problem's `type` (.../problems/usage-capped), in older words by a code, and often by the
// status alone.

// What an error body says by itself; nothing when it is none.
std::optional<Failure> x_problem(JsonValue root, UtcTime now);

// An answer whose status is not 2xx. 429 waits for the window's reset, unless the account's money or cap is used up: that
// is for the operator, because no window ends it.
Failure x_refusal(const HttpResponse& response, UtcTime now);

}  // namespace barometer
