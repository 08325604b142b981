#pragma once

#include <string_view>
#include <vector>

#include "analysis/issues/issue.hpp"
#include "daemon/alerts/alert_config.hpp"

namespace barometer {

// Whether an issue meets all of a match, by what it is now.
bool meets(const Issue& issue, const IssueMatch& match);
// Whether one of its lists names the issue; an empty match names none.
bool names(const IssueMatch& match, const Issue& issue);

// Whether an issue is a recipient's to hear of, and if not, why.
enum class Fit {
  told,
  too_mild,     // below min_severity
  other_route,  // another role answers for its theme
  not_wanted,   // themes, places, tags or kinds do not meet it
  elsewhere,    // at an organisation that is none of ours
  excluded,     // `except` names it; red flags are told all the same
};
std::string_view name_of(Fit fit);  // "too_mild"
Fit fit_of(const Issue& issue, const RecipientConfig& recipient, const std::vector<RouteConfig>& routes);

// One post is enough, and nothing in the settings holds it up.
inline bool red_flag(const Issue& issue) { return issue.severity >= 4; }

// The place of an issue of which no service could be told, in the settings.
inline constexpr std::string_view unclear_place = "unclear";

}  // namespace barometer
