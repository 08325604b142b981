#include "daemon/config.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "connectors/settings.hpp"
#include "daemon/config_draft.hpp"
#include "daemon/watch.hpp"

namespace barometer {
namespace {

constexpr std::size_t longest_file = 1'000'000;  // bytes; more is some other file, given by mistake

ConfigRead finished(Draft draft) {
  const auto by_line = [](const Complaint& a, const Complaint& b) { return a.line < b.line; };
  std::stable_sort(draft.complaints.begin(), draft.complaints.end(), by_line);
  std::stable_sort(draft.warnings.begin(), draft.warnings.end(), by_line);
  return {std::move(draft.config), std::move(draft.complaints), std::move(draft.warnings)};
}

Draft draft_of(std::string_view yaml, const std::string& file_name) {
  Draft draft;
  draft.file = file_name;
  if (read_yaml(draft, yaml)) check_meaning(draft);
  return draft;
}

}  // namespace

HttpSettings http_settings_of(const Config& config, const ListenConfig& listen) {
  HttpSettings http = config.http;
  if (!listen.ca_file.empty()) http.ca_file = listen.ca_file;
  if (!listen.proxy.empty()) {
    http.proxy = listen.proxy == "none" ? "" : listen.proxy;
    http.proxy_login_file = listen.proxy_login_file;
    http.no_proxy.clear();
  }
  http.proxy_login = read_secret(http.proxy_login_file);
  return http;
}

std::vector<std::string> names_of_sources(const Config& config) {
  std::vector<std::string> names;
  for (const ListenConfig& listen : config.sources) names.push_back(listen.source.name);
  return names;
}

std::vector<std::string> names_of_pushed_sources(const Config& config) {
  std::vector<std::string> names;
  for (const ListenConfig& listen : config.sources) {
    const auto* connector = find_connector(listen.source.platform);
    if (connector != nullptr && connector->make == nullptr) names.push_back(listen.source.name);
  }
  return names;
}

std::vector<std::string> names_of_tags(const Config& config) {
  std::vector<std::string> names;
  for (const TagConfig& tag : config.tags) names.push_back(tag.name);
  if (std::any_of(config.tags.begin(), config.tags.end(), [](const TagConfig& tag) { return tag.us; }))
    names.emplace_back(Watch::us);
  return names;
}

void Draft::complain(const std::string& place, const std::string& message) {
  complaints.push_back({file, line_of(place), message});
}

void Draft::warn(const std::string& place, const std::string& message) {
  warnings.push_back({file, line_of(place), message});
}

int Draft::line_of(std::string place) const {
  while (!place.empty()) {
    if (const auto found = lines.find(place); found != lines.end()) return found->second;
    const auto cut = place.find_last_of(".[");
    place.resize(cut == std::string::npos ? 0 : cut);
  }
  return 0;
}

ConfigRead parse_config(std::string_view yaml, const std::string& file_name) {
  return finished(draft_of(yaml, file_name));
}

ConfigRead read_config(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::string yaml(longest_file + 1, '\0');
  in.read(yaml.data(), static_cast<std::streamsize>(yaml.size()));
  yaml.resize(static_cast<std::size_t>(in.gcount()));
  Draft empty;
  empty.file = file.string();
  if (in.bad() || (yaml.empty() && !in.is_open()) || std::filesystem::is_directory(file)) {
    empty.complain({}, "this file cannot be read: check its name and its permissions");
    return finished(std::move(empty));
  }
  if (yaml.size() > longest_file) {
    empty.complain({}, "this file is larger than 1 MB: name a settings file");
    return finished(std::move(empty));
  }
  auto draft = draft_of(yaml, file.string());
  check_surroundings(draft);
  return finished(std::move(draft));
}

}  // namespace barometer
