#include <sstream>

#include "daemon/web/access.hpp"
#include "daemon/web/people_pages.hpp"
#include "daemon/web/routes.hpp"
#include "tests/daemon/web_guarded.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

std::string a_path_of(std::string pattern) {
  for (auto at = pattern.find('{'); at != std::string::npos; at = pattern.find('{'))
    pattern.replace(at, pattern.find('}') - at + 1, "x");
  return pattern;
}

bool refused(const HttpReply& reply) { return reply.status == 401 || reply.status == 403 || reply.status == 303; }

}  // namespace

TEST_CASE("every route asks every role for its right") {
  Guarded stage;
  std::map<std::string, std::string> cookies;
  for (const auto& role : role_names()) cookies[role] = stage.cookie(role + "-1");
  for (const auto& route : routes()) {
    if (route.method != "GET") continue;
    const auto path = a_path_of(std::string(route.pattern));
    CAPTURE(path);
    for (const auto& [role, cookie] : cookies) {
      CAPTURE(role);
      REQUIRE(contains(cookie, "__Host-barometer="));
      CHECK(refused(stage.get_as(cookie, path)) == !may(*rights_of_role(role), route.needs));
    }
    for (const auto& [scope, token] : stage.tokens) {
      CAPTURE(scope);
      const bool for_programs = path.starts_with("/api/");
      const bool allowed = route.needs == Right::anybody || (for_programs && may(*rights_of_scope(scope), route.needs));
      CHECK(refused(stage.get_with(token, path)) == !allowed);
    }
    CHECK(refused(stage.get(path)) == (route.needs != Right::anybody));
    CHECK(refused(stage.get_as("__Host-barometer=", path)) == (route.needs != Right::anybody));
    CHECK(refused(stage.get_as("__Host-barometer=" + new_secret(), path)) == (route.needs != Right::anybody));
    CHECK(refused(stage.get_with(new_secret(), path)) == (route.needs != Right::anybody));
  }
}

TEST_CASE("every form asks every role for its right, and every scope of token") {
  Guarded stage;
  std::map<std::string, std::string> cookies;
  for (const auto& role : role_names()) cookies[role] = stage.cookie(role + "-1");
  for (const auto& route : routes()) {
    if (route.method != "POST" || route.needs == Right::anybody) continue;
    const auto path = a_path_of(std::string(route.pattern));
    CAPTURE(path);
    const bool for_programs = path.starts_with("/api/");
    const int allowed =
        route.pattern.find('{') == std::string_view::npos ? 400 : 404;  // there is no such, or more is to be said
    Fields fields;
    for (const auto& [name, value] : {std::pair{"status", "in_review"}, {"about", "lead-1"}, {"verdict", "right"}})
      fields.set(name, value);
    for (const auto& [role, cookie] : cookies) {
      CAPTURE(role);
      const auto reply = stage.post_as(cookie, path, fields);
      if (for_programs)
        CHECK(reply.status == 401);  // a browser's session is no token
      else
        CHECK(reply.status == (may(*rights_of_role(role), route.needs) ? allowed : 403));
    }
    for (const auto& [scope, token] : stage.tokens) {
      CAPTURE(scope);
      const auto reply = stage.post_with(token, path, R"({"status":"in_review","about":"lead-1","verdict":"right"})");
      if (for_programs)
        CHECK(reply.status == (may(*rights_of_scope(scope), route.needs) ? allowed : 403));
      else
        CHECK(reply.status == 415);
    }
    CHECK(refused(stage.site().answer(stage.form(path, fields))));
    CHECK(stage.post_with(new_secret(), path, "{}").status == (for_programs ? 401 : 415));
  }
}

TEST_CASE("every form asks for its token, and to come from a page of ours") {
  Guarded stage;
  const auto cookie = stage.cookie("lead-1");
  for (const auto& route : routes()) {
    if (route.method != "POST" || route.pattern == "/sign-in") continue;
    const auto path = a_path_of(std::string(route.pattern));
    CAPTURE(path);
    auto bare = stage.form(path, {});
    bare.headers.emplace_back("cookie", cookie);
    CHECK(stage.site().answer(bare).status == (path.starts_with("/api/") ? 401 : 403));
    Fields wrong;
    wrong.set("token", new_secret());
    auto other = stage.form(path, wrong);
    other.headers.emplace_back("cookie", cookie);
    CHECK(stage.site().answer(other).status == (path.starts_with("/api/") ? 401 : 403));
  }
  for (const auto& [name, value] :
       {std::pair{"sec-fetch-site", "cross-site"}, {"origin", "https://evil.example"}, {"origin", "null"}}) {
    CAPTURE(value);
    auto forged = stage.request("/sign-in");
    forged.method = "POST";
    forged.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
    forged.headers.emplace_back(name, value);
    forged.body = "name=lead-1&password=correct%20horse%20battery";
    CHECK(stage.site().answer(forged).status == 403);
  }
  auto odd = stage.form("/sign-in", {});
  odd.headers[1].second = "text/plain";
  CHECK(stage.site().answer(odd).status == 415);
}

