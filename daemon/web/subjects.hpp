#pragma once

#include "daemon/web/visit.hpp"

namespace barometer {

// Requests of people about what is kept of them: to find it, to hand it over, to erase it. Fields: handle with platform (any if left
// out), or url. What was asked stands in no address, log or record; that somebody asked, and how much was found, does. Any thread.
HttpReply answer_subjects(const Desk& desk, const Visit& visit);
HttpReply find_persons_posts(const Desk& desk, const Visit& visit);
HttpReply export_persons_posts(const Desk& desk, const Visit& visit);  // a JSON file
// confirm: "erase". A handle that has posts on several platforms may be another person's on each: platform is needed then.
HttpReply erase_persons_posts(const Desk& desk, const Visit& visit);

}  // namespace barometer
