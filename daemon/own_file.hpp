#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "connectors/result.hpp"

namespace barometer {

// A file that the settings name. Fails with ask_operator where it cannot be read: "FILE cannot be read: REMEDY".
Result<std::string> own_file(const std::filesystem::path& file, std::string_view remedy);

}  // namespace barometer
