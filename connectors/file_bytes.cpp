#include "connectors/file_bytes.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace barometer {
namespace {

OpenFile::Identity identity_of(const struct ::stat& status) {
  return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)};
}

constexpr std::size_t most_neighbours = 10'000;  // files of a folder that are looked at

}  // namespace

Result<OpenFile> OpenFile::open(const std::filesystem::path& path) {
  // Without O_NONBLOCK a pipe that nobody writes to would hold us up here.
  OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.descriptor_ < 0 && errno == ENOENT)
    return Failure{Remedy::retry, path.string() + " is not there: make it, or check path"};
  if (file.descriptor_ < 0)
    return Failure{Remedy::ask_operator, path.string() + " cannot be opened (" + std::strerror(errno) +
                                             "): let barometer's user read it, or check path"};
  if (!file.stat().regular)
    return Failure{Remedy::ask_operator, path.string() + " is a folder or a device: name a file"};
  return file;
}

OpenFile& OpenFile::operator=(OpenFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

OpenFile::Stat OpenFile::stat() const {
  struct ::stat status {};
  if (::fstat(descriptor_, &status) != 0) return {};
  return {identity_of(status), static_cast<std::uint64_t>(status.st_size),
          status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec, S_ISREG(status.st_mode)};
}

std::string OpenFile::read(std::uint64_t offset, std::size_t most) const {
  std::string bytes(most, '\0');
  std::size_t got = 0;
  while (got < most) {
    const auto more = ::pread(descriptor_, bytes.data() + got, most - got, static_cast<off_t>(offset + got));
    if (more < 0 && errno == EINTR) continue;
    if (more <= 0) break;
    got += static_cast<std::size_t>(more);
  }
  bytes.resize(got);
  return bytes;
}

std::optional<std::filesystem::path> find_file(const std::filesystem::path& folder, OpenFile::Identity identity) {
  std::error_code odd;
  std::size_t looked_at = 0;
  const auto place = folder.empty() ? std::filesystem::path(".") : folder;
  for (auto entry = std::filesystem::directory_iterator(place, odd); !odd && entry != end(entry);
       entry.increment(odd)) {
    struct ::stat status {};
    if (++looked_at > most_neighbours) break;
    if (::stat(entry->path().c_str(), &status) == 0 && S_ISREG(status.st_mode) && identity_of(status) == identity)
      return entry->path();
  }
  return std::nullopt;
}

}  // namespace barometer
