#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace barometer {

// Themes of care quality that a post can raise. The numbers are on disk and in series keys: never reused, only added to.
enum class Theme : std::uint8_t {
  basic_care = 1,
  food_water = 2,
  call_bell = 3,
  pain = 4,
  medication = 5,
  diagnosis = 6,
  falls = 7,
  infection = 8,
  never_event = 9,
  restraint_mh = 10,
  abuse = 11,
  death_concern = 12,
  not_listened = 13,
  family_excluded = 14,
  poor_info = 15,
  attitude = 16,
  dignity_privacy = 17,
  discrimination = 18,
  access = 19,
  waiting = 20,
  discharge = 21,
  lost_in_system = 22,
  staffing = 23,
  environment = 24,
  transport_parking = 25,
  property = 26,
  confidentiality = 27,
  complaint_ignored = 28,
  staff_concern = 29,
  money_over_care = 30,
  misinformation = 31,
  abuse_of_staff = 32,
  distress = 33,
  praise = 34,
};

struct ThemeInfo {
  Theme theme;
  std::string_view id;     // "call_bell": in JSON, labels and settings
  std::string_view title;  // "Calls for help unanswered": for people
  bool care = true;        // false: a lane of its own (praise, misinformation, …), never counted as a care concern
};

std::span<const ThemeInfo> themes();
const ThemeInfo& info(Theme theme);
std::optional<Theme> theme_by_id(std::string_view id);

inline constexpr std::string_view taxonomy_version = "2026.1";
inline constexpr int severities = 5;  // 0 none, 1 low, 2 medium, 3 high, 4 red flag
std::string_view severity_name(int severity);

}  // namespace barometer
