#include "analysis/issues/issue.hpp"

#include <algorithm>

namespace barometer {

std::string_view name_of(IssueKind kind) {
  switch (kind) {
    case IssueKind::burst: return "burst";
    case IssueKind::slow_burn: return "slow_burn";
    case IssueKind::red_flag: return "red_flag";
    case IssueKind::direction: return "direction";
    case IssueKind::unanswered: return "unanswered";
  }
  return "";
}

std::string_view name_of(IssueState state) {
  switch (state) {
    case IssueState::fresh: return "new";
    case IssueState::active: return "active";
    case IssueState::cooling: return "cooling";
    case IssueState::closed: return "closed";
    case IssueState::merged: return "merged";
  }
  return "";
}

std::string_view name_of(IssueChange change) {
  switch (change) {
    case IssueChange::opened: return "opened";
    case IssueChange::escalated: return "escalated";
    case IssueChange::closed: return "closed";
  }
  return "";
}

std::chrono::hours Issue::patience() const {
  constexpr std::chrono::days least{10};
  constexpr std::chrono::days for_an_answer{60};  // it ages meanwhile
  if (kind == IssueKind::unanswered) return std::max<std::chrono::hours>(for_an_answer, evidence.window);
  return std::max<std::chrono::hours>(least, evidence.window * 7 / 10);
}

IssueState Issue::state_at(UtcTime now) const {
  if (!merged_into.empty()) return IssueState::merged;
  if (closed_at || now - last_post_at > patience()) return IssueState::closed;
  if (now - last_post_at > patience() / 2) return IssueState::cooling;
  return now - opened_at < std::chrono::days{1} ? IssueState::fresh : IssueState::active;
}

}  // namespace barometer
