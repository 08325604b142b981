#include <chrono>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "tests/connectors/asking.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/support/temp_dir.hpp"

using namespace barometer;
using namespace std::chrono_literals;
using Then = LoopbackReply::Then;

namespace {

// In these tests one loopback address stands for the internet.
bool only_second_is_public(std::string_view ip) { return ip == "127.0.0.2"; }

HttpRequest posting(std::string url, std::string body) {
  HttpRequest request;
  request.method = "POST";
  request.url = std::move(url);
  request.headers = {{"Content-Type", "application/json"}};
  request.body = std::move(body);
  return request;
}

}  // namespace

TEST_CASE("redirects are followed, and only the last answer counts") {
  LoopbackServer server([](const std::string& head) {
    if (path_of(head) == "/start") return redirect_to(301, "middle?x=1");
    if (path_of(head) == "/middle?x=1") return redirect_to(308, "/end");
    return reply_with(200, {{"X-Last", "yes"}}, "end");
  });
  Asking asking;
  const auto answer = asking.get(server.url("/start"));
  REQUIRE(answer.has_value());
  CHECK(answer->body == "end");
  CHECK(answer->url == server.url("/end"));
  CHECK(answer->permanent_url == server.url("/end"));
  CHECK(answer->header("location") == "");
  CHECK(answer->header("x-last") == "yes");
  CHECK(asking.observed == std::vector<std::pair<std::string, int>>{{"a source", 200}});
}

TEST_CASE("one passing redirect makes the whole chain a passing one") {
  LoopbackServer server([](const std::string& head) {
    if (path_of(head) == "/start") return redirect_to(301, "/middle");
    if (path_of(head) == "/middle") return redirect_to(302, "/end");
    return reply_with(200, {}, "end");
  });
  Asking asking;
  const auto answer = asking.get(server.url("/start"));
  REQUIRE(answer.has_value());
  CHECK(answer->url == server.url("/end"));
  CHECK(answer->permanent_url == "");
}

TEST_CASE("a redirect that leads nowhere good is for a person to look at") {
  struct Row {
    std::string fact;
    std::string location;
  };
  const Row rows[] = {
      {"round in circles", "/"}, {"a file", "file:///etc/passwd"},    {"another protocol", "gopher://127.0.0.1:70/x"},
      {"no address", "http://"}, {"a script", "javascript:alert(1)"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.fact);
    LoopbackServer server([&](const std::string&) { return redirect_to(302, row.location); });
    Asking asking;
    const auto answer = asking.get(server.url());
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().remedy == Remedy::ask_operator);
    CHECK(server.requests().size() == (row.location == "/" ? 6u : 1u));
  }
}

TEST_CASE("a redirect without a target is an answer") {
  LoopbackServer server([](const std::string&) { return reply_with(302, {}, "x"); });
  Asking asking;
  const auto answer = asking.get(server.url());
  REQUIRE(answer.has_value());
  CHECK(answer->status == 302);
}

TEST_CASE("the time limit is for all redirects together") {
  LoopbackServer server([](const std::string& head) {
    return path_of(head) == "/hang" ? LoopbackReply{"", Then::hang} : redirect_to(302, "/hang");
  });
  HttpSettings settings;
  settings.total_timeout = 200ms;
  Asking asking(settings);
  const auto answer = asking.get(server.url());
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().detail.find("time limit") != std::string::npos);
}

TEST_CASE("nothing on the internet can send us inside") {
  LoopbackServer inside([](const std::string&) { return reply_with(200, {}, "secrets of the house"); });
  const std::string port = std::to_string(inside.port());
  for (const std::string host : {"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"}) {
    CAPTURE(host);
    LoopbackServer outside([&](const std::string&) { return redirect_to(302, "http://" + host + ":" + port + "/"); },
                           "127.0.0.2");
    Asking asking({}, &only_second_is_public);
    const auto answer = asking.get(outside.url());
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().remedy == Remedy::ask_operator);
    CHECK(answer.error().detail.find("inside") != std::string::npos);
  }
  CHECK(inside.connections() == 0);
}

TEST_CASE("nor over a connection that another source keeps open") {
  LoopbackServer inside([](const std::string&) { return reply_with(200, {}, "secrets of the house"); });
  LoopbackServer outside([&](const std::string&) { return redirect_to(302, inside.url()); }, "127.0.0.2");
  Asking asking({}, &only_second_is_public);
  CHECK(asking.get(inside.url()).has_value());
  const auto answer = asking.get(outside.url());
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().remedy == Remedy::ask_operator);
  CHECK(inside.requests().size() == 1);
}

TEST_CASE("who may only ask the internet asks nobody inside, whatever name it has") {
  LoopbackServer inside([](const std::string&) { return reply_with(200, {}, "secrets of the house"); });
  LoopbackServer outside([](const std::string&) { return reply_with(200, {}, "news"); }, "127.0.0.2");
  HttpSettings settings;
  settings.only_public = true;
  Asking asking(settings, &only_second_is_public);
  for (const std::string host : {"127.0.0.1", "localhost"}) {
    const auto answer = asking.get("http://" + host + ":" + std::to_string(inside.port()) + "/");
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().remedy == Remedy::ask_operator);
    CHECK(answer.error().detail.find("allow it in the settings") != std::string::npos);
  }
  CHECK(inside.connections() == 0);
  CHECK(asking.get(outside.url()).has_value());
}

TEST_CASE("a source inside may be redirected inside, and one outside to the outside") {
  LoopbackServer inside([](const std::string& head) {
    return path_of(head) == "/" ? redirect_to(302, "/end") : reply_with(200, {}, "end");
  });
  LoopbackServer outside(
      [](const std::string& head) {
        return path_of(head) == "/" ? redirect_to(302, "/end") : reply_with(200, {}, "end");
      },
      "127.0.0.2");
  Asking asking({}, &only_second_is_public);
  CHECK(asking.get(inside.url()).has_value());
  CHECK(asking.get(outside.url()).has_value());
}