TEST_CASE("a browser that says that the form is ours is believed, though it hides where it comes from") {
  Guarded stage;
  auto form = stage.form("/sign-in", Fields{"name=viewer-1&password=correct+horse+battery"});
  form.headers.emplace_back("origin", "null");
  CHECK(stage.site().answer(form).status == 303);
}

TEST_CASE("signing in begins a session of its own, and signing out ends it") {
  Guarded stage;
  const auto first = stage.sign_in("viewer-1");
  CHECK(first.status == 303);
  CHECK(header(first, "Location") == "/");
  const auto set = header(first, "Set-Cookie");
  for (const char* part : {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}) CHECK(contains(set, part));
  // What a browser brought along is not taken over.
  auto fixed = stage.form("/sign-in", Fields{"name=viewer-1&password=correct+horse+battery"});
  fixed.headers.emplace_back("cookie", "__Host-barometer=chosen");
  CHECK_FALSE(contains(header(stage.site().answer(fixed), "Set-Cookie"), "chosen"));
  CHECK(refused(stage.get_as("__Host-barometer=chosen", "/")));

  const auto cookie = set.substr(0, set.find(';'));
  const auto page = stage.get_as(cookie, "/");
  CHECK(page.status == 200);
  CHECK(contains(page.body, "viewer-1"));
  CHECK_FALSE(contains(page.body, "/audit"));
  const auto at = page.body.find("name=\"token\" value=\"") + 20;
  Fields fields;
  fields.set("token", page.body.substr(at, 64));
  auto out = stage.form("/sign-out", fields);
  out.headers.emplace_back("cookie", cookie);
  CHECK(stage.site().answer(out).status == 303);
  CHECK(refused(stage.get_as(cookie, "/")));
}

TEST_CASE("a session ends when it is idle, when it is old, and when its person is another") {
  Guarded stage;
  auto cookie = stage.cookie("viewer-1");
  stage.now += 59min;
  CHECK(stage.get_as(cookie, "/").status == 200);
  stage.now += 59min;
  CHECK(stage.get_as(cookie, "/").status == 200);
  stage.now += 61min;
  CHECK(refused(stage.get_as(cookie, "/")));
  cookie = stage.cookie("viewer-1");
  for (int i = 0; i < 13; ++i) {
    stage.now += 56min;
    stage.get_as(cookie, "/");
  }
  CHECK(refused(stage.get_as(cookie, "/")));
  cookie = stage.cookie("viewer-1");
  std::ofstream(stage.folder() / "users") << "user other lead " << hash_password("something else") << '\n';
  REQUIRE(stage.site().configure(stage.config()).has_value());
  CHECK(refused(stage.get_as(cookie, "/")));
  std::ofstream(stage.folder() / "users") << "nonsense\n";
  const auto bad = stage.site().configure(stage.config());
  REQUIRE_FALSE(bad.has_value());
  CHECK(contains(bad.error().detail, "users:1: "));
}

TEST_CASE("a page that asks by itself keeps no session awake") {
  Guarded stage;
  const auto cookie = stage.cookie("viewer-1");
  for (int i = 0; i < 2; ++i) {
    stage.now += 29min;
    CHECK(stage.get_as(cookie, "/events").status == 200);
    auto renewed = Stage::request("/");
    renewed.headers.emplace_back("cookie", cookie);
    renewed.headers.emplace_back("x-barometer-live", "yes");
    CHECK(stage.site().answer(renewed).status == 200);
  }
  stage.now += 3min;
  CHECK(refused(stage.get_as(cookie, "/events")));
}

TEST_CASE("guessing is slowed down, by name and by address, and the right word waits too") {
  Guarded stage;
  for (int i = 0; i < Access::failures_free; ++i) CHECK(stage.sign_in("lead-1", "a wrong guess").status == 403);
  const auto waits = stage.sign_in("lead-1");
  CHECK(waits.status == 429);
  CHECK(std::stoi(header(waits, "Retry-After")) <= 10);
  stage.now += 11s;
  CHECK(stage.sign_in("lead-1", "a wrong guess").status == 403);
  stage.now += 11s;
  CHECK(stage.sign_in("nobody-1").status == 429);  // the same address
  stage.now += 10s;
  CHECK(stage.sign_in("lead-1").status == 303);
}

