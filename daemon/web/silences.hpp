#pragma once

#include "daemon/web/visit.hpp"

namespace barometer {

// Silences in force: of which issues nobody is told for a time, who said so and why. A red flag is told all the same. Any thread.
HttpReply answer_silences(const Desk& desk, const Visit& visit);
HttpReply api_silences(const Desk& desk, const Visit& visit);
// theme, place, tag: what is silenced, one of them at least; text: why; hours: 1 to 744. Owner is whoever says so.
HttpReply make_silence(const Desk& desk, const Visit& visit);
// Before its time. 400 if it is not there any more.
HttpReply finish_silence(const Desk& desk, const Visit& visit);

}  // namespace barometer
