#include "daemon/web/routes.hpp"

#include <array>

#include "daemon/event_streams.hpp"
#include "daemon/web/administration.hpp"
#include "daemon/web/api.hpp"
#include "daemon/web/arrange.hpp"
#include "daemon/web/export.hpp"
#include "daemon/web/frame.hpp"
#include "daemon/web/issues.hpp"
#include "daemon/web/people_pages.hpp"
#include "daemon/web/periods.hpp"
#include "daemon/web/posts.hpp"
#include "daemon/web/reports.hpp"
#include "daemon/web/review_json.hpp"
#include "daemon/web/review_steps.hpp"
#include "daemon/web/silences.hpp"
#include "daemon/web/sources.hpp"
#include "daemon/web/subjects.hpp"
#include "daemon/web/today.hpp"
#include "daemon/web/trends.hpp"

namespace barometer {

namespace {

HttpReply asset(const Desk&, const Visit& visit) {
  return asset_reply(visit.request, visit.params.find("file")->second);
}

// Goes on until who listens leaves (event_streams.hpp).
HttpReply events(const Desk&, const Visit&) { return {.content_type = std::string(EventStreams::type)}; }

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
    Route{"GET", "/reports/board", Right::see, answer_board},
    Route{"GET", "/reports/digest", Right::see, answer_digest},
    Route{"GET", "/reports/chats", Right::see, answer_chats},
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
    Route{"POST", "/issues/{issue}/merge", Right::decide, merge_issues},
    Route{"POST", "/issues/{issue}/split", Right::decide, split_issue},
    Route{"POST", "/posts/{post}/verdict", Right::review, do_with_post<judged>},
    Route{"POST", "/posts/{post}/flag", Right::review, do_with_post<flagged>},
    Route{"POST", "/posts/{post}/sample", Right::review, do_with_post<sampled>},
    Route{"GET", "/export/posts", Right::see, export_posts},
    Route{"POST", "/export/posts", Right::decide, export_words},
    Route{"GET", "/export/issues", Right::see, export_issues},
    Route{"GET", "/export/series", Right::see, export_series},
    Route{"GET", "/sign-in", Right::anybody, answer_sign_in},
    Route{"POST", "/sign-in", Right::anybody, do_sign_in},
    Route{"POST", "/sign-out", Right::anybody, do_sign_out},
    Route{"GET", "/silences", Right::see, answer_silences},
    Route{"POST", "/silences", Right::decide, make_silence},
    Route{"POST", "/silences/{silence}/end", Right::decide, finish_silence},
    Route{"GET", "/admin", Right::administer, answer_settings},
    Route{"GET", "/admin/subscriptions", Right::administer, answer_subscriptions},
    Route{"GET", "/admin/retention", Right::administer, answer_retention},
    Route{"GET", "/subjects", Right::administer, answer_subjects},
    Route{"POST", "/subjects/find", Right::administer, find_persons_posts},
    Route{"POST", "/subjects/export", Right::administer, export_persons_posts},
    Route{"POST", "/subjects/erase", Right::administer, erase_persons_posts},
    Route{"GET", "/audit", Right::audit, answer_audit},
    Route{"GET", "/events", Right::see, events},
    Route{"GET", "/assets/{file}", Right::anybody, asset},
    Route{"GET", "/api/v1/issues", Right::see, api_issues},
    Route{"GET", "/api/v1/issues/{issue}", Right::see, api_issue},
    Route{"GET", "/api/v1/posts", Right::see, api_posts},
    Route{"GET", "/api/v1/posts/{post}", Right::see, api_post},
    Route{"GET", "/api/v1/series", Right::see, api_series},
    Route{"GET", "/api/v1/gaps", Right::see, api_gaps},
    Route{"GET", "/api/v1/places", Right::see, api_places},
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
    Route{"POST", "/api/v1/issues/{issue}/merge", Right::decide, merge_issues},
    Route{"POST", "/api/v1/issues/{issue}/split", Right::decide, split_issue},
    Route{"GET", "/api/v1/posts/{post}/review", Right::review, api_post_review},
    Route{"POST", "/api/v1/posts/{post}/verdict", Right::review, do_with_post<judged>},
    Route{"POST", "/api/v1/posts/{post}/flag", Right::review, do_with_post<flagged>},
    Route{"POST", "/api/v1/posts/{post}/sample", Right::review, do_with_post<sampled>},
    Route{"GET", "/api/v1/precision", Right::see, api_precision},
    Route{"GET", "/api/v1/reports/board", Right::see, api_board},
    Route{"GET", "/api/v1/reports/digest", Right::see, api_digest},
    Route{"GET", "/api/v1/reports/chats", Right::see, api_chats},
    Route{"GET", "/api/v1/review/sample", Right::review, api_sample},
    Route{"GET", "/api/v1/export/posts", Right::see, export_posts},
    Route{"POST", "/api/v1/export/posts", Right::decide, export_words},
    Route{"GET", "/api/v1/export/issues", Right::see, export_issues},
    Route{"GET", "/api/v1/export/series", Right::see, export_series},
    Route{"GET", "/api/v1/silences", Right::see, api_silences},
    Route{"POST", "/api/v1/silences", Right::decide, make_silence},
    Route{"POST", "/api/v1/silences/{silence}/end", Right::decide, finish_silence},
    Route{"GET", "/api/v1/settings", Right::administer, api_settings},
    Route{"GET", "/api/v1/subscriptions", Right::administer, api_subscriptions},
    Route{"GET", "/api/v1/retention", Right::administer, api_retention},
    Route{"POST", "/api/v1/subjects/find", Right::administer, find_persons_posts},
    Route{"POST", "/api/v1/subjects/export", Right::administer, export_persons_posts},
    Route{"POST", "/api/v1/subjects/erase", Right::administer, erase_persons_posts},
    Route{"GET", "/api/v1/audit", Right::audit, api_audit},
    Route{"GET", "/api/v1/events", Right::see, events},
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
