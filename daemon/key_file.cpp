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
constexpr const char* key_name = "pseudonym.key";
constexpr const char* retired_name = "pseudonym.key.retired";  // keys one after another, the newest first
constexpr std::size_t most_retired = 1000;

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

Failure odd_length(const std::filesystem::path& file) {
  return {Remedy::ask_operator, "the pseudonym key " + file.string() +
                                    " is not 32 bytes long; restore it from a backup, or remove it and "
                                    "accept that authors already stored will not be recognised"};
}

// Whole keys; none if there is no file.
Result<std::vector<PseudonymKey>> read_keys(const std::filesystem::path& file, std::size_t most) {
  const File open(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (open.get() < 0 && errno == ENOENT) return std::vector<PseudonymKey>{};
  if (open.get() < 0) return trouble("open", file, std::strerror(errno));
  std::string bytes(most * key_size + 1, '\0');
  const auto got = ::read(open.get(), bytes.data(), bytes.size());
  if (got < 0) return trouble("read", file, std::strerror(errno));
  bytes.resize(static_cast<std::size_t>(got));
  if (bytes.empty() || bytes.size() % key_size != 0 || bytes.size() > most * key_size) return odd_length(file);
  std::vector<PseudonymKey> keys;
  for (std::size_t at = 0; at < bytes.size(); at += key_size) keys.push_back({bytes.substr(at, key_size)});
  return keys;
}

// Written beside and renamed, so that a crash leaves either what was there or what is to be.
Result<void> replace(const std::filesystem::path& folder, const char* name, const std::string& bytes) {
  const auto file = folder / name;
  const auto draft = folder / (std::string(name) + ".new");
  const File made(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (made.get() < 0 || ::write(made.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) ||
      ::fsync(made.get()) != 0 || ::rename(draft.c_str(), file.c_str()) != 0)
    return trouble("write", file, std::strerror(errno));
  const File parent(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent.get() < 0 || ::fsync(parent.get()) != 0) return trouble("write", file, std::strerror(errno));
  return {};
}

Result<PseudonymKey> make_key(const std::filesystem::path& store) {
  PseudonymKey key{.bytes = std::string(key_size, '\0')};
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key.bytes.data()), key_size) != 1)
    return trouble("make", store / key_name, "the system gave no random bytes");
  if (const auto written = replace(store, key_name, key.bytes); !written) return written.error();
  return key;
}

// The bytes themselves, before the name goes: a file that is only removed stays readable on the disk for long.
Result<void> wipe(const std::filesystem::path& file) {
  const File open(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  if (open.get() < 0 && errno == ENOENT) return {};
  const auto size = open.get() < 0 ? -1 : ::lseek(open.get(), 0, SEEK_END);
  const std::string zeros(static_cast<std::size_t>(size < 0 ? 0 : size), '\0');
  if (size < 0 || ::pwrite(open.get(), zeros.data(), zeros.size(), 0) != static_cast<ssize_t>(zeros.size()) ||
      ::fsync(open.get()) != 0)
    return trouble("overwrite", file, std::strerror(errno));
  return {};
}

}  // namespace

Result<PseudonymKey> pseudonym_key(const std::filesystem::path& store) {
  const auto there = read_keys(store / key_name, 1);
  if (!there) return there.error();
  return there->empty() ? make_key(store) : Result<PseudonymKey>{there->front()};
}

Result<std::vector<PseudonymKey>> pseudonym_keys(const std::filesystem::path& store) {
  auto keys = read_keys(store / key_name, 1);
  if (!keys) return keys;
  const auto retired = read_keys(store / retired_name, most_retired);
  if (!retired) return retired;
  keys->insert(keys->end(), retired->begin(), retired->end());
  return keys;
}

Result<void> rotate_pseudonym_key(const std::filesystem::path& store) {
  const auto keys = pseudonym_keys(store);
  if (!keys) return keys.error();
  if (keys->size() > most_retired)
    return trouble("retire", store / retired_name, "there are too many retired keys: destroy them");
  std::string bytes;
  for (const auto& key : *keys) bytes += key.bytes;
  if (!bytes.empty())
    if (const auto retired = replace(store, retired_name, bytes); !retired) return retired.error();
  if (const auto made = make_key(store); !made) return made.error();
  return {};
}

Result<void> destroy_pseudonym_keys(const std::filesystem::path& store) {
  for (const char* name : {retired_name, key_name})
    if (const auto wiped = wipe(store / name); !wiped) return wiped.error();
  std::error_code odd;
  std::filesystem::remove(store / retired_name, odd);
  if (odd) return trouble("remove", store / retired_name, odd.message());
  if (const auto made = make_key(store); !made) return made.error();
  return {};
}

std::vector<std::string> pseudonym_key_files() { return {key_name, retired_name}; }

}  // namespace barometer
