#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "daemon/web/visit.hpp"

namespace barometer {

using Answer = HttpReply (*)(const Desk&, const Visit&);

// One address and what answers it.
struct Route {
  std::string_view pattern = {};  // of match_path()
  Answer answer = nullptr;
};

std::span<const Route> routes();

struct RouteFound {
  const Route* route = nullptr;
  Params params = {};
};
std::optional<RouteFound> find_route(std::string_view path);

}  // namespace barometer
