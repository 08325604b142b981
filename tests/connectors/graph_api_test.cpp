#include "connectors/graph_api.hpp"

#include <doctest/doctest.h>

#include "connectors/time.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

const UtcTime noon = *parse_iso("2026-11-18T12:00:00Z");

HttpResponse answer(int status, std::string body, std::vector<std::pair<std::string, std::string>> headers = {}) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  response.headers = std::move(headers);
  return response;
}

std::string error(int code, int subcode = 0, std::string_view message = "x") {
  return R"({"error":{"message":")" + std::string(message) + R"(","type":"OAuthException","code":)" +
         std::to_string(code) + R"(,"error_subcode":)" + std::to_string(subcode) + R"(,"fbtrace_id":"A"}})";
}

}  // namespace

TEST_CASE("each error of a Graph API says what to do") {
  struct Row {
    int status;
    int code;
    int subcode;
    const char* message;
    Remedy remedy;
    const char* says;
  };
  const Row rows[] = {
      {500, 1, 0, "x", Remedy::retry, "passing"},
      {500, 2, 0, "x", Remedy::retry, "passing"},
      {403, 4, 0, "x", Remedy::wait, "app's request limit"},
      {400, 10, 0, "x", Remedy::ask_operator, "permission"},
      {403, 17, 0, "x", Remedy::wait, "user's request limit"},
      {400, 18, 2207034, "x", Remedy::wait, "30 different hashtags"},
      {403, 32, 0, "x", Remedy::wait, "page's request limit"},
      {400, 100, 0, "API calls require an appsecret_proof argument", Remedy::ask_operator, "app_secret_file"},
      {400, 100, 0, "requires the permission or reviewable feature", Remedy::ask_operator, "app review"},
      {400, 100, 33, "Unsupported get request", Remedy::ask_operator, "does not exist"},
      {400, 190, 458, "x", Remedy::ask_operator, "removed the app"},
      {400, 190, 460, "x", Remedy::ask_operator, "password"},
      {400, 190, 463, "x", Remedy::ask_operator, "expired"},
      {400, 190, 467, "x", Remedy::ask_operator, "token_file"},
      {400, 102, 0, "x", Remedy::ask_operator, "token_file"},
      {400, 200, 0, "x", Remedy::ask_operator, "permission"},
      {403, 299, 0, "x", Remedy::ask_operator, "permission"},
      {403, 368, 0, "x", Remedy::ask_operator, "blocked"},
      {400, 613, 0, "x", Remedy::wait, "limit"},
      {403, 80001, 0, "x", Remedy::wait, "limit"},
      {400, 4711, 0, "x", Remedy::ask_operator, "4711"},
      {503, 4711, 0, "x", Remedy::retry, "passing"},
      {200, 190, 463, "x", Remedy::ask_operator, "expired"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.code);
    CAPTURE(row.subcode);
    JsonDocument document;
    const auto failure = read_graph(document, answer(row.status, error(row.code, row.subcode, row.message)), noon);
    REQUIRE(failure.has_value());
    CHECK(name_of(failure->remedy) == name_of(row.remedy));
    CHECK_MESSAGE(failure->detail.find(row.says) != std::string::npos, failure->detail);
    CHECK(failure->not_before.has_value() == (row.remedy == Remedy::wait));
    CHECK(failure->capped == (row.code == 18));
  }
}

TEST_CASE("a transient error passes, whatever its code") {
  JsonDocument document;
  const auto failure =
      read_graph(document, answer(400, R"({"error":{"code":100,"is_transient":true,"message":"x"}})"), noon);
  REQUIRE(failure.has_value());
  CHECK(name_of(failure->remedy) == name_of(Remedy::retry));
}

TEST_CASE("answers that are no Graph answers") {
  struct Row {
    int status;
    const char* body;
    Remedy remedy;
  };
  const Row rows[] = {
      {502, "<html></html>", Remedy::retry},
      {429, "{}", Remedy::retry},
      {401, "{}", Remedy::ask_operator},
      {200, "<html></html>", Remedy::ask_operator},
      {200, "", Remedy::retry},
      {200, R"({"data":[{"id")", Remedy::retry},
      {200, "[]", Remedy::skip},
      {500, R"({"error":"not now"})", Remedy::retry},
  };
  for (const auto& row : rows) {
    CAPTURE(row.body);
    JsonDocument document;
    const auto failure = read_graph(document, answer(row.status, row.body), noon);
    REQUIRE(failure.has_value());
    CHECK(name_of(failure->remedy) == name_of(row.remedy));
  }
}

