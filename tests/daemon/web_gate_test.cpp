#include "daemon/web/request_rate.hpp"
#include "daemon/web/sign_on.hpp"
#include "tests/daemon/web_guarded.hpp"

using namespace barometer;
using namespace std::chrono_literals;

TEST_CASE("who asks too often waits, and nobody else does") {
  RequestRate rate;
  rate.allow(60);
  UtcTime now = std::chrono::sys_days{std::chrono::year{2026} / 3 / 4};
  for (int i = 0; i < 10; ++i) CHECK_FALSE(rate.wait("a", now));
  CHECK(rate.wait("a", now) == 1s);
  CHECK(rate.wait("a", now) == 1s);  // what was refused costs nothing
  CHECK_FALSE(rate.wait("b", now));
  now += 1s;
  CHECK_FALSE(rate.wait("a", now));
  CHECK(rate.wait("a", now));
  now += 1h;
  for (int i = 0; i < 10; ++i) CHECK_FALSE(rate.wait("a", now));
  CHECK(rate.wait("a", now));
  SUBCASE("a clock that is set back shuts nobody out") { CHECK_FALSE(rate.wait("a", now - 24h)); }
  SUBCASE("without a limit anybody may ask any number") {
    rate.allow(0);
    for (int i = 0; i < 1000; ++i) CHECK_FALSE(rate.wait("a", now));
  }
}

TEST_CASE("the API says when to ask again, pages go on, and each token has its own share") {
  Guarded stage;
  stage.config().web.api_requests = 6;
  const auto ask = [&](const std::string& scope) { return stage.get_with(stage.tokens[scope], "/api/v1/issues"); };
  CHECK(ask("figures").status == 200);
  const auto refused = ask("figures");
  CHECK(refused.status == 429);
  CHECK(header(refused, "Retry-After") == "10");
  CHECK(contains(refused.body, "remedy"));
  CHECK(ask("posts").status == 200);
  const auto cookie = stage.cookie("lead-1");
  for (int i = 0; i < 20; ++i) CHECK(stage.get_as(cookie, "/").status == 200);
  stage.now += 10s;
  CHECK(ask("figures").status == 200);
}

TEST_CASE("whom a proxy with single sign-on names is signed in, if the proxy is ours and the name is known") {
  Guarded stage;
  stage.config().web.sign_on_header = "X-Remote-User";
  stage.config().web.sign_on_proxies = "::1, 192.0.2.7";
  const auto ask = [&](const std::string& peer, const std::string& name) {
    auto request = Stage::request("/issues");
    request.peer = peer;
    request.headers.emplace_back("x-remote-user", name);
    return stage.site().answer(request);
  };
  const auto page = ask("192.0.2.7", "lead-1");
  CHECK(page.status == 200);
  CHECK(contains(page.body, "lead-1"));
  CHECK_FALSE(contains(page.body, "Sign out"));  // only the proxy can do that
  CHECK(ask("127.0.0.1", "lead-1").status == 303);
  CHECK(ask("192.0.2.8", "lead-1").status == 303);
  CHECK(ask("192.0.2.7", "nobody-known").status == 303);
  CHECK(ask("192.0.2.7", "").status == 303);

  SUBCASE("a form needs the token of whom it names") {
    const auto at = page.body.find("name=\"token\" value=\"");
    CHECK(at == std::string::npos);  // the list has no form, and there is no signing out
    auto form = stage.form("/sign-out", {});
    form.peer = "192.0.2.7";
    form.headers.emplace_back("x-remote-user", "lead-1");
    CHECK(stage.site().answer(form).status == 403);
  }
}

TEST_CASE("addresses of proxies are read or complained about") {
  CHECK(SignOn::read("X-User", "127.0.0.1, ::1").has_value());
  CHECK(SignOn::read("X-User", "").has_value());
  const auto odd = SignOn::read("X-User", "127.0.0.1, proxy.trust.example");
  REQUIRE_FALSE(odd.has_value());
  CHECK(contains(odd.error().detail, "proxy.trust.example"));
}

TEST_CASE("who has no password here is known by a proxy only") {
  const auto people = parse_people("user anna lead -\n", "people");
  REQUIRE(people.has_value());
  CHECK_FALSE(password_fits(people->persons.front().hash, ""));
  CHECK_FALSE(password_fits(people->persons.front().hash, "-"));
  CHECK_FALSE(parse_people("user anna lead secret\n", "people").has_value());
}
