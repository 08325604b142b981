#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "connectors/result.hpp"

namespace barometer {

// A file that is open for reading, and what the system calls it. Closed when it goes.
class OpenFile {
 public:
  struct Identity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    bool operator==(const Identity&) const = default;
  };
  struct Stat {
    Identity identity = {};
    std::uint64_t size = 0;
    std::int64_t changed = 0;  // nanoseconds since 1970
    bool regular = true;       // a file, and no pipe or terminal
  };

  // ask_operator when it cannot be opened, or is a folder; retry when it is not there (yet).
  static Result<OpenFile> open(const std::filesystem::path& path);
  // Takes over a descriptor.
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  OpenFile(OpenFile&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  OpenFile& operator=(OpenFile&& other) noexcept;
  ~OpenFile();

  Stat stat() const;
  // At most so many bytes from there on; fewer at the end, or where the disk fails.
  std::string read(std::uint64_t offset, std::size_t most) const;

 private:
  int descriptor_;
};

// The file of that identity in a folder, as after a log was renamed; none when it is not there.
std::optional<std::filesystem::path> find_file(const std::filesystem::path& folder, OpenFile::Identity identity);

}  // namespace barometer
