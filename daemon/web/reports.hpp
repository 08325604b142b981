#pragma once

#include "daemon/web/visit.hpp"

namespace barometer {

// How often we are right, by what people judged, and how often we miss something, by the weekly sample. Any thread.
HttpReply answer_reports(const Desk& desk, const Visit& visit);
HttpReply api_precision(const Desk& desk, const Visit& visit);
// The unflagged posts of the last week that is over, drawn by lot, with their words: looking is noted once for all of them.
HttpReply answer_sample(const Desk& desk, const Visit& visit);
HttpReply api_sample(const Desk& desk, const Visit& visit);

}  // namespace barometer
