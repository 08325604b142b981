#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "analysis/taxonomy.hpp"
#include "daemon/alerts/alert_config.hpp"

namespace barometer {

// Who in a trust answers for which concern. Any thread.
struct Role {
  std::string_view id;         // in the settings: "pals"
  std::string_view title;      // in a sentence: "PALS"
  std::string_view next_step;  // what this role does first; in the imperative, without a full stop
};
std::span<const Role> roles();
const Role* find_role(std::string_view id);  // null if there is none

// What Barometer has, unless a row of the settings names the theme.
const Role& role_of(Theme theme, const std::vector<RouteConfig>& rows);

}  // namespace barometer
