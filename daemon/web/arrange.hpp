#pragma once

#include "daemon/web/look.hpp"
#include "daemon/web/visit.hpp"

namespace barometer {

// What leads know and no count can: that two issues are one, or that one is two. Noted in the record of who did what before it is done;
// the reason stands in the issue's story. Answered like a step of a review (review_steps.hpp).
//   merge   other: id of the issue that goes into this one; text: why
//   split   posts: keys of those that leave, once each; text: why
HttpReply merge_issues(const Desk& desk, const Visit& visit);
HttpReply split_issue(const Desk& desk, const Visit& visit);

// For the partial template issue_arrange: the forms of both. `posts` are those that the page shows.
View arrange_view(const Desk& desk, const Visit& visit, const Issue& issue, const std::vector<StoredPost>& posts);

}  // namespace barometer
