#include "connectors/platforms/mastodon.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <doctest/doctest.h>

#include "connectors/post_json.hpp"
#include "connectors/time.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

const UtcTime evening = *parse_iso("2026-11-21T20:00:00Z");

MastodonConfig config() {
  MastodonConfig config;
  config.name = "social.example #nhssm";
  config.url = "https://social.example";
  config.tag = "nhssm";
  config.limit = 3;
  config.first_pages = 4;
  return config;
}

HttpResponse answer(int status, std::string body, std::vector<std::pair<std::string, std::string>> headers = {}) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  response.headers = std::move(headers);
  return response;
}

// A server that orders statuses by id and answers as the API's documentation says.
class Server {
 public:
  void post(int id, UtcTime made_at) { statuses_[id] = made_at; }

  HttpResponse reply(const HttpRequest& request) {
    urls.push_back(request.url);
    const int limit = number(request.url, "limit=").value_or(20);
    const auto below = number(request.url, "max_id=");
    const auto above = number(request.url, "min_id=");
    std::vector<int> ids;
    for (const auto& [id, made_at] : statuses_) {
      if ((!below || id < *below) && (!above || id > *above)) ids.push_back(id);
    }
    const auto size = std::min(ids.size(), static_cast<std::size_t>(limit));
    if (above)
      ids.resize(size);
    else
      ids.erase(ids.begin(), ids.end() - static_cast<std::ptrdiff_t>(size));
    std::string body = "[";
    for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
      if (body.size() > 1) body += ',';
      body += R"({"id":")" + std::to_string(*id) +
              R"(","content":"x","visibility":"public","uri":"https://social.example/)" + std::to_string(*id) +
              R"(","created_at":")" + to_iso(statuses_[*id]) + "\"}";
    }
    return answer(200, body + "]", {{"content-type", "application/json; charset=utf-8"}});
  }

  std::vector<std::string> urls;

 private:
  static std::optional<int> number(const std::string& url, const std::string& key) {
    const auto at = url.find(key);
    if (at == std::string::npos) return std::nullopt;
    return std::stoi(url.substr(at + key.size()));
  }

  std::map<int, UtcTime> statuses_;
};

// Asks as the daemon does: again at once while there is more. All native ids, in the order heard.
std::vector<std::string> poll(Server& server, const MastodonConfig& settings, Cursor& cursor, UtcTime now) {
  std::vector<std::string> heard;
  for (int requests = 0; requests < 50; ++requests) {
    const auto page = timeline_page(settings, cursor, server.reply(timeline_request(settings, cursor, now)), now);
    REQUIRE(page.has_value());
    for (const auto& post : page->posts) heard.push_back(post.native_id);
    cursor = page->next;
    if (!page->more) return heard;
  }
  FAIL("it never stops asking");
  return heard;
}

using Ids = std::vector<std::string>;

std::set<std::string> complained(const std::vector<SettingComplaint>& complaints) {
  std::set<std::string> keys;
  for (const auto& complaint : complaints) keys.insert(complaint.key);
  return keys;
}

}  // namespace

TEST_CASE("the first request asks for the newest page, with the token if there is one") {
  auto settings = config();
  settings.tag = "iechyd da";
  const auto request = timeline_request(settings, {}, evening);
  CHECK(request.url == "https://social.example/api/v1/timelines/tag/iechyd%20da?limit=3");
  CHECK(request.source == settings.name);
  CHECK(request.headers == decltype(request.headers){{"Accept", "application/json"}});
  settings.token = "secret";
  CHECK(timeline_request(settings, {}, evening).headers.back() ==
        std::pair<std::string, std::string>{"Authorization", "Bearer secret"});
}

TEST_CASE("a server says whether its hashtag timelines are switched off") {
  struct Row {
    const char* local;
    const char* remote;
    bool only_local;
    bool only_remote;
    bool closed;
  };
  const Row rows[] = {
      {"disabled", "disabled", false, false, true},
      {"public", "disabled", false, false, false},
      {"disabled", "public", false, false, false},
      {"public", "disabled", true, false, false},
      {"disabled", "public", true, false, true},
      {"public", "disabled", false, true, true},
      {"authenticated", "authenticated", false, false, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.local);
    CAPTURE(row.remote);
    auto settings = config();
    settings.local = row.only_local;
    settings.remote = row.only_remote;
    const std::string instance = R"({"configuration":{"timelines_access":{"hashtag_feeds":{"local":")" +
                                 std::string(row.local) + R"(","remote":")" + row.remote + "\"}}}}";
    CHECK(closed_timeline(instance, settings).has_value() == row.closed);
  }
  for (const char* other : {"", "[]", "{}", R"({"configuration":{"timelines_access":null}})"})
    CHECK_FALSE(closed_timeline(other, config()).has_value());
}

