#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/registry.hpp"

namespace barometer {

// A platform's settings, as its check and its maker read them. Checks add a complaint and its remedy.

// The setting's text, or the fallback when it is absent or empty.
std::string setting(const SourceConfig& config, std::string_view key, std::string_view fallback = {});
// The setting's number; the fallback where check_number complains.
int setting(const SourceConfig& config, std::string_view key, int fallback);

void check_url(const SourceConfig& config, std::string_view key, std::vector<SettingComplaint>& complaints);
void check_number(const SourceConfig& config, std::string_view key, int least, int most,
                  std::vector<SettingComplaint>& complaints);
void check_secret(const SourceConfig& config, std::string_view key, std::vector<SettingComplaint>& complaints);

// First line of a secret's file, without white space around it. Throws std::runtime_error naming the file when it cannot be
// read or is empty; an empty path is an empty secret.
std::string read_secret(const std::filesystem::path& file);

// Where that file is. A bare name (no slash) that systemd has handed over as a credential (LoadCredential=, or
// SetCredentialEncrypted=) lies in $CREDENTIALS_DIRECTORY; everything else is where it says.
std::filesystem::path secret_place(const std::filesystem::path& file);

}  // namespace barometer
