#include "connectors/platforms/bluesky_search.hpp"

#include <filesystem>
#include <sys/stat.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "connectors/platforms/bluesky_session.hpp"
#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/support/temp_dir.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

const UtcTime evening = *parse_iso("2026-11-21T21:00:00Z");

BlueskyConfig config() {
  BlueskyConfig config;
  config.name = "sky";
  config.hashtags = {"nhssm"};
  config.api = "https://api.example";
  config.appview = "https://view.example";
  config.limit = 3;
  config.first_pages = 2;
  return config;
}

HttpResponse answer(int status, std::string body, std::vector<std::pair<std::string, std::string>> headers = {}) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  response.headers = std::move(headers);
  return response;
}

std::string uri(const std::string& rkey) { return "at://did:plc:a/app.bsky.feed.post/" + rkey; }

std::string view(const std::string& rkey, UtcTime made_at, const std::string& text = "hello #nhssm",
                 const std::string& labels = "[]") {
  return R"({"uri":")" + uri(rkey) + R"(","cid":"c","author":{"did":"did:plc:a","handle":"a.example","labels":)" +
         labels + R"(},"record":{"text":")" + text + R"(","createdAt":")" + to_iso(made_at) + R"("},"indexedAt":")" +
         to_iso(made_at) + R"("})";
}

// `count` posts made one a minute before `newest`.
std::string page_from(UtcTime newest, int count, const std::string& cursor = {}) {
  std::string body = R"({"posts":[)";
  for (int i = 0; i < count; ++i)
    body += (i ? "," : "") + view(std::to_string((newest - i * 1min).time_since_epoch() / 1min), newest - i * 1min);
  body += ']';
  if (!cursor.empty()) body += R"(,"cursor":")" + cursor + '"';
  return body + '}';
}

Page step(const BlueskyConfig& how, Cursor& cursor, const std::string& body, UtcTime now = evening) {
  auto page = search_page(how, cursor, answer(200, body), now);
  REQUIRE_MESSAGE(page.has_value(), (page ? "" : page.error().detail));
  cursor = page->next;
  return std::move(*page);
}

std::string asked(const BlueskyConfig& how, const Cursor& cursor) { return search_request(how, cursor, evening).url; }
bool asks(const BlueskyConfig& how, const Cursor& cursor, const std::string& what) {
  return asked(how, cursor).find(what) != std::string::npos;
}

// An account's server that is scripted for a test, and the account that asks it.
struct Stage {
  explicit Stage(std::function<LoopbackReply(const std::string& method, const std::string& token)> play)
      : server([play = std::move(play)](const std::string& request) {
          const auto path = path_of(request);
          return play(path.substr(path.rfind('.') + 1), header_of(request, "authorization"));
        }) {
    how = config();
    how.api = server.url("");
    how.identifier = "a.example";
    how.password = "an-app-password";
    how.session_file = folder.path() / "session";
  }

  Result<HttpResponse> ask(BlueskyAccount& account, UtcTime now = evening) {
    HttpRequest request;
    request.url = how.api + "/xrpc/app.bsky.feed.search";
    std::optional<Result<HttpResponse>> reply;
    asio::co_spawn(loop, account.send(std::move(request), now),
                   [&](const std::exception_ptr& error, Result<HttpResponse> value) {
                     if (error) std::rethrow_exception(error);
                     reply = std::move(value);
                   });
    loop.restart();
    while (!reply) loop.run_one();
    return std::move(*reply);
  }
  int count(const std::string& method) const {
    int found = 0;
    for (const auto& request : server.requests()) found += path_of(request).ends_with(method);
    return found;
  }

  TempDir folder;
  LoopbackServer server;
  BlueskyConfig how;
  asio::io_context loop{1};
  HttpClient http{loop.get_executor(), {}};
};

LoopbackReply json(int status, const std::string& body) {
  return reply_with(status, {{"Content-Type", "application/json"}}, body);
}
LoopbackReply tokens(const std::string& number) {
  return json(200, R"({"accessJwt":"access)" + number + R"(","refreshJwt":"refresh)" + number + R"(","active":true})");
}
LoopbackReply expired() { return json(400, R"({"error":"ExpiredToken","message":"Token has expired"})"); }

}  // namespace

