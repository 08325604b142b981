#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/http_client.hpp"
#include "connectors/result.hpp"
#include "connectors/source.hpp"

namespace barometer {

// A setting of one platform, as print-config shows it and check-config knows it.
struct SourceSetting {
  std::string_view key;
  std::string_view fallback;  // empty with required = false: off
  bool required = false;
  std::string_view sentence;  // what it does, with its unit
};

// One configured source, before it is made. The settings that every source has (name, platform, every, tag …)
// are daemon's; here are only those of its platform, as the file had them.
struct SourceConfig {
  std::string name = {};
  std::string platform = {};
  std::map<std::string, std::string> settings = {};
};

// What is wrong with one setting: the key it is about and what to write instead.
struct SettingComplaint {
  std::string key = {};
  std::string message = {};
};

// What `barometer parse` hands to a platform's parser.
struct ParseOptions {
  std::string kind = {};      // one of Connector::kinds; empty: the body's shape tells
  std::string base_url = {};  // stands for the address that the body came from
  std::string source = {};    // becomes Post::source
  UtcTime now = {};           // becomes Post::seen_at
};

// One platform: a row in the registry.
struct Connector {
  std::string_view name;
  std::string_view sentence;                // what it listens to, for people
  std::span<const std::string_view> kinds;  // shapes of answer that `parse` knows by name
  std::span<const SourceSetting> settings;
  // Complaints about values; unknown and missing keys are found by the caller from `settings`.
  std::vector<SettingComplaint> (*check)(const SourceConfig&);
  // `config` passed the check. The client outlives the source. Null for a platform whose posts are pushed to us.
  std::unique_ptr<Source> (*make)(const SourceConfig& config, HttpClient& http);
  // A body becomes posts, in the order of the body. Pure.
  Result<Page> (*parse)(std::string body, const ParseOptions& options);
  // Its posts are handed over on purpose, as a file or one by one: none is too old to be taken.
  bool handed_over = false;
};

// All platforms, by name.
std::span<const Connector> connectors();
// Null when there is no such platform.
const Connector* find_connector(std::string_view name);

}  // namespace barometer
