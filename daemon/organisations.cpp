#include "daemon/organisations.hpp"

#include "daemon/own_file.hpp"

namespace barometer {

Result<std::vector<Service>> organisations_of(const std::filesystem::path& file) {
  if (file.empty()) return built_in_organisations();
  const auto list = own_file(file,
                             "name a list that barometer's user may read, or leave it empty; `barometer organisations` "
                             "prints one to begin with");
  if (!list) return list.error();
  return read_organisations(*list, file.string());
}

}  // namespace barometer