TEST_CASE("secrets do not follow a redirect to another server, nor come back from there") {
  std::string back;
  LoopbackServer other([&](const std::string&) { return redirect_to(302, back); });
  LoopbackServer server([&](const std::string& head) {
    if (path_of(head) == "/same") return redirect_to(302, "/same2");
    if (path_of(head) == "/same2") return redirect_to(302, other.url());
    return reply_with(200, {}, "x");
  });
  back = server.url("/back");
  Asking asking;
  REQUIRE(asking
              .get(server.url("/same"),
                   {{"Authorization", "Bearer t"}, {"Cookie", "c=1"}, {"X-Key", "k"}, {"Accept", "a/b"}})
              .has_value());
  const auto has_secret = [](const std::string& head) {
    return head.find("Bearer") != std::string::npos || head.find("c=1") != std::string::npos ||
           head.find("X-Key") != std::string::npos;
  };
  REQUIRE(server.requests().size() == 3);
  CHECK(has_secret(server.requests()[0]));
  CHECK(has_secret(server.requests()[1]));
  CHECK_FALSE(has_secret(other.requests().at(0)));
  CHECK_FALSE(has_secret(server.requests()[2]));
  CHECK(other.requests().at(0).find("Accept: a/b") != std::string::npos);
}

TEST_CASE("a name and password in the address are sent, and neither shown nor passed on") {
  LoopbackServer other([](const std::string&) { return reply_with(200, {}, "x"); });
  LoopbackServer server([&](const std::string&) { return redirect_to(302, other.url()); });
  Asking asking;
  const auto answer = asking.get("http://user:secret@127.0.0.1:" + std::to_string(server.port()) + "/");
  REQUIRE(answer.has_value());
  CHECK(server.requests().at(0).find("Authorization: Basic ") != std::string::npos);
  CHECK(other.requests().at(0).find("Authorization") == std::string::npos);
  CHECK(answer->url == other.url());
  const auto direct = asking.get("http://user:secret@127.0.0.1:" + std::to_string(other.port()) + "/");
  REQUIRE(direct.has_value());
  CHECK(direct->url == other.url());
}

TEST_CASE("a proxy is asked for all but the exempt, and leads nobody inside") {
  LoopbackServer inside([](const std::string&) { return reply_with(200, {}, "direct"); });
  LoopbackServer proxy([&](const std::string& head) {
    if (path_of(head) == "http://trust.example/inside") return redirect_to(302, inside.url());
    if (path_of(head) == "http://trust.example/localhost") return redirect_to(302, "http://localhost/");
    return reply_with(200, {}, path_of(head));
  });
  HttpSettings settings;
  settings.proxy = proxy.url("");
  Asking all_by_proxy(settings);
  const auto answer = all_by_proxy.get("http://trust.example/page");
  REQUIRE(answer.has_value());
  CHECK(answer->body == "http://trust.example/page");
  CHECK_FALSE(all_by_proxy.get("http://trust.example/inside").has_value());
  CHECK_FALSE(all_by_proxy.get("http://trust.example/localhost").has_value());

  settings.no_proxy = "127.0.0.0/8, other.example";
  Asking exempt(settings);
  const auto direct = exempt.get(inside.url());
  REQUIRE(direct.has_value());
  CHECK(direct->body == "direct");
  CHECK_FALSE(exempt.get("http://trust.example/inside").has_value());
  CHECK(inside.requests().size() == 1);
}

TEST_CASE("what is posted arrives, and follows a redirect only where it may") {
  struct Row {
    std::string fact;
    int status;
    std::string last;  // method and body, as they arrive where the redirect leads
  };
  const Row rows[] = {{"sent on", 307, "POST {\"a\":1}"},
                      {"sent on for good", 308, "POST {\"a\":1}"},
                      {"go and see", 303, "GET "},
                      {"as browsers do", 302, "GET "}};
  for (const Row& row : rows) {
    CAPTURE(row.fact);
    LoopbackServer server([&](const std::string& request) {
      return path_of(request) == "/" ? redirect_to(row.status, "/there") : reply_with(200, {}, "");
    });
    Asking asking;
    REQUIRE(asking.send(posting(server.url(), "{\"a\":1}")).has_value());
    const auto requests = server.requests();
    REQUIRE(requests.size() == 2);
    CHECK(body_of(requests[0]) == "{\"a\":1}");
    CHECK(requests[1].substr(0, requests[1].find(' ') + 1) + body_of(requests[1]) == row.last);
  }
  LoopbackServer elsewhere([](const std::string&) { return reply_with(200, {}, ""); });
  LoopbackServer thief([&](const std::string&) { return redirect_to(307, elsewhere.url("/")); });
  Asking asking;
  const auto answer = asking.send(posting(thief.url(), "a password"));
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().remedy == Remedy::ask_operator);
  CHECK(elsewhere.requests().empty());
}

TEST_CASE("a proxy that wants a name and password gets them, and the server behind it does not") {
  LoopbackServer proxy([](const std::string& head) {
    if (header_of(head, "proxy-authorization").empty()) return reply_with(407, {{"Proxy-Authenticate", "Basic"}}, "");
    return reply_with(200, {}, header_of(head, "proxy-authorization"));
  });
  HttpSettings settings;
  settings.proxy = proxy.url("");
  settings.proxy_login = "trust:open sesame";
  Asking asking(settings);
  const auto answer = asking.get("http://trust.example/page");
  REQUIRE(answer.has_value());
  CHECK(answer->body == "Basic dHJ1c3Q6b3BlbiBzZXNhbWU=");
}
