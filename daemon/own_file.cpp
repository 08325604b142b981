#include "daemon/own_file.hpp"

#include <fstream>
#include <iterator>

namespace barometer {

Result<std::string> own_file(const std::filesystem::path& file, std::string_view remedy) {
  std::error_code odd;
  std::ifstream in{file, std::ios::binary};
  if (!in || std::filesystem::is_directory(file, odd))
    return Failure{Remedy::ask_operator, file.string() + " cannot be read: " + std::string(remedy)};
  return std::string{std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace barometer
