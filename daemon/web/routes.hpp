#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "daemon/web/visit.hpp"

namespace barometer {

using Answer = HttpReply (*)(const Desk&, const Visit&);

// One address, one method, who may, and what answers.
struct Route {
  std::string_view method = {};   // "GET" (and HEAD) or "POST"
  std::string_view pattern = {};  // of match_path()
  Right needs = Right::see;
  Answer answer = nullptr;
};

std::span<const Route> routes();

struct RouteFound {
  const Route* route = nullptr;                // null: there is none of this method …
  std::vector<std::string_view> methods = {};  // … but of these; empty: nothing is at this address
  Params params = {};
};
RouteFound find_route(std::string_view method, std::string_view path);

}  // namespace barometer