TEST_CASE("a Bluesky search pages by time, since ten minutes before what is known") {
  const auto how = config();
  Cursor cursor;
  CHECK(asked(how, cursor) == "https://api.example/xrpc/app.bsky.feed.searchPosts?q=%23nhssm&sort=latest&limit=3");
  auto page = step(how, cursor, page_from(evening - 1min, 3, "3"));
  CHECK(page.more);
  REQUIRE(page.posts.size() == 3);
  CHECK(page.posts.front().made_at == evening - 3min);  // oldest first
  CHECK(asks(how, cursor, "&until=2026-11-21T20%3A57%3A00.001Z"));
  CHECK_FALSE(asks(how, cursor, "&cursor="));
  CHECK_FALSE(asks(how, cursor, "&since="));
  page = step(how, cursor, page_from(evening - 3min, 3, "6"));
  CHECK_FALSE(page.more);  // first_pages
  CHECK(page.missed.empty());
  CHECK(asks(how, cursor, "&since=2026-11-21T20%3A49%3A00.000Z"));
  CHECK_FALSE(asks(how, cursor, "&until="));
}

TEST_CASE("a page that does not begin where it was asked to is asked for again, then by the server's own cursor") {
  auto how = config();
  how.first_pages = 10;
  Cursor cursor;
  const auto newest = page_from(evening - 1min, 3, "3");
  step(how, cursor, newest);
  CHECK(step(how, cursor, newest).more);
  CHECK(asks(how, cursor, "&until=2026-11-21T20%3A57%3A00.001Z"));
  CHECK(step(how, cursor, newest).more);
  CHECK(asks(how, cursor, "&cursor=3"));
  CHECK(step(how, cursor, page_from(evening - 4min, 3, "6")).more);
  CHECK(asks(how, cursor, "&cursor=6"));
  CHECK_FALSE(step(how, cursor, page_from(evening - 7min, 1)).more);
  CHECK_FALSE(asks(how, cursor, "&cursor="));  // never beyond a walk
}

TEST_CASE("a page that is wholly of one moment is passed") {
  auto how = config();
  how.first_pages = 10;
  Cursor cursor;
  const auto moment = evening - 1h;
  const auto same =
      R"({"posts":[)" + view("1", moment) + "," + view("2", moment) + "," + view("3", moment) + R"(],"cursor":"9"})";
  step(how, cursor, same);
  step(how, cursor, same);
  CHECK(asks(how, cursor, "&until=2026-11-21T20%3A00%3A00.000Z"));
}

TEST_CASE("each hashtag and each phrase is searched in its turn") {
  auto how = config();
  how.hashtags = {"nhssm", "nhs"};
  how.phrases = {"marlbeck hospital"};
  Cursor cursor;
  CHECK(asks(how, cursor, "q=%23nhssm&"));
  CHECK(step(how, cursor, page_from(evening, 1)).more);
  CHECK(asks(how, cursor, "q=%23nhs&"));
  CHECK(step(how, cursor, R"({"posts":[]})").more);
  CHECK(asks(how, cursor, "q=%22marlbeck%20hospital%22&"));
  CHECK_FALSE(step(how, cursor, R"({"posts":[]})").more);
  CHECK(asks(how, cursor, "q=%23nhssm&"));
  CHECK(asks(how, cursor, "&since="));
  how.hashtags.pop_back();
  CHECK_FALSE(asks(how, cursor, "&since="));  // other searches begin anew
}

TEST_CASE("a search finds parts of words, which are left out") {
  const auto how = config();
  Cursor cursor;
  const auto page =
      step(how, cursor, R"({"posts":[)" + view("1", evening, "#nhssmart") + "," + view("2", evening, "#NHSSM!") + "]}");
  REQUIRE(page.posts.size() == 1);
  CHECK(page.posts[0].native_id == "2");
}

