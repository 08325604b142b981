#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config.hpp"

namespace barometer {

// Settings on their way from a file to a Config, with the line that each stands on. A place is written as people would:
// "mail.server", "sources[0].every".
struct Draft {
  std::string file = {};
  Config config = {};
  std::map<std::string, int> lines = {};
  std::vector<Complaint> complaints = {};
  std::vector<Complaint> warnings = {};

  void complain(const std::string& place, const std::string& message);
  void warn(const std::string& place, const std::string& message);
  // Of the place, or of the nearest thing around it that the file has; 0 for the file as a whole.
  int line_of(std::string place) const;
};

// Shape and values: unknown keys, values that cannot be read. False when it is no YAML at all, and nothing more can be said.
bool read_yaml(Draft& draft, std::string_view yaml);
// What each tag means: terms that match nothing, or exclude each other, and tags that match too much.
void check_tags(Draft& draft);
// What the values mean together.
void check_meaning(Draft& draft);
// Who may reach the page, and how.
void check_web(Draft& draft);
// Who is told of which issue, and when.
void check_alerts(Draft& draft);
// How each recipient is reached, …
void check_channels(Draft& draft);
// … and the files that hold addresses and secrets.
void check_channel_files(Draft& draft);
// Whether a file can be read, with what to do otherwise.
void check_readable(Draft& draft, const std::string& place, const std::filesystem::path& file,
                    const std::string& remedy);
// A warning if others than barometer's user can read it.
void check_private(Draft& draft, const std::string& place, const std::filesystem::path& file);
// Whether there are such themes and kinds; `place` is that of the lists.
void check_match(Draft& draft, const IssueMatch& match, const std::string& place);
// A file of silences instead of settings. False when it is no YAML at all.
bool read_silences_yaml(Draft& draft, std::string_view yaml, std::vector<SilenceConfig>& into);
// Files and folders that the settings name.
void check_surroundings(Draft& draft);

}  // namespace barometer
