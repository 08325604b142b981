#include "daemon/web/site.hpp"

#include "daemon/log.hpp"
#include "daemon/web/routes.hpp"

namespace barometer {

Site::Site(Of of) : of_(std::move(of)) {}
HttpReply Site::answer(const WebRequest& request) {
  Visit visit{.request = request, .query = Fields{request.query}, .now = of_.now()};
  const Desk desk{of_.store, of_.config(), of_.states.all(), today_};
  const auto found = find_route(request.path);
  if (!found) return not_found_page(Frame{});
  if (request.method != "GET")
    return {.status = 405, .body = "Only GET and HEAD are served here.\n", .headers = {{"Allow", "GET, HEAD"}}};
  visit.params = found->params;
  return found->route->answer(desk, visit);
}

}  // namespace barometer
