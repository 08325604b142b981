#pragma once

#include "daemon/web/visit.hpp"

namespace barometer {

// Posts that are looked for, page by page; and one post, with why it was judged as it was. Any thread.
HttpReply answer_posts(const Desk& desk, const Visit& visit);
HttpReply answer_post(const Desk& desk, const Visit& visit);

}  // namespace barometer
