#pragma once

#include <span>

#include "analysis/issues/services.hpp"
#include "daemon/review/review_state.hpp"
#include "daemon/web/look.hpp"
#include "daemon/web/visit.hpp"

namespace barometer {

// Emerging issues: those that are open and those that were, and the story of one. Any thread.
HttpReply answer_issues(const Desk& desk, const Visit& visit);
HttpReply answer_issue(const Desk& desk, const Visit& visit);
HttpReply api_issues(const Desk& desk, const Visit& visit);
HttpReply api_issue(const Desk& desk, const Visit& visit);

// What state (open if left out, "all"), severity, theme and tag ask for, the gravest first.
Result<std::vector<Issue>> asked_issues(const Store& store, const Fields& query);

// Empty if there is none of that id.
Result<std::optional<Issue>> find_issue(const Store& store, const std::string& id);

// The open ones, the gravest first, then the newest; at most so many, for the first page.
Result<std::vector<Issue>> open_issues(const Store& store, std::size_t most);
// For the partial template issue_item; services are those of the settings.
View issue_view(std::span<const Service> services, const Issue& issue, const IssueReview& review, UtcTime now);

}  // namespace barometer
