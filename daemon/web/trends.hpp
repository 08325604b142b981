#pragma once

#include "daemon/web/visit.hpp"

namespace barometer {

// What was said under a tag over any span, against the span before. Any thread.
HttpReply answer_trends(const Desk& desk, const Visit& visit);

}  // namespace barometer
