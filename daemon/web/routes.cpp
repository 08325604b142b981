#include "daemon/web/routes.hpp"

#include <array>

#include "daemon/web/api.hpp"
#include "daemon/web/frame.hpp"
#include "daemon/web/issues.hpp"
#include "daemon/web/people_pages.hpp"
#include "daemon/web/posts.hpp"
#include "daemon/web/reports.hpp"
#include "daemon/web/review_json.hpp"
#include "daemon/web/review_steps.hpp"
#include "daemon/web/sources.hpp"
#include "daemon/web/today.hpp"
#include "daemon/web/trends.hpp"

namespace barometer {

namespace {

HttpReply asset(const Desk&, const Visit& visit) {
  return asset_reply(visit.request, visit.params.find("file")->second);
}

using enum ReviewStep;

constexpr std::array table = {
    Route{"GET", "/", Right::see, answer_today},
    Route{"GET", "/issues", Right::see, answer_issues},
    Route{"GET", "/issues/{issue}", Right::see, answer_issue},
    Route{"GET", "/posts", Right::see, answer_posts},
    Route{"GET", "/posts/{post}", Right::see, answer_post},
    Route{"GET", "/trends", Right::see, answer_trends},
    Route{"GET", "/sources", Right::see, answer_sources},
    Route{"GET", "/sources/{source}", Right::see, answer_source},
    Route{"GET", "/reports", Right::see, answer_reports},
    Route{"GET", "/review/sample", Right::review, answer_sample},
    Route{"POST", "/issues/{issue}/claim", Right::review, do_with_issue<claimed>},
    Route{"POST", "/issues/{issue}/release", Right::review, do_with_issue<released>},
    Route{"POST", "/issues/{issue}/status", Right::review, do_with_issue<moved>},
    Route{"POST", "/issues/{issue}/route", Right::review, do_with_issue<routed>},
    Route{"POST", "/issues/{issue}/note", Right::review, do_with_issue<noted>},
    Route{"POST", "/issues/{issue}/outcome", Right::review, do_with_issue<made>},
    Route{"POST", "/issues/{issue}/close", Right::decide, close_issue},
    Route{"POST", "/issues/{issue}/reassign", Right::decide, reassign_issue},
    Route{"POST", "/issues/{issue}/silence", Right::decide, do_with_issue<silenced>},
    Route{"POST", "/posts/{post}/verdict", Right::review, do_with_post<judged>},
    Route{"POST", "/posts/{post}/flag", Right::review, do_with_post<flagged>},
    Route{"POST", "/posts/{post}/sample", Right::review, do_with_post<sampled>},
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
    Route{"GET", "/api/v1/issues/{issue}/review", Right::review, api_issue_review},
    Route{"POST", "/api/v1/issues/{issue}/claim", Right::review, do_with_issue<claimed>},
    Route{"POST", "/api/v1/issues/{issue}/release", Right::review, do_with_issue<released>},
    Route{"POST", "/api/v1/issues/{issue}/status", Right::review, do_with_issue<moved>},
    Route{"POST", "/api/v1/issues/{issue}/route", Right::review, do_with_issue<routed>},
    Route{"POST", "/api/v1/issues/{issue}/note", Right::review, do_with_issue<noted>},
    Route{"POST", "/api/v1/issues/{issue}/outcome", Right::review, do_with_issue<made>},
    Route{"POST", "/api/v1/issues/{issue}/close", Right::decide, close_issue},
    Route{"POST", "/api/v1/issues/{issue}/reassign", Right::decide, reassign_issue},
    Route{"POST", "/api/v1/issues/{issue}/silence", Right::decide, do_with_issue<silenced>},
    Route{"GET", "/api/v1/posts/{post}/review", Right::review, api_post_review},
    Route{"POST", "/api/v1/posts/{post}/verdict", Right::review, do_with_post<judged>},
    Route{"POST", "/api/v1/posts/{post}/flag", Right::review, do_with_post<flagged>},
    Route{"POST", "/api/v1/posts/{post}/sample", Right::review, do_with_post<sampled>},
    Route{"GET", "/api/v1/precision", Right::see, api_precision},
    Route{"GET", "/api/v1/review/sample", Right::review, api_sample},
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