TEST_CASE("a limit lasts until the headers say that access comes back") {
  const std::pair<std::string, std::string> header{
      "x-business-use-case-usage",
      R"({"1001":[{"type":"pages","call_count":100,"total_cputime":10,"total_time":12,"estimated_time_to_regain_access":19}]})"};
  JsonDocument document;
  auto failure = read_graph(document, answer(403, error(32), {header}), noon);
  REQUIRE(failure.has_value());
  CHECK(failure->not_before == noon + 19min);
  failure = read_graph(document, answer(403, error(4), {{"x-app-usage", R"({"call_count":100})"}}), noon);
  CHECK(failure->not_before == noon + 1h);
}

TEST_CASE("headers about use make us slower, and never faster") {
  struct Row {
    const char* name;
    const char* value;
    std::chrono::seconds at_least;
    std::optional<UtcTime> not_before;
  };
  const Row rows[] = {
      {"x-app-usage", R"({"call_count":28,"total_time":25,"total_cputime":25})", 0s, {}},
      {"x-app-usage", R"({"call_count":85,"total_time":25,"total_cputime":25})", 15min, {}},
      {"x-app-usage", R"({"call_count":5,"total_time":25,"total_cputime":100})", 15min, noon + 1h},
      {"x-business-use-case-usage", R"({"1":[{"call_count":100,"estimated_time_to_regain_access":7}]})", 15min,
       noon + 7min},
      {"x-business-use-case-usage", R"({"1":[{"call_count":81}],"2":[{"call_count":1}]})", 15min, {}},
      {"x-app-usage", "rubbish", 0s, {}},
      {"x-business-use-case-usage", "[1,2]", 0s, {}},
      {"x-business-use-case-usage", R"({"1":{"call_count":100}})", 0s, {}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.value);
    const auto hints = graph_hints(answer(200, "{}", {{row.name, row.value}}), noon);
    CHECK(hints.at_least == row.at_least);
    CHECK((hints.not_before == row.not_before));
  }
}

TEST_CASE("the next page is known by its paging alone: the token in its address goes no further") {
  struct Row {
    const char* body;
    const char* next;
  };
  const Row rows[] = {
      {R"({"paging":{"next":"https://g.example/v23.0/1/feed?access_token=EAAsecret&limit=5&after=QVFC"}})",
       "after=QVFC"},
      {R"({"paging":{"next":"https://g.example/1?until=1700000000&__paging_token=enc_A&access_token=s"}})",
       "until=1700000000&__paging_token=enc_A"},
      {R"({"paging":{"cursors":{"before":"A","after":"B"}}})", ""},
      {R"({"paging":{"next":"https://g.example/1"}})", ""},
      {R"({"paging":7})", ""},
      {"{}", ""},
  };
  for (const auto& row : rows) {
    JsonDocument document;
    REQUIRE(!JsonDocument::read(document, row.body));
    CHECK(graph_next(document.root()) == row.next);
  }
}

TEST_CASE("a request is signed in its headers, and with proof of the secret where the app has one") {
  const auto request = graph_request("https://g.example/v23.0", "/1/feed", {{"fields", "id,from{id}"}}, "s");
  CHECK(request.url == "https://g.example/v23.0/1/feed?fields=id%2Cfrom%7Bid%7D");
  auto plain = graph_signed(request, "token", "");
  CHECK(plain.url == request.url);
  CHECK(plain.headers.back() == std::pair<std::string, std::string>("Authorization", "Bearer token"));
  // HMAC-SHA-256 of "what do ya want for nothing?" with the key "Jefe": RFC 4231, test case 2
  const auto proven = graph_signed(plain, "what do ya want for nothing?", "Jefe");
  CHECK(proven.url ==
        request.url + "&appsecret_proof=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(proven.headers.size() == plain.headers.size());
  CHECK(graph_signed(proven, "token", "").url == request.url);
}

TEST_CASE("versions of the Graph API") {
  for (const char* good : {"v23.0", "v9.0", "v1.0"}) CHECK(is_graph_version(good));
  for (const char* bad : {"", "v", "23.0", "v23", "v23.", "v.0", "v23.x", "latest"}) CHECK_FALSE(is_graph_version(bad));
  CHECK(graph_base("https://g.example//", "v23.0") == "https://g.example/v23.0");
}

}  // namespace barometer
