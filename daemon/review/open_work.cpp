#include "daemon/review/open_work.hpp"

#include <algorithm>
#include <vector>

#include "daemon/review/take_step.hpp"

namespace barometer {

Result<OpenWork> open_work(const Store& store, UtcTime now) {
  std::vector<Issue> open_ones;
  const auto read = store.issues({.open = true}, [&](const Issue& issue) {
    const auto state = issue.state_at(now);
    if (state != IssueState::closed && state != IssueState::merged) open_ones.push_back(issue);
    return true;
  });
  if (!read) return read.error();
  OpenWork out;
  for (const auto& issue : open_ones) {
    const auto severity = static_cast<std::size_t>(std::clamp(issue.severity, 0, severities - 1));
    ++out.issues[issue.theme][severity];
    const auto review = review_of(store, issue, now);
    if (!review) return review.error();
    if (review->status != ReviewStatus::fresh) continue;
    const auto since = review->grown ? issue.escalated_at.back() : issue.opened_at;
    auto& oldest = out.oldest[severity];
    if (!oldest || since < *oldest) oldest = since;
  }
  return out;
}

}  // namespace barometer
