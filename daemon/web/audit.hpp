#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/result.hpp"

namespace barometer {

// Who looked at what, and changed what: a file that only grows, one JSON object a line. Each line holds the hash of the one before
// it, so that none can be altered or left out without all that follow telling.
//   {"n":1,"at":"2026-03-04T20:15:00.000Z","who":"anna","did":"read","about":"post 1772655300000-0a1b2c3d4e5f","before":HASH,"hash":HASH}
// `hash` is SHA-256 over `before` and the line up to its own member, hexadecimal; `before` of the first is 64 zeros. Where lines were taken away
// because their time was over, the first line says so, and from which hash the others go on:
//   {"removed":17,"until":"2026-03-04T20:15:00.000Z","hash":HASH}
struct AuditEntry {
  std::uint64_t number = 0;
  UtcTime at = {};
  std::string who = {};    // name of a person or token
  std::string did = {};    // "read", "signed in", "judged" …
  std::string about = {};  // no post text, nobody's handle
};

struct AuditRead {
  std::vector<AuditEntry> entries = {};  // the last of them, the newest first
  std::uint64_t all = 0;                 // how many there ever were
  std::uint64_t removed = 0;             // of them, whose time was over
  std::optional<std::uint64_t> broken_at =
      {};  // number of the first line that does not follow from the one before; empty: none
};

// Any thread.
class AuditLog {
 public:
  static constexpr std::string_view file_name = "audit.log";  // in the store's folder

  // Goes on where the file ends; made, for its owner only, at the first entry.
  explicit AuditLog(std::filesystem::path file);

  // On the disk when this returns; a failure is logged and given, and what was to be noted must not be done then.
  Result<void> note(const std::string& who, const std::string& did, const std::string& about, UtcTime now);

  // Takes away all lines before the first that is not older than that; how many. Where the record is broken, nothing: it is evidence.
  Result<std::uint64_t> remove_older(UtcTime until);

  // Reads all of it and checks every line.
  Result<AuditRead> read(std::size_t last) const;

 private:
  std::filesystem::path file_;
  mutable std::mutex mutex_;
  std::uint64_t number_ = 0;
  std::string hash_ = {};
};

}  // namespace barometer
