#include "daemon/key_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <unistd.h>

#include <openssl/rand.h>

namespace barometer {

namespace {

constexpr std::size_t key_size = 32;

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

Failure trouble(const char* doing, const std::filesystem::path& file, const std::string& why) {
  return {Remedy::ask_operator, std::string("cannot ") + doing + " the pseudonym key " + file.string() + ": " + why +
                                    "; check the owner and mode of the folder and the space on its disk"};
}

Result<PseudonymKey> read_key(const File& open, const std::filesystem::path& file) {
  PseudonymKey key{.bytes = std::string(key_size + 1, '\0')};
  const auto got = ::read(open.get(), key.bytes.data(), key.bytes.size());
  if (got < 0) return trouble("read", file, std::strerror(errno));
  if (got != static_cast<ssize_t>(key_size))
    return Failure{Remedy::ask_operator, "the pseudonym key " + file.string() +
                                             " is not 32 bytes long; restore it from a backup, or remove it and "
                                             "accept that authors already stored will not be recognised"};
  key.bytes.resize(key_size);
  return key;
}

}  // namespace

Result<PseudonymKey> pseudonym_key(const std::filesystem::path& store) {
  const auto file = store / "pseudonym.key";
  {
    const File existing(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (existing.get() >= 0) return read_key(existing, file);
    if (errno != ENOENT) return trouble("open", file, std::strerror(errno));
  }
  PseudonymKey key{.bytes = std::string(key_size, '\0')};
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key.bytes.data()), key_size) != 1)
    return trouble("make", file, "the system gave no random bytes");
  // Written beside and renamed, so that a crash leaves either no key or a whole one.
  const auto draft = store / "pseudonym.key.new";
  const File made(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (made.get() < 0 || ::write(made.get(), key.bytes.data(), key_size) != static_cast<ssize_t>(key_size) ||
      ::fsync(made.get()) != 0 || ::rename(draft.c_str(), file.c_str()) != 0)
    return trouble("write", file, std::strerror(errno));
  const File folder(::open(store.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) return trouble("write", file, std::strerror(errno));
  return key;
}

}  // namespace barometer
