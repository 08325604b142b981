#include "daemon/service_title.hpp"

#include <algorithm>

namespace barometer {

std::string service_title(std::span<const Service> services, std::string_view id) {
  const auto with_id = [services](std::string_view wanted) {
    return std::find_if(services.begin(), services.end(), [wanted](const Service& one) { return one.id == wanted; });
  };
  const auto service = with_id(id);
  if (service == services.end()) return std::string(id);
  const auto whole = with_id(service->parent);
  return whole == services.end() ? service->name : service->name + ", " + whole->name;
}

}  // namespace barometer
