#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/issues/issue.hpp"
#include "connectors/result.hpp"
#include "daemon/config.hpp"

namespace barometer {

// Somebody's word that some issues need not be told until then. A red flag is told all the same.
struct Silence {
  std::string owner = {};
  std::string reason = {};
  UtcTime until = {};
  IssueMatch match = {};
  std::optional<UtcTime> since = {};  // when it was made, if that is known
};

// On the page; a longer one is written into the file by hand.
inline constexpr std::chrono::hours longest_silence{24 * 31};

struct SilencesRead {
  std::vector<Silence> silences = {};      // those that are written well, whatever is wrong with others
  std::vector<Complaint> complaints = {};  // FILE:LINE, by line
};

// A file that is not there holds none. Never throws.
SilencesRead read_silences(const std::filesystem::path& file);
SilencesRead parse_silences(std::string_view yaml, const std::string& file_name);
// The same, to be added to the end of such a file; with its head if it is the first.
std::string silence_yaml(const Silence& silence, bool first);

// Adds one to the file, which is made if it is missing; nothing is written if that would not read well.
Result<void> add_silence(const std::filesystem::path& file, const Silence& silence);

// What names one in an address: a digest of what it says.
std::string silence_id(const Silence& silence);
// Writes the file anew without it, if it is there (else skip). Remarks in the file are lost; one that does not read well stays as it is.
Result<void> end_silence(const std::filesystem::path& file, const std::string& id);

// Of issues of the same theme at the same place; of one without a clear place also under its tag alone.
Silence silence_like(const Issue& issue, std::string owner, std::string reason, UtcTime since, UtcTime until);

// alerts.silences_file, or its default.
std::filesystem::path silences_file(const Config& config);

// The one that lasts longest of those in force that the issue meets; null if there is none, or if it is a red flag.
const Silence* silence_of(const Issue& issue, const std::vector<Silence>& silences, UtcTime now);

}  // namespace barometer