TEST_CASE("a clock that runs ahead makes no post of tomorrow") {
  Cursor cursor;
  const auto page = step(config(), cursor, page_from(evening + 26h, 1));
  CHECK(page.posts.at(0).made_at == evening);
}

TEST_CASE("answers that bring no page, as what to do about them") {
  const struct {
    int status;
    const char* body;
    std::vector<std::pair<std::string, std::string>> headers;
    Remedy remedy;
  } rows[] = {
      {429,
       R"({"error":"RateLimitExceeded"})",
       {{"ratelimit-remaining", "0"}, {"ratelimit-reset", "1795299600"}},
       Remedy::wait},
      {429, R"({"error":"RateLimitExceeded"})", {}, Remedy::retry},
      {400, R"({"error":"InvalidRequest","message":"x"})", {}, Remedy::ask_operator},
      {401, R"({"error":"AuthMissing","message":"x"})", {}, Remedy::ask_operator},
      {403, "<html></html>", {{"content-type", "text/html"}}, Remedy::ask_operator},
      {501, R"({"error":"MethodNotImplemented"})", {}, Remedy::ask_operator},
      {502, R"({"error":"UpstreamFailure"})", {}, Remedy::retry},
      {503, R"({"error":"NotEnoughResources"})", {{"retry-after", "60"}}, Remedy::wait},
      {200, R"({"posts":[)", {}, Remedy::retry},
      {200, "<html></html>", {}, Remedy::ask_operator},
      {200, R"({"thread":{}})", {}, Remedy::skip},
  };
  for (const auto& row : rows) {
    CAPTURE(row.status);
    const auto page = search_page(config(), {}, answer(row.status, row.body, row.headers), evening);
    REQUIRE_FALSE(page.has_value());
    CHECK_MESSAGE(page.error().remedy == row.remedy, page.error().detail);
  }
}

TEST_CASE("kept posts that are missing, or not to be shown any more, are tombstones") {
  const std::vector<KeptPost> kept = {{uri("1")}, {uri("2")}, {uri("3")}};
  CHECK(
      kept_posts_request(config(), "https://view.example", kept).url ==
      "https://view.example/xrpc/app.bsky.feed.getPosts?uris=at%3A%2F%2Fdid%3Aplc%3Aa%2Fapp.bsky.feed.post%2F1"
      "&uris=at%3A%2F%2Fdid%3Aplc%3Aa%2Fapp.bsky.feed.post%2F2&uris=at%3A%2F%2Fdid%3Aplc%3Aa%2Fapp.bsky.feed.post%2F3");
  const auto body =
      R"({"posts":[)" + view("1", evening) + "," + view("3", evening, "x", R"([{"val":"!no-unauthenticated"}])");
  const auto page = kept_posts_page(config(), kept, answer(200, body + "]}"), evening);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 3);
  CHECK_FALSE(page->posts[0].deleted);
  CHECK(page->posts[1].id == uri("2"));
  CHECK(page->posts[1].deleted);
  CHECK(page->posts[2].id == uri("3"));
  CHECK(page->posts[2].deleted);

  const auto odd = kept_posts_page(config(), kept, answer(200, body + R"(,{"uri":"x"}]})"), evening);
  REQUIRE(odd.has_value());
  CHECK(odd->posts.size() == 1);  // what cannot be read is not gone
  CHECK_FALSE(kept_posts_page(config(), kept, answer(200, "{}"), evening).has_value());
}