TEST_CASE("which posts are wanted is asked of the server") {
  auto settings = config();
  settings.any = {"nhs"};
  settings.all = {"staffing", "ward7"};
  settings.none = {"satire"};
  settings.local = true;
  CHECK(timeline_request(settings, {}, evening).url ==
        "https://social.example/api/v1/timelines/tag/nhssm?limit=3&any%5B%5D=nhs&all%5B%5D=staffing&all%5B%5D=ward7"
        "&none%5B%5D=satire&local=true");
}

TEST_CASE("the first time the past is read back page by page, and then only what is above") {
  Server server;
  for (int id = 1; id <= 7; ++id) server.post(id, evening - 5h);
  Cursor cursor;
  CHECK(poll(server, config(), cursor, evening) == Ids{"5", "6", "7", "2", "3", "4", "1"});
  server.post(8, evening + 1min);
  CHECK(poll(server, config(), cursor, evening + 2min) == Ids{"8"});
  CHECK(server.urls.back() == "https://social.example/api/v1/timelines/tag/nhssm?limit=3&min_id=8");
}

TEST_CASE("the past is read no further than asked for") {
  Server server;
  for (int id = 1; id <= 100; ++id) server.post(id, evening - 5h);
  Cursor cursor;
  CHECK(poll(server, config(), cursor, evening).size() == 12);
}

TEST_CASE("after a night away nothing between is lost, the oldest comes first") {
  Server server;
  server.post(10, evening - 5h);
  Cursor cursor;
  poll(server, config(), cursor, evening);
  for (int id = 11; id <= 18; ++id) server.post(id, evening + 1min);
  CHECK(poll(server, config(), cursor, evening + 10min) == Ids{"11", "12", "13", "14", "15", "16", "17", "18"});
}

TEST_CASE("a quiet timeline keeps its place") {
  Server server;
  server.post(10, evening - 5h);
  Cursor cursor;
  poll(server, config(), cursor, evening);
  const auto before = cursor;
  CHECK(poll(server, config(), cursor, evening + 2min).empty());
  CHECK(cursor == before);
}

TEST_CASE("every half hour the last hour is read again, and what federated late is found below the cursor") {
  Server server;
  for (int id = 20; id <= 40; id += 2) server.post(id, evening - 10min);
  server.post(2, evening - 3h);
  Cursor cursor;
  poll(server, config(), cursor, evening);
  server.post(33, evening - 5min);  // arrives late, with an id of its own time
  CHECK(poll(server, config(), cursor, evening + 29min).empty());
  const auto heard = poll(server, config(), cursor, evening + 30min);
  CHECK(std::find(heard.begin(), heard.end(), "33") != heard.end());
  CHECK(std::find(heard.begin(), heard.end(), "2") == heard.end());
}

TEST_CASE("looking again at the newest page never jumps over a gap") {
  Server server;
  server.post(10, evening - 5h);
  Cursor cursor;
  poll(server, config(), cursor, evening);
  for (int id = 11; id <= 90; ++id) server.post(id, evening + 1h);
  const auto heard = poll(server, config(), cursor, evening + 2h);
  const std::set<std::string> once(heard.begin(), heard.end());
  for (int id = 11; id <= 90; ++id) CHECK(once.contains(std::to_string(id)));
}

TEST_CASE("a server that knows neither max_id nor min_id is not asked for ever") {
  const std::string same = R"([{"id":"5","content":"x","created_at":"2026-11-21T19:00:00Z"}])";
  Cursor cursor;
  int requests = 0;
  bool more = true;
  while (more && requests < 20) {
    const auto page = timeline_page(config(), cursor, answer(200, same), evening);
    REQUIRE(page.has_value());
    cursor = page->next;
    more = page->more;
    ++requests;
  }
  CHECK(requests == 2);
  const auto page = timeline_page(config(), cursor, answer(200, same), evening + 1min);
  REQUIRE(page.has_value());
  CHECK_FALSE(page->more);
}

TEST_CASE("a page that comes again in place of the one above moves nothing, and is asked for otherwise") {
  Server server;
  server.post(10, evening - 5h);
  Cursor cursor;
  poll(server, config(), cursor, evening);
  for (int id = 11; id <= 18; ++id) server.post(id, evening + 1h);
  const auto later = evening + 2h;
  const auto stale = server.reply(timeline_request(config(), cursor, later));  // the newest page
  for (int times = 0; times < 3; ++times) {
    const auto page = timeline_page(config(), cursor, stale, later);
    REQUIRE(page.has_value());
    cursor = page->next;
    CHECK(page->more == (times < 2));
  }
  CHECK(timeline_request(config(), cursor, later).url ==
        "https://social.example/api/v1/timelines/tag/nhssm?limit=2&min_id=10");
  CHECK(poll(server, config(), cursor, later) == Ids{"11", "12", "13", "14", "15", "16", "17", "18"});
}

TEST_CASE("an empty timeline is asked for its newest page until there is one") {
  const auto page = timeline_page(config(), {}, answer(200, "[]"), evening);
  REQUIRE(page.has_value());
  CHECK_FALSE(page->more);
  CHECK(timeline_request(config(), page->next, evening + 2min).url.find("min_id") == std::string::npos);
}

