#include "connectors/refusal.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "connectors/time.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime now = *parse_iso("2026-11-21T20:00:00Z");

using Headers = std::vector<std::pair<std::string, std::string>>;

HttpResponse answer(int status, Headers headers = {}) {
  HttpResponse response;
  response.status = status;
  response.headers = std::move(headers);
  return response;
}

// Seconds from now, or -1 for none.
long long until(std::optional<UtcTime> time) {
  return time ? std::chrono::duration_cast<std::chrono::seconds>(*time - now).count() : -1;
}

std::string linked(const std::string& value, std::string_view relation = "next") {
  return link_header(answer(200, {{"link", value}}), relation);
}

}  // namespace

TEST_CASE("a refusal says what to do about it, and for how long") {
  struct Row {
    std::string fact;
    int status;
    Headers headers;
    Remedy remedy;
    long long seconds = -1;
  };
  const Row rows[] = {
      {"too many, without a word", 429, {}, Remedy::retry},
      {"too many, in seconds", 429, {{"retry-after", "120"}}, Remedy::wait, 120},
      {"too many, at once", 429, {{"retry-after", "0"}}, Remedy::wait, 0},
      {"too many, by date", 429, {{"retry-after", "Sat, 21 Nov 2026 20:05:00 GMT"}}, Remedy::wait, 300},
      {"too many, by a date gone by", 429, {{"retry-after", "Sat, 21 Nov 2026 19:05:00 GMT"}}, Remedy::wait, 0},
      {"too many, unreadable", 429, {{"retry-after", "soon"}}, Remedy::retry},
      {"too many, negative", 429, {{"retry-after", "-5"}}, Remedy::retry},
      {"too many, for ever", 429, {{"retry-after", "99999999999"}}, Remedy::wait, 366 * 86400},
      {"too many, beyond numbers", 429, {{"retry-after", "99999999999999999999999"}}, Remedy::retry},
      {"Mastodon's reset", 429, {{"x-ratelimit-reset", "2026-11-21T20:05:00.123456Z"}}, Remedy::wait, 300},
      {"X's reset", 429, {{"x-rate-limit-reset", "1795291500"}}, Remedy::wait, 300},
      {"Bluesky's reset", 429, {{"ratelimit-reset", "1795291500"}}, Remedy::wait, 300},
      {"a reset in milliseconds", 429, {{"x-ratelimit-reset", "1795291500000"}}, Remedy::wait, 300},
      {"Reddit's seconds left", 429, {{"x-ratelimit-reset", "77"}}, Remedy::wait, 77},
      {"seconds left with decimals", 429, {{"x-ratelimit-reset", "77.9"}}, Remedy::wait, 77},
      {"the IETF's", 429, {{"ratelimit", "\"default\";r=0;t=42"}}, Remedy::wait, 42},
      {"the IETF's as it was", 429, {{"ratelimit", "limit=100, remaining=0, reset=43"}}, Remedy::wait, 43},
      {"a reset long gone", 429, {{"x-ratelimit-reset", "1000000000"}}, Remedy::wait, 0},
      {"a reset in nonsense", 429, {{"x-ratelimit-reset", "later"}}, Remedy::retry},
      {"Retry-After counts before a reset", 429, {{"x-ratelimit-reset", "77"}, {"retry-after", "5"}}, Remedy::wait, 5},
      {"slower", 420, {{"retry-after", "9"}}, Remedy::wait, 9},
      {"restarting", 503, {}, Remedy::retry},
      {"restarting, with a time", 503, {{"retry-after", "30"}}, Remedy::wait, 30},
      {"in trouble, with a limit not used up",
       500,
       {{"x-ratelimit-remaining", "299"}, {"x-ratelimit-reset", "77"}},
       Remedy::retry},
      {"in trouble, with a limit used up",
       500,
       {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "77"}},
       Remedy::wait,
       77},
      {"in trouble", 500, {}, Remedy::retry},
      {"a gateway without a server", 502, {}, Remedy::retry},
      {"a proxy's own trouble", 522, {}, Remedy::retry},
      {"too slow a request", 408, {}, Remedy::retry},
      {"not ready", 425, {}, Remedy::retry},
      {"no credentials", 401, {{"retry-after", "30"}}, Remedy::ask_operator},
      {"not paid", 402, {}, Remedy::ask_operator},
      {"forbidden", 403, {}, Remedy::ask_operator},
      {"forbidden, limit not used up",
       403,
       {{"x-ratelimit-remaining", "9"}, {"x-ratelimit-reset", "77"}},
       Remedy::ask_operator},
      {"forbidden, limit used up",
       403,
       {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "77"}},
       Remedy::wait,
       77},
      {"unknown", 404, {}, Remedy::ask_operator},
      {"gone", 410, {}, Remedy::ask_operator},
      {"not understood", 400, {}, Remedy::ask_operator},
      {"unprocessable", 422, {}, Remedy::ask_operator},
      {"a redirect to nowhere", 302, {}, Remedy::ask_operator},
      {"nothing there", 204, {}, Remedy::skip},
      {"no such status", 0, {}, Remedy::skip},
      {"no such status either", 1234, {}, Remedy::skip},
  };
  for (const Row& row : rows) {
    CAPTURE(row.fact);
    const Failure failure = refusal(answer(row.status, row.headers), now);
    CHECK(std::string(name_of(failure.remedy)) == name_of(row.remedy));
    CHECK(until(failure.not_before) == row.seconds);
    CHECK(failure.detail.find(std::to_string(row.status)) != std::string::npos);
  }
}

