#pragma once

#include <string>

#include "daemon/review/precision.hpp"
#include "daemon/review/review_state.hpp"
#include "daemon/web/visit.hpp"

namespace barometer {

// What people did, as JSON for programs.
std::string review_json(const IssueReview& review);
std::string review_json(const PostReview& review);
// One row: {"what":"rule","name":"pain.1","right":7,"judged":10,"precision":0.7,"low":0.4,"high":0.89}
std::string precision_json(const std::string& what, const std::string& name, const Precision& precision);

HttpReply api_issue_review(const Desk& desk, const Visit& visit);
HttpReply api_post_review(const Desk& desk, const Visit& visit);

}  // namespace barometer