TEST_CASE("after signing in one goes on within these pages only") {
  struct Row {
    const char* next;
    const char* where;
  };
  const Row rows[] = {{"/posts?severity=2", "/posts?severity=2"},
                      {"//evil.example/", "/"},
                      {"https://evil.example/", "/"},
                      {"/\\evil.example", "/"},
                      {"/a\r\nSet-Cookie: x", "/"},
                      {"", "/"},
                      {"/a b", "/"},
                      {"posts", "/"}};
  for (const auto& row : rows) {
    CAPTURE(row.next);
    CHECK(safe_next(row.next) == row.where);
  }
}

TEST_CASE("words are for those who review, and each look is noted") {
  Guarded stage;
  stage.keep({Stage::entry("a", stage.now - 1h, 4, "and nobody came to her")});
  const auto viewer = stage.cookie("viewer-1");
  const auto reviewer = stage.cookie("reviewer-1");
  const auto list = stage.get_as(reviewer, "/posts");
  CHECK_FALSE(contains(list.body, " to her"));
  CHECK_FALSE(contains(stage.get_as(reviewer, "/").body, " to her"));
  const auto at = list.body.find("/posts/1");
  REQUIRE(at != std::string::npos);
  const auto path = list.body.substr(at, list.body.find('"', at) - at);
  CHECK_FALSE(contains(stage.get_as(viewer, path).body, " to her"));
  CHECK_FALSE(contains(stage.get_with(stage.tokens["figures"], "/api/v1/posts").body, " to her"));
  CHECK(contains(stage.get_as(reviewer, path).body, " to her"));
  CHECK(contains(stage.get_with(stage.tokens["posts"], "/api/v1/posts").body, " to her"));
  const auto audit = stage.get_as(stage.cookie("auditor-1"), "/audit").body;
  CHECK(contains(audit, "reviewer-1</td><td>read post "));
  CHECK(contains(audit, "posts-1</td><td>read 1 post"));
  CHECK_FALSE(contains(audit, ">viewer-1</td><td>read"));
  CHECK(contains(audit, "follow from each other"));
}

TEST_CASE("without people all may be read, nothing changed, and only by names that are ours") {
  Stage stage;
  CHECK(stage.get("/").status == 200);
  CHECK(stage.get("/sign-in").status == 404);
  CHECK(stage.get("/audit").status == 403);
  auto post = Stage::request("/sign-out");
  post.method = "POST";
  post.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
  CHECK(stage.site().answer(post).status == 403);
  for (const char* host :
       {"evil.example", "evil.example:9468", "127.0.0.1.evil.example", "", "localhost.evil.example"}) {
    CAPTURE(host);
    auto asked = Stage::request("/");
    asked.headers = {{"host", host}};
    CHECK(stage.site().answer(asked).status == 421);
  }
  stage.config().web.public_url = "https://barometer.trust.example/";
  for (const char* host : {"localhost:9468", "127.0.0.1", "[::1]:9468", "barometer.trust.example"}) {
    CAPTURE(host);
    auto asked = Stage::request("/");
    asked.headers = {{"host", host}};
    CHECK(stage.site().answer(asked).status == 200);
  }
}

TEST_CASE("methods that an address does not know are named") {
  Stage stage;
  auto put = Stage::request("/posts");
  put.method = "POST";
  const auto reply = stage.site().answer(put);
  CHECK(reply.status == 405);
  CHECK(header(reply, "Allow") == "GET, HEAD");
}

TEST_CASE("figures for Prometheus are for this machine, and for tokens") {
  Guarded stage;
  auto asked = Stage::request("/metrics");
  CHECK(stage.site().may_measure(asked));
  asked.peer = "192.0.2.7";
  CHECK_FALSE(stage.site().may_measure(asked));
  asked.headers.emplace_back("authorization", "Bearer " + stage.tokens["metrics"]);
  CHECK(stage.site().may_measure(asked));
}

