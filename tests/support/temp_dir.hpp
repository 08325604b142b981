#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace barometer {

// A folder that is gone when the test is over.
class TempDir {
 public:
  TempDir() : path_(made()) {}
  ~TempDir() { std::filesystem::remove_all(path_); }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  static std::filesystem::path made() {
    std::string name = (std::filesystem::temp_directory_path() / "barometer-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder can be made");
    return name;
  }
  std::filesystem::path path_;
};

}  // namespace barometer
