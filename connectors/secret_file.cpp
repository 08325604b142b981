#include "connectors/secret_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <system_error>
#include <unistd.h>

namespace barometer {
namespace {

bool written(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return ::fsync(descriptor) == 0;
}

}  // namespace

bool replace_secret_file(const std::filesystem::path& file, std::string_view bytes) {
  std::string draft = file.string() + ".XXXXXX";
  const int descriptor = ::mkostemp(draft.data(), O_CLOEXEC);  // of mode 0600
  if (descriptor < 0) return false;
  const bool whole = written(descriptor, bytes);
  const bool closed = ::close(descriptor) == 0;
  std::error_code error;
  if (whole && closed) std::filesystem::rename(draft, file, error);
  if (whole && closed && !error) return true;
  std::filesystem::remove(draft, error);
  return false;
}

}  // namespace barometer
