#include "daemon/web/routes.hpp"

#include <array>

#include "daemon/web/frame.hpp"
#include "daemon/web/today.hpp"

namespace barometer {

namespace {

HttpReply asset(const Desk&, const Visit& visit) {
  return asset_reply(visit.request, visit.params.find("file")->second);
}

constexpr std::array table = {
    Route{"/", answer_today},
    Route{"/assets/{file}", asset},
};

}  // namespace

std::span<const Route> routes() { return table; }

std::optional<RouteFound> find_route(std::string_view path) {
  for (const auto& route : table)
    if (auto params = match_path(route.pattern, path)) return RouteFound{&route, std::move(*params)};
  return std::nullopt;
}

}  // namespace barometer
