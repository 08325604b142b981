#include "daemon/web/routes.hpp"

#include <array>

#include "daemon/web/api.hpp"
#include "daemon/web/frame.hpp"
#include "daemon/web/posts.hpp"
#include "daemon/web/sources.hpp"
#include "daemon/web/today.hpp"
#include "daemon/web/trends.hpp"

namespace barometer {

namespace {

HttpReply asset(const Desk&, const Visit& visit) {
  return asset_reply(visit.request, visit.params.find("file")->second);
}

constexpr std::array table = {
    Route{"/", answer_today},
    Route{"/posts", answer_posts},
    Route{"/posts/{post}", answer_post},
    Route{"/trends", answer_trends},
    Route{"/sources", answer_sources},
    Route{"/sources/{source}", answer_source},
    Route{"/assets/{file}", asset},
    Route{"/api/v1/posts", api_posts},
    Route{"/api/v1/posts/{post}", api_post},
    Route{"/api/v1/series", api_series},
    Route{"/api/v1/gaps", api_gaps},
    Route{"/api/v1/sources", api_sources},
    Route{"/api/v1/sources/{source}", api_source},
    Route{"/api/v1/tags", api_tags},
    Route{"/api/v1/openapi.json", api_description},
};

}  // namespace

std::span<const Route> routes() { return table; }

std::optional<RouteFound> find_route(std::string_view path) {
  for (const auto& route : table)
    if (auto params = match_path(route.pattern, path)) return RouteFound{&route, std::move(*params)};
  return std::nullopt;
}

}  // namespace barometer