TEST_CASE("a file of people says what is wrong with it, and where") {
  struct Row {
    const char* text;
    const char* complaint;
  };
  const Row rows[] = {{"", "nobody is in it"},
                      {"user anna lead", "four parts"},
                      {"# only\nuser anna boss $argon2id$x", "users:2: \"boss\" is no role"},
                      {"user anna lead secret", "not a hash"},
                      {"user anna lead $argon2id$x\nuser anna lead $argon2id$x", "users:2: \"anna\" is there twice"},
                      {"token grafana all 0", "is no scope"},
                      {"token grafana posts 0", "not a digest"},
                      {"admin anna lead x", "neither user nor token"}};
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto people = parse_people(row.text, "users");
    REQUIRE_FALSE(people.has_value());
    CHECK(contains(people.error().detail, row.complaint));
  }
  CHECK(parse_people("user anna lead $argon2id$x  # from March\n\n", "users").has_value());
}

TEST_CASE("the record goes on after a restart, and tells what was altered") {
  TempDir folder;
  const auto file = folder.path() / "audit.log";
  const UtcTime now = std::chrono::sys_days{std::chrono::year{2026} / 3 / 4};
  for (int i = 0; i < 3; ++i) {
    AuditLog log(file);
    REQUIRE(log.note("anna", "read", "post \"" + std::to_string(i) + "\"", now + 1s * i).has_value());
    REQUIRE(log.note("ben", "signed in", "", now + 1s * i).has_value());
  }
  const auto whole = AuditLog(file).read(4);
  REQUIRE(whole.has_value());
  CHECK(whole->all == 6);
  CHECK(whole->entries.size() == 4);
  CHECK(whole->entries.front().who == "ben");
  CHECK_FALSE(whole->broken_at);
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  const auto lines = text.str();
  auto altered = lines;
  altered.replace(altered.find("anna", lines.size() / 2), 4, "otto");
  auto shortened = lines;
  shortened.erase(0, lines.find('\n') + 1);
  struct Row {
    std::string text;
    bool broken;
  };
  for (const auto& row : {Row{altered, true}, Row{shortened, true}, Row{lines + "{}\n", true}, Row{lines, false}}) {
    std::ofstream(file, std::ios::trunc) << row.text;
    const auto read = AuditLog(file).read(100);
    REQUIRE(read.has_value());
    CHECK(read->broken_at.has_value() == row.broken);
  }
  CHECK((std::filesystem::status(file).permissions() & std::filesystem::perms::others_read) ==
        std::filesystem::perms::none);
}

TEST_CASE("what is too old leaves the record, which still follows and still tells what was altered") {
  TempDir folder;
  const auto file = folder.path() / "audit.log";
  const UtcTime now = std::chrono::sys_days{std::chrono::year{2026} / 3 / 4};
  AuditLog log(file);
  CHECK(log.remove_older(now).value() == 0);  // nothing noted yet
  for (int i = 0; i < 5; ++i) REQUIRE(log.note("anna", "read", std::to_string(i), now + 1h * i).has_value());
  CHECK(log.remove_older(now).value() == 0);
  CHECK(log.remove_older(now + 2h).value() == 2);
  CHECK(log.remove_older(now + 3h).value() == 1);
  REQUIRE(log.note("ben", "read", "5", now + 6h).has_value());
  REQUIRE(AuditLog(file).note("ben", "read", "6", now + 7h).has_value());  // after a restart
  const auto read = AuditLog(file).read(100).value();
  CHECK(read.all == 7);
  CHECK(read.removed == 3);
  CHECK(read.entries.size() == 4);
  CHECK(read.entries.back().about == "3");
  CHECK_FALSE(read.broken_at);
  CHECK((std::filesystem::status(file).permissions() & std::filesystem::perms::others_read) ==
        std::filesystem::perms::none);

  CHECK(AuditLog(file).remove_older(now + 100h).value() == 4);
  REQUIRE(AuditLog(file).note("ben", "read", "7", now + 101h).has_value());
  const auto alone = AuditLog(file).read(100).value();
  CHECK(alone.entries.size() == 1);
  CHECK(alone.entries.front().number == 8);
  CHECK_FALSE(alone.broken_at);
}

TEST_CASE("a record that is broken stays as it is, however old") {
  TempDir folder;
  const auto file = folder.path() / "audit.log";
  const UtcTime now = std::chrono::sys_days{std::chrono::year{2026} / 3 / 4};
  AuditLog log(file);
  for (int i = 0; i < 3; ++i) REQUIRE(log.note("anna", "read", std::to_string(i), now).has_value());
  REQUIRE(log.remove_older(now).value() == 0);
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  auto lines = text.str();
  lines.erase(0, lines.find('\n') + 1);  // without saying so
  std::ofstream(file, std::ios::trunc) << lines;
  CHECK(AuditLog(file).remove_older(now + 1h).value() == 0);
  CHECK(AuditLog(file).read(100).value().broken_at == 1);
}