TEST_CASE("a session's file is for its owner alone, replaced as a whole, and of one account") {
  const TempDir folder;
  const auto file = (folder.path() / "session").string();
  CHECK(read_bluesky_session(file, "a.example").refresh.empty());
  BlueskySession session;
  session.identifier = "a.example";
  session.service = "https://pds.example";
  session.access = "never written";
  session.refresh = "r\"1";
  session.logins = {evening};
  CHECK_FALSE(write_bluesky_session(file, session).has_value());
  struct stat facts = {};
  REQUIRE(::stat(file.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0600);
  CHECK(file_bytes(file).find("never written") == std::string::npos);
  const auto read = read_bluesky_session(file, "a.example");
  CHECK(read.refresh == session.refresh);
  CHECK(read.service == session.service);
  CHECK(read.logins == session.logins);
  CHECK(read_bluesky_session(file, "b.example").refresh.empty());
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
  const auto failure = write_bluesky_session("/nowhere/session", session);
  REQUIRE(failure.has_value());
  CHECK(failure->remedy == Remedy::ask_operator);
}

TEST_CASE("a session goes on at the server that keeps the account") {
  BlueskySession session;
  CHECK_FALSE(take_session(answer(200, fixture("bluesky/session.json")), evening, session).has_value());
  CHECK(session.service == "https://pds.example.org");
  CHECK(session.access == "a");
  CHECK(refresh_session_request(config(), session).url ==
        "https://pds.example.org/xrpc/com.atproto.server.refreshSession");
}

TEST_CASE("an account logs in once, and its session outlives us") {
  int session = 0;
  Stage stage([&](const std::string& method, const std::string& token) {
    if (method == "createSession") return tokens(std::to_string(++session));
    if (method == "refreshSession")
      return token == "Bearer refresh" + std::to_string(session) ? tokens(std::to_string(++session)) : expired();
    return token == "Bearer access" + std::to_string(session) ? json(200, "{}") : expired();
  });
  BlueskyAccount first(stage.how, stage.http);
  for (int i = 0; i < 3; ++i) CHECK(stage.ask(first)->status == 200);
  CHECK(stage.count("createSession") == 1);
  CHECK(read_bluesky_session(stage.how.session_file, "a.example").refresh == "refresh1");

  BlueskyAccount restarted(stage.how, stage.http);
  CHECK(stage.ask(restarted)->status == 200);
  CHECK(read_bluesky_session(stage.how.session_file, "a.example").refresh == "refresh2");

  CHECK(stage.ask(first)->status == 200);  // its token is none any more: the file has a newer one
  CHECK(stage.count("createSession") == 1);
  CHECK(stage.count("refreshSession") == 2);
}

TEST_CASE("an account whose session has ended for good logs in again, but not for ever") {
  Stage stage([](const std::string& method, const std::string&) {
    return method == "createSession" ? tokens("1") : expired();
  });
  BlueskyAccount account(stage.how, stage.http);
  std::optional<Failure> last;
  for (int i = 0; i < 20 && !last; ++i) {
    const auto reply = stage.ask(account, evening + i * 1min);
    if (!reply.has_value()) last = reply.error();
  }
  REQUIRE(last.has_value());
  CHECK(last->remedy == Remedy::wait);
  CHECK(last->capped);
  CHECK(last->not_before == evening + 24h);
  CHECK(stage.count("createSession") == static_cast<int>(bluesky_logins_a_day));
}

TEST_CASE("logging in that fails says what to do") {
  const struct {
    const char* error;
    int status;
    Remedy remedy;
  } rows[] = {
      {"AuthenticationRequired", 401, Remedy::ask_operator}, {"AuthFactorTokenRequired", 401, Remedy::ask_operator},
      {"AccountTakedown", 401, Remedy::ask_operator},        {"RateLimitExceeded", 429, Remedy::retry},
      {"InternalServerError", 500, Remedy::retry},
  };
  for (const auto& row : rows) {
    Stage stage([&](const std::string&, const std::string&) {
      return json(row.status, std::string(R"({"error":")") + row.error + R"(","message":"x"})");
    });
    BlueskyAccount account(stage.how, stage.http);
    const auto reply = stage.ask(account);
    REQUIRE_FALSE(reply.has_value());
    CHECK(reply.error().remedy == row.remedy);
    CHECK(reply.error().detail.find(row.error) != std::string::npos);
  }
}

TEST_CASE("a session that could not be kept is not asked for") {
  Stage stage([](const std::string&, const std::string&) { return tokens("1"); });
  stage.how.session_file = "/nowhere/session";
  BlueskyAccount account(stage.how, stage.http);
  const auto reply = stage.ask(account);
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().remedy == Remedy::ask_operator);
  CHECK(stage.server.requests().empty());
}

}  // namespace barometer