TEST_CASE("a clock that runs ahead does not make posts of tomorrow") {
  const auto page = timeline_page(
      config(), {}, answer(200, R"([{"id":"1","content":"x","created_at":"2027-01-01T00:00:00Z"}])"), evening);
  REQUIRE(page.has_value());
  CHECK(page->posts.at(0).made_at == evening);
}

TEST_CASE("what remains of the limit is told, and a limit used up waits for its reset") {
  const std::vector<std::pair<std::string, std::string>> headers = {
      {"x-ratelimit-limit", "300"},
      {"x-ratelimit-remaining", "0"},
      {"x-ratelimit-reset", "2026-11-21T20:05:00.976542Z"}};
  const auto page = timeline_page(config(), {}, answer(200, "[]", headers), evening);
  REQUIRE(page.has_value());
  CHECK(page->hints.limit_left == 0);
  REQUIRE(page->hints.not_before.has_value());
  CHECK(to_iso(*page->hints.not_before) == "2026-11-21T20:05:00.976Z");
  const auto refused = timeline_page(config(), {}, answer(429, R"({"error":"Too many requests"})", headers), evening);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().remedy == Remedy::wait);
}

TEST_CASE("a refusal is named for what to do about it") {
  struct Row {
    const char* fact;
    int status;
    const char* type;
    const char* body;
    std::optional<Remedy> remedy;
    const char* says;
  };
  const Row rows[] = {
      {"a hashtag that the server never met", 404, "application/json", R"({"error":"Record not found"})", {}, ""},
      {"a page not found", 404, "text/html", "<html></html>", Remedy::ask_operator, "web page"},
      {"members only", 401, "application/json", R"({"error":"This method requires an authenticated user"})",
       Remedy::ask_operator, "token_file"},
      {"forbidden", 403, "application/json", R"({"error":"no"})", Remedy::ask_operator, "token_file"},
      {"a wall against programs", 403, "text/html; charset=utf-8", "<html></html>", Remedy::ask_operator, "web page"},
      {"a wall that says it is fine", 200, "text/html", "<!DOCTYPE html><html></html>", Remedy::ask_operator,
       "web page"},
      {"gone", 410, "application/json", "{}", Remedy::ask_operator, "410"},
      {"a bad hashtag", 422, "application/json", "{}", Remedy::ask_operator, "422"},
      {"restarting", 503, "text/html", "<html></html>", Remedy::retry, "503"},
      {"half an answer", 200, "application/json", "[{", Remedy::retry, "breaks off"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto page = timeline_page(config(), {}, answer(row.status, row.body, {{"content-type", row.type}}), evening);
    REQUIRE(page.has_value() == !row.remedy.has_value());
    if (page.has_value()) continue;
    CHECK(name_of(page.error().remedy) == name_of(*row.remedy));
    CHECK_MESSAGE(page.error().detail.find(row.says) != std::string::npos, page.error().detail);
  }
}

TEST_CASE("a cursor that is not ours begins from the beginning") {
  for (const char* bytes : {"rubbish", "[]", "{}", R"({"newest":5,"walk":7})"}) {
    CAPTURE(bytes);
    CHECK(timeline_request(config(), Cursor{bytes}, evening).url ==
          "https://social.example/api/v1/timelines/tag/nhssm?limit=3");
  }
}

TEST_CASE("a Mastodon source's settings are checked") {
  const auto row = mastodon_connector();
  SourceConfig good{"n", "mastodon", {{"url", "https://social.example"}, {"hashtag", "#NHSsm"}}};
  CHECK(row.check(good).empty());
  SourceConfig bad{"n",
                   "mastodon",
                   {{"url", "social.example"},
                    {"hashtag", "two words"},
                    {"limit", "80"},
                    {"token_file", "/no/such/file"},
                    {"streaming_url", "wss"},
                    {"any", "a b c d e"},
                    {"none", "a#b"},
                    {"local", "perhaps"}}};
  CHECK(complained(row.check(bad)) ==
        std::set<std::string>{"url", "hashtag", "limit", "token_file", "streaming_url", "any", "none", "local"});
  good.settings["stream"] = "yes";
  CHECK(complained(row.check(good)) == std::set<std::string>{"stream"});  // without a token
  good.settings["token_file"] = FIXTURES "/mastodon/timeline.json";
  CHECK(row.check(good).empty());
  for (const auto& [key, value] : {std::pair("any", "one two"), std::pair("remote", "yes")}) {
    SourceConfig both = good;
    both.settings[key] = value;
    CHECK(complained(row.check(both)) == std::set<std::string>{"stream"});
  }
  good.settings["stream"] = "no";
  good.settings["local"] = "yes";
  good.settings["remote"] = "true";
  CHECK(complained(row.check(good)) == std::set<std::string>{"remote"});
}

}  // namespace barometer