TEST_CASE("a refusal that a person must mend says how") {
  CHECK(refusal(answer(401), now).detail ==
        "the server answered 401: it wants credentials or refuses ours: renew the token of this source");
}

TEST_CASE("a success may ask us to be slower") {
  CHECK(hints_from(answer(200), now).at_least == 0s);
  CHECK(hints_from(answer(200, {{"cache-control", "public, max-age=900"}}), now).at_least == 900s);
  CHECK(hints_from(answer(200, {{"cache-control", "Max-Age=\"900\", private"}}), now).at_least == 0s);
  CHECK(hints_from(answer(200, {{"cache-control", "MAX-AGE = 900"}, {"age", "100"}}), now).at_least == 800s);
  CHECK(hints_from(answer(200, {{"cache-control", "max-age=900"}, {"age", "1000"}}), now).at_least == 0s);
  CHECK(hints_from(answer(200, {{"cache-control", "s-maxage=900"}}), now).at_least == 0s);
  CHECK(hints_from(answer(200, {{"cache-control", "max-age=-1"}}), now).at_least == 0s);
  CHECK(hints_from(answer(200, {{"cache-control", "max-age=9223372036854775807"}}), now).at_least ==
        std::chrono::days{366});
  CHECK(until(hints_from(answer(200, {{"retry-after", "60"}}), now).not_before) == 60);
}

TEST_CASE("a rate limit is told on, and binds once it is used up") {
  const Hints some =
      hints_from(answer(200, {{"x-ratelimit-remaining", "3"}, {"x-ratelimit-reset", "2026-11-21T20:05:00Z"}}), now);
  CHECK(some.limit_left == 3);
  CHECK(until(some.limit_resets_at) == 300);
  CHECK(until(some.not_before) == -1);

  const Hints none = hints_from(answer(200, {{"x-ratelimit-remaining", "0.0"}, {"x-ratelimit-reset", "300"}}), now);
  CHECK(none.limit_left == 0);
  CHECK(until(none.not_before) == 300);

  const Hints later = hints_from(
      answer(200, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "300"}, {"retry-after", "400"}}), now);
  CHECK(until(later.not_before) == 400);
}

TEST_CASE("links are found by their relation") {
  CHECK(
      linked("<https://social.example/a?max_id=1>; rel=\"next\", <https://social.example/a?min_id=9>; rel=\"prev\"") ==
      "https://social.example/a?max_id=1");
  CHECK(linked("<https://social.example/a?max_id=1>; rel=\"next\", <https://social.example/a?min_id=9>; rel=\"prev\"",
               "prev") == "https://social.example/a?min_id=9");
  CHECK(linked("<a>;rel=next") == "a");
  CHECK(linked("  < a > ; REL = NEXT ") == "a");
  CHECK(linked("<a>; rel=\"up next\"") == "a");
  CHECK(linked("<a>; rel=\"nextish\"") == "");
  CHECK(linked("<a>; rel=prev; rel=next") == "");
  CHECK(linked("<a>; title=\"x, y; rel=\\\"next\\\"\"; rel=prev, <b>; rel=next") == "b");
  CHECK(linked("<a,b;c>; rel=next") == "a,b;c");
  CHECK(linked("<a>; rel=next; anchor=\"/other\", <b>; rel=next") == "b");
  CHECK(linked("<a>; crossorigin; rel=next") == "a");
  CHECK(linked(",, <a>; rel=next,") == "a");
}

TEST_CASE("what is no link is none") {
  for (const std::string value : {"", "<", "<a", "a; rel=next", "<a>", "<a>;", "<a>; rel", "<a>; rel=", "<a>; rel=\"",
                                  "<a>; rel=\"nex\\", "<a> rel=next", ";;;;", "<a>; rel=prev <b>; rel=next"}) {
    CAPTURE(value);
    CHECK(linked(value) == "");
  }
}

TEST_CASE("every Link header counts") {
  const Headers two{{"link", "<a>; rel=prev"}, {"link", "<b>; rel=next"}};
  CHECK(link_header(answer(200, two), "next") == "b");
}

TEST_CASE("an answer's type is read past its parameters") {
  const auto typed = [](const char* type) { return answer(200, {{"content-type", type}}); };
  CHECK(is_json(typed("application/json; charset=utf-8")));
  CHECK(is_json(typed("Application/Activity+JSON")));
  CHECK_FALSE(is_json(typed("text/html")));
  CHECK(is_xml(typed("text/xml")));
  CHECK(is_xml(typed("application/atom+xml;type=feed")));
  CHECK_FALSE(is_xml(typed("application/xhtml+xml")));
  CHECK(is_html(typed(" text/html ;charset=x")));
  CHECK(is_html(typed("application/xhtml+xml")));
  CHECK_FALSE(is_json(answer(200)));
}
