#include "daemon/alerts/roles.hpp"

#include <algorithm>
#include <array>

namespace barometer {
namespace {

constexpr std::array role_table{
    Role{"patient_experience", "the patient experience lead",
         "ask the service what it knows, and agree who looks into it and by when"},
    Role{"pals", "PALS", "invite the people, in general words, to contact PALS in private"},
    Role{"patient_safety", "the patient safety lead", "check today whether this has been reported as an incident"},
    Role{"safeguarding", "the safeguarding lead",
         "follow the safeguarding procedure today; a person with training decides, never an automatic reply"},
    Role{"ftsu_guardian", "the Freedom to Speak Up guardian", "look into what is said, never into who said it"},
    Role{"information_governance", "the information governance lead",
         "find out whether personal data can be seen now, and have it taken down"},
    Role{"staff_support", "the security or staff support lead", "check whether anyone is in danger"},
    Role{"comms", "the communications team", "decide whether a public answer or correction is needed"},
};

struct AnsweredTheme {
  Theme theme;
  std::string_view role;
};

// Themes that are not the patient experience lead's to begin with.
constexpr std::array answered{
    AnsweredTheme{Theme::medication, "patient_safety"},
    AnsweredTheme{Theme::diagnosis, "patient_safety"},
    AnsweredTheme{Theme::falls, "patient_safety"},
    AnsweredTheme{Theme::infection, "patient_safety"},
    AnsweredTheme{Theme::never_event, "patient_safety"},
    AnsweredTheme{Theme::death_concern, "pals"},
    AnsweredTheme{Theme::restraint_mh, "safeguarding"},
    AnsweredTheme{Theme::abuse, "safeguarding"},
    AnsweredTheme{Theme::distress, "safeguarding"},
    AnsweredTheme{Theme::not_listened, "pals"},
    AnsweredTheme{Theme::family_excluded, "pals"},
    AnsweredTheme{Theme::poor_info, "pals"},
    AnsweredTheme{Theme::access, "pals"},
    AnsweredTheme{Theme::discharge, "pals"},
    AnsweredTheme{Theme::lost_in_system, "pals"},
    AnsweredTheme{Theme::property, "pals"},
    AnsweredTheme{Theme::complaint_ignored, "pals"},
    AnsweredTheme{Theme::confidentiality, "information_governance"},
    AnsweredTheme{Theme::staff_concern, "ftsu_guardian"},
    AnsweredTheme{Theme::abuse_of_staff, "staff_support"},
    AnsweredTheme{Theme::misinformation, "comms"},
    AnsweredTheme{Theme::praise, "comms"},
};

}  // namespace

std::span<const Role> roles() { return role_table; }

const Role* find_role(std::string_view id) {
  const auto* const row = std::ranges::find(role_table, id, &Role::id);
  return row == role_table.end() ? nullptr : row;
}

const Role& role_of(Theme theme, const std::vector<RouteConfig>& rows) {
  const auto id = theme == Theme{} ? std::string_view{} : info(theme).id;
  for (const auto& row : rows)
    if (std::ranges::find(row.themes, id) != row.themes.end())
      if (const auto* role = find_role(row.route)) return *role;
  const auto* const own = std::ranges::find(answered, theme, &AnsweredTheme::theme);
  const auto* const role = find_role(own == answered.end() ? "patient_experience" : own->role);
  return *role;
}

}  // namespace barometer
