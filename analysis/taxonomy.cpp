#include "analysis/taxonomy.hpp"

namespace barometer {

namespace {

constexpr ThemeInfo table[] = {
    {Theme::basic_care, "basic_care", "Neglect of basic care"},
    {Theme::food_water, "food_water", "Food and drink out of reach or withheld"},
    {Theme::call_bell, "call_bell", "Calls for help unanswered"},
    {Theme::pain, "pain", "Pain not relieved"},
    {Theme::medication, "medication", "Medicine error or omission"},
    {Theme::diagnosis, "diagnosis", "Missed, late or wrong diagnosis"},
    {Theme::falls, "falls", "Falls and poor supervision"},
    {Theme::infection, "infection", "Infection control and cleanliness"},
    {Theme::never_event, "never_event", "Never-event-like"},
    {Theme::restraint_mh, "restraint_mh", "Restraint, seclusion, rights under the Act"},
    {Theme::abuse, "abuse", "Abuse, assault, safeguarding"},
    {Theme::death_concern, "death_concern", "Death felt avoidable or unexplained"},
    {Theme::not_listened, "not_listened", "Not listened to, dismissed"},
    {Theme::family_excluded, "family_excluded", "Family and carers shut out"},
    {Theme::poor_info, "poor_info", "Poor or conflicting information"},
    {Theme::attitude, "attitude", "Rudeness, lack of compassion"},
    {Theme::dignity_privacy, "dignity_privacy", "Dignity and privacy"},
    {Theme::discrimination, "discrimination", "Unequal treatment"},
    {Theme::access, "access", "Cannot get in"},
    {Theme::waiting, "waiting", "Waits and corridor care"},
    {Theme::discharge, "discharge", "Unsafe discharge and handover"},
    {Theme::lost_in_system, "lost_in_system", "Falling between services, lost records"},
    {Theme::staffing, "staffing", "Too few or unskilled staff"},
    {Theme::environment, "environment", "Building, equipment, heat, noise"},
    {Theme::transport_parking, "transport_parking", "Getting there"},
    {Theme::property, "property", "Belongings lost or stolen"},
    {Theme::confidentiality, "confidentiality", "Breach of confidentiality"},
    {Theme::complaint_ignored, "complaint_ignored", "Complaint unanswered or punished"},
    {Theme::staff_concern, "staff_concern", "Staff warning"},
    {Theme::money_over_care, "money_over_care", "Targets and finance above patients"},
    {Theme::misinformation, "misinformation", "Health misinformation", false},
    {Theme::abuse_of_staff, "abuse_of_staff", "Abuse aimed at staff", false},
    {Theme::distress, "distress", "Person in crisis", false},
    {Theme::praise, "praise", "Thanks, good care", false},
};

}  // namespace

std::span<const ThemeInfo> themes() { return table; }

const ThemeInfo& info(Theme theme) { return table[static_cast<std::size_t>(theme) - 1]; }

std::optional<Theme> theme_by_id(std::string_view id) {
  for (const ThemeInfo& row : table)
    if (row.id == id) return row.theme;
  return std::nullopt;
}

std::string_view severity_name(int severity) {
  constexpr std::string_view names[] = {"none", "low", "medium", "high", "red flag"};
  return names[severity < 0 ? 0 : severity >= severities ? severities - 1 : severity];
}

}  // namespace barometer
