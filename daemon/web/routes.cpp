#include "daemon/web/routes.hpp"

#include <array>

#include "daemon/web/api.hpp"
#include "daemon/web/frame.hpp"
#include "daemon/web/issues.hpp"
#include "daemon/web/people_pages.hpp"
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
    Route{"GET", "/", Right::see, answer_today},
    Route{"GET", "/issues", Right::see, answer_issues},
    Route{"GET", "/issues/{issue}", Right::see, answer_issue},
    Route{"GET", "/posts", Right::see, answer_posts},
    Route{"GET", "/posts/{post}", Right::see, answer_post},
    Route{"GET", "/trends", Right::see, answer_trends},
    Route{"GET", "/sources", Right::see, answer_sources},
    Route{"GET", "/sources/{source}", Right::see, answer_source},
    Route{"GET", "/sign-in", Right::anybody, answer_sign_in},
    Route{"POST", "/sign-in", Right::anybody, do_sign_in},
    Route{"POST", "/sign-out", Right::anybody, do_sign_out},
    Route{"GET", "/audit", Right::audit, answer_audit},
    Route{"GET", "/assets/{file}", Right::anybody, asset},
    Route{"GET", "/api/v1/issues", Right::see, api_issues},
    Route{"GET", "/api/v1/issues/{issue}", Right::see, api_issue},
    Route{"GET", "/api/v1/posts", Right::see, api_posts},
    Route{"GET", "/api/v1/posts/{post}", Right::see, api_post},
    Route{"GET", "/api/v1/series", Right::see, api_series},
    Route{"GET", "/api/v1/gaps", Right::see, api_gaps},
    Route{"GET", "/api/v1/sources", Right::see, api_sources},
    Route{"GET", "/api/v1/sources/{source}", Right::see, api_source},
    Route{"GET", "/api/v1/tags", Right::see, api_tags},
    Route{"GET", "/api/v1/openapi.json", Right::see, api_description},
};

}  // namespace

std::span<const Route> routes() { return table; }

RouteFound find_route(std::string_view method, std::string_view path) {
  RouteFound found;
  for (const auto& route : table) {
    auto params = match_path(route.pattern, path);
    if (!params) continue;
    found.methods.push_back(route.method);
    if (route.method != method) continue;
    found.route = &route;
    found.params = std::move(*params);
    break;
  }
  return found;
}

}  // namespace barometer
