#pragma once

#include "daemon/web/visit.hpp"

namespace barometer {

// All sources and how they are doing; and one of them, with what it brought, when it was blind, and why it is silent. Any thread.
HttpReply answer_sources(const Desk& desk, const Visit& visit);
HttpReply answer_source(const Desk& desk, const Visit& visit);

}  // namespace barometer
