#include "analysis/framework.hpp"

#include <array>

namespace barometer {

namespace {

constexpr std::array<FrameworkLabel, framework_size> labels{{
    {"organisation", "Organisation & efficiency"},
    {"funding", "Funding & use of financial resources"},
    {"staff_manner", "Staff manner & personal attributes"},
    {"competence", "Competence & training"},
    {"communication", "Unspecified communication"},
    {"listening", "Staff listening, understanding & involving patients"},
    {"info_direct", "Information directly from staff during care"},
    {"info_provision", "Information provision & guidance"},
    {"kept_informed", "Being kept informed, clarity & consistency of information"},
    {"contacting", "Contacting services"},
    {"appointments", "Appointment arrangements"},
    {"appointment_method", "Appointment method"},
    {"timeliness", "Timeliness of care"},
    {"pain", "Pain management"},
    {"discharge", "Discharge"},
    {"cleanliness", "Cleanliness, tidiness & infection control"},
    {"location", "Service location"},
    {"transport", "Transport to/ from services"},
    {"parking", "Parking"},
    {"entertainment", "Electronic entertainment"},
    {"feeling_safe", "Feeling safe"},
    {"mental_health_act", "Mental Health Act"},
    {"unlabellable", "Labelling not possible"},
    {"medication", "Supplying & understanding medication"},
    {"activities", "Activities & access to fresh air"},
    {"food", "Food & drink provision & facilities"},
    {"sensory", "Sensory experience"},
    {"family", "Interaction with family/ carers"},
    {"positive", "Positive experience & gratitude"},
    {"continuity", "Continuity of care"},
    {"environment", "Environment, facilities & equipment"},
    {"staffing", "Staffing levels & responsiveness"},
}};

}  // namespace

std::span<const FrameworkLabel, framework_size> framework() { return labels; }

std::optional<std::size_t> framework_number(std::string_view id) {
  for (std::size_t number = 0; number < labels.size(); ++number)
    if (labels[number].id == id) return number;
  return std::nullopt;
}

}  // namespace barometer
