#include "daemon/organisations.hpp"

#include <fstream>
#include <iterator>

namespace barometer {

Result<std::vector<Service>> organisations_of(const std::filesystem::path& file) {
  if (file.empty()) return built_in_organisations();
  std::error_code odd;
  std::ifstream in{file, std::ios::binary};
  if (!in || std::filesystem::is_directory(file, odd))
    return Failure{Remedy::ask_operator, file.string() +
                                             " cannot be read: name a list that barometer's user may read, " +
                                             "or leave it empty; `barometer organisations` prints one to begin with"};
  const std::string list{std::istreambuf_iterator<char>{in}, {}};
  return read_organisations(list, file.string());
}

}  // namespace barometer
