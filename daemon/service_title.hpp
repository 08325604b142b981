#pragma once

#include <span>
#include <string>
#include <string_view>

#include "analysis/issues/services.hpp"

namespace barometer {

// What people call a service: its name, and whose part it is ("Ward 7, Marlbeck Hospital"). One that is in the settings no more is
// shown by its id; empty stays empty.
std::string service_title(std::span<const Service> services, std::string_view id);

}  // namespace barometer
