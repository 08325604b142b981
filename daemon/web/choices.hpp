#pragma once

#include <string>
#include <utility>
#include <vector>

#include "daemon/config.hpp"
#include "daemon/web/look.hpp"

namespace barometer {

// Lists to choose from, as filters of several pages offer them. Pure.

using Options = std::vector<std::pair<std::string, std::string>>;  // value, text

View choice(const char* name, const char* label, const char* any, const Options& options, std::string_view chosen);

Options same(std::vector<std::string> names);
Options severity_options();  // 1 .. 4, "or above"
Options tag_options(const Config& config);
Options theme_options();
Options service_options(const Config& config);
Options voice_options();

}  // namespace barometer
