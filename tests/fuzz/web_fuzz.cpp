// Hostile requests: whatever an address, a query, a form or a cookie holds, it is read without harm, and what is made of it leads
// nowhere else.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "daemon/http_reply.hpp"
#include "daemon/web/access.hpp"
#include "daemon/web/fields.hpp"
#include "daemon/web/people_pages.hpp"
#include "daemon/web/post_search.hpp"
#include "daemon/web/routes.hpp"
#include "daemon/web/trend.hpp"

using namespace barometer;

namespace {

void demand(bool fact) {
  if (!fact) std::abort();
}

const UtcTime now{std::chrono::milliseconds{1'772'654'400'000}};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const auto end = input.find('\n');
  const auto request = query_of(input.substr(0, end));
  demand(request.path.find('?') == std::string::npos);
  const auto found = find_route("GET", request.path);
  demand(found.route == nullptr || !found.methods.empty());
  for (const auto& [name, value] : found.params)
    demand(!name.empty() && !value.empty() && value.find('\0') == std::string::npos);

  const Fields query{request.query};
  demand(Fields{query.encoded()}.encoded() == query.encoded());
  const auto search = read_search(query);
  demand(!search.filter.after || !query.of("before").empty());  // nobody begins in the middle without a cursor
  const auto trend = read_trend(query, {"nhssm"}, now);
  demand(trend.from < trend.to && trend.step.count() > 0);

  const auto rest = end == std::string_view::npos ? std::string_view() : input.substr(end + 1);
  const auto next = safe_next(Fields{rest}.of("next"));
  demand(next.starts_with('/') && !next.starts_with("//") && next.find_first_of("\r\n\\ ") == std::string::npos);
  WebRequest with_cookie;
  with_cookie.headers = {{"cookie", std::string(rest)}};
  demand(cookie_of(with_cookie, session_cookie).find(';') == std::string_view::npos);
  const auto people = parse_people(rest, "users");
  demand(people.has_value() || people.error().detail.starts_with("users"));
  return 0;
}
