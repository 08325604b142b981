#include "connectors/settings.hpp"

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "connectors/url.hpp"

namespace barometer {
namespace {

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

}  // namespace

std::string setting(const SourceConfig& config, std::string_view key, std::string_view fallback) {
  const auto found = config.settings.find(std::string(key));
  return std::string(found == config.settings.end() || found->second.empty() ? fallback : found->second);
}

int setting(const SourceConfig& config, std::string_view key, int fallback) {
  return number(setting(config, key)).value_or(fallback);
}

void check_url(const SourceConfig& config, std::string_view key, std::vector<SettingComplaint>& complaints) {
  const auto url = setting(config, key);
  if (url.empty()) return;
  const bool odd = host_of(url).empty() || url.find_first_of(" \t\n\"<>") != std::string::npos;
  if (odd)
    complaints.push_back({std::string(key), "is not an address: write https://HOST and, where it has one, the path"});
}

void check_number(const SourceConfig& config, std::string_view key, int least, int most,
                  std::vector<SettingComplaint>& complaints) {
  const auto text = setting(config, key);
  if (text.empty()) return;
  const auto value = number(text);
  if (value && *value >= least && *value <= most) return;
  complaints.push_back({std::string(key), "is not a whole number from " + std::to_string(least) + " to " +
                                              std::to_string(most) + ": write one"});
}

void check_secret(const SourceConfig& config, std::string_view key, std::vector<SettingComplaint>& complaints) {
  try {
    read_secret(setting(config, key));
  } catch (const std::runtime_error& error) {
    complaints.push_back({std::string(key), error.what()});
  }
}

std::filesystem::path secret_place(const std::filesystem::path& file) {
  const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
  if (credentials == nullptr || file.empty() || file.has_parent_path()) return file;
  const auto handed_over = credentials / file;
  std::error_code odd;
  return std::filesystem::exists(handed_over, odd) ? handed_over : file;
}

std::string read_secret(const std::filesystem::path& named) {
  if (named.empty()) return {};
  const auto file = secret_place(named);
  std::ifstream in(file);
  std::string line;
  if (!in || std::filesystem::is_directory(file)) {
    throw std::runtime_error(file.string() + " cannot be read: make the file, readable by barometer's user alone");
  }
  std::getline(in, line);
  const auto begin = line.find_first_not_of(" \t\r");
  if (begin == std::string::npos)
    throw std::runtime_error(file.string() + " is empty: write the secret into its first line");
  return line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace barometer
