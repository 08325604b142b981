#include "daemon/web/site.hpp"

#include "daemon/web/api.hpp"
#include "daemon/web/people.hpp"
#include "daemon/web/routes.hpp"

namespace barometer {

namespace {

bool for_programs(std::string_view path) { return path.starts_with("/api/"); }

// A program that asks again for what did not change gets no body. RFC 9110, section 13.1.2.
HttpReply tagged(const WebRequest& request, HttpReply reply) {
  if (reply.status != 200) return reply;
  const auto tag = '"' + digest_of_secret(reply.body).substr(0, 32) + '"';
  reply.headers.emplace_back("ETag", tag);
  reply.headers.emplace_back("Cache-Control", "private, no-cache");
  if (request.header("if-none-match").find(tag) == std::string_view::npos) return reply;
  reply.status = 304;
  reply.body.clear();
  return reply;
}

}  // namespace

Site::Site(Of of) : of_(std::move(of)) {}

HttpReply Site::answer(const WebRequest& request) {
  const auto found = find_route(request.path);
  if (!found)
    return for_programs(request.path) ? api_trouble(404, "there is nothing at this address", "see /api/v1/openapi.json")
                                      : not_found_page(Frame{});
  if (request.method != "GET")
    return {.status = 405, .body = "Only GET and HEAD are served here.\n", .headers = {{"Allow", "GET, HEAD"}}};
  const Visit visit{
      .request = request, .params = found->params, .query = Fields{request.query}, .form = {}, .now = of_.now()};
  const Desk desk{of_.store, of_.config(), of_.states.all(), today_};
  auto reply = found->route->answer(desk, visit);
  return for_programs(request.path) ? tagged(request, std::move(reply)) : reply;
}

}  // namespace barometer
