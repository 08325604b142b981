#pragma once

#include "daemon/review/review_state.hpp"
#include "daemon/web/look.hpp"
#include "daemon/web/visit.hpp"

namespace barometer {

// What people did with an issue or a post, and the forms to go on, for the partial templates issue_review and post_review. Steps and
// forms are for those who review; everybody sees where it stands.
View issue_review_view(const Desk& desk, const Visit& visit, const Issue& issue, const IssueReview& review);
View post_review_view(const Visit& visit, const StoredPost& post, const PostReview& review);

// The four quick answers below a post of a list, for the partial post_item; `next` is where to go on afterwards.
View quick_verdicts(const Visit& visit, const std::string& next);

// "Anna took it, until 2:30pm"
std::string sentence_of(const ReviewAction& step, UtcTime now);

}  // namespace barometer
