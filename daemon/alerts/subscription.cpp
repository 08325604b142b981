#include "daemon/alerts/subscription.hpp"

#include <algorithm>
#include <array>

#include "analysis/issues/organisations.hpp"
#include "daemon/alerts/roles.hpp"

namespace barometer {
namespace {

// What an issue has for each list of a match, in the words of the settings.
struct Trait {
  std::vector<std::string> IssueMatch::*list;
  std::string_view (*of)(const Issue&);
};
constexpr std::array traits{
    Trait{&IssueMatch::themes,
          [](const Issue& i) { return i.theme == Theme{} ? std::string_view{} : info(i.theme).id; }},
    Trait{&IssueMatch::places,
          [](const Issue& i) { return i.place.empty() ? unclear_place : std::string_view{i.place}; }},
    Trait{&IssueMatch::tags, [](const Issue& i) { return std::string_view{i.tag}; }},
    Trait{&IssueMatch::kinds, [](const Issue& i) { return name_of(i.kind); }},
};

bool holds(const std::vector<std::string>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

bool meets(const Issue& issue, const IssueMatch& match) {
  return std::all_of(traits.begin(), traits.end(), [&](const Trait& trait) {
    const auto& list = match.*trait.list;
    return list.empty() || holds(list, trait.of(issue));
  });
}

bool names(const IssueMatch& match, const Issue& issue) {
  return std::any_of(traits.begin(), traits.end(),
                     [&](const Trait& trait) { return holds(match.*trait.list, trait.of(issue)); });
}

Fit fit_of(const Issue& issue, const RecipientConfig& recipient, const std::vector<RouteConfig>& routes) {
  if (issue.severity < recipient.min_severity) return Fit::too_mild;
  if (!recipient.routes.empty() && !holds(recipient.routes, role_of(issue.theme, routes).id)) return Fit::other_route;
  if (!meets(issue, recipient.wanted)) return Fit::not_wanted;
  if (is_listed(issue.place) && !recipient.elsewhere && recipient.wanted.places.empty()) return Fit::elsewhere;
  if (!red_flag(issue) && names(recipient.except, issue)) return Fit::excluded;
  return Fit::told;
}

std::string_view name_of(Fit fit) {
  switch (fit) {
    case Fit::told: return "told";
    case Fit::too_mild: return "too_mild";
    case Fit::other_route: return "other_route";
    case Fit::not_wanted: return "not_wanted";
    case Fit::elsewhere: return "elsewhere";
    case Fit::excluded: return "excluded";
  }
  return "";
}

}  // namespace barometer
