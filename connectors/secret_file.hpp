#pragma once

#include <filesystem>
#include <string_view>

namespace barometer {

// Puts `bytes` in place of what a file holds, as a whole and on the disk, readable by our own user alone (mode 0600).
// False when it cannot be written; the old content is then untouched.
bool replace_secret_file(const std::filesystem::path& file, std::string_view bytes);

}  // namespace barometer
