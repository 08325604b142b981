#include "connectors/platforms/threads.hpp"

#include <filesystem>
#include <fstream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "connectors/talks.hpp"
#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/support/parsing.hpp"
#include "tests/support/temp_dir.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;
using Read = ThreadsConfig::Read;

const UtcTime noon = *parse_iso("2026-11-18T12:00:00Z");

ThreadsConfig config(Read read = Read::search) {
  ThreadsConfig config;
  config.name = "#nhssm";
  config.base = "https://graph.example/v1.0";
  config.read = read;
  config.query = "nhssm";
  config.limit = 4;
  return config;
}

void write(const std::filesystem::path& file, const std::string& text) { std::ofstream(file) << text << '\n'; }

// One request through the door; the status of its answer.
int ask(ThreadsDoor& door, asio::io_context& loop, const std::string& url, UtcTime now) {
  HttpRequest request;
  request.url = url + "/v1.0/me/threads";
  int status = 0;
  asio::co_spawn(loop, door.ask(std::move(request), now),
                 [&](const std::exception_ptr& error, Result<HttpResponse> reply) {
                   CHECK_FALSE(error);
                   if (reply.has_value()) status = reply->status;
                 });
  loop.restart();
  while (status == 0) loop.run_one();
  return status;
}

}  // namespace

TEST_CASE("posts of Threads: topic tags, quotes, replies and reposts") {
  const auto page = parse_threads(fixture("threads/keyword_search.json"), {{}, {}, "here", noon});
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 3);
  CHECK(page->unreadable == 1);
  const Post& first = page->posts[0];
  CHECK(first.id == "threads:18000000000000011");
  CHECK(first.text == "So grateful to the night staff at Marlbeck");
  CHECK(first.tags == std::vector<std::string>{"nhssm"});
  CHECK(first.author == "sam.example");
  CHECK(first.url == "https://www.threads.net/@sam.example/post/AAA");
  CHECK(to_iso(first.made_at) == "2026-11-18T07:00:00.000Z");
  CHECK_FALSE(first.reply_to);
  const Post& second = page->posts[1];
  CHECK(second.text == "Same here #nhssm\nA thank you card");
  CHECK(second.reply_to == "18000000000000010");
  CHECK(second.quote_of == "18000000000000011");
  CHECK(page->posts[2].repost_of == "18000000000000011");
}

TEST_CASE("a search asks for what is recent, and goes on where a full page ends without a next") {
  auto request = threads_request(config(), {}, noon);
  CHECK(request.url.starts_with(
      "https://graph.example/v1.0/keyword_search?q=nhssm&search_type=RECENT&search_mode=TAG&fields=id%2Ctext"));
  const auto page = threads_page(config(), {}, http_answer(200, fixture("threads/keyword_search.json")), noon);
  REQUIRE(page.has_value());
  CHECK(page->more);
  CHECK(page->posts.front().native_id == "18000000000000013");
  for (const Post& post : page->posts) CHECK_FALSE(post.tags.empty());
  request = threads_request(config(), page->next, noon);
  CHECK(request.url.ends_with("&limit=4&after=A%3D1"));
  const auto last = threads_page(config(), page->next, http_answer(200, R"({"data":[]})"), noon);
  REQUIRE(last.has_value());
  CHECK_FALSE(last->more);
}

TEST_CASE("searches are counted by the hour, and those that find nothing are free") {
  auto few = config();
  few.searches_a_day = 3;
  const auto found = http_answer(200, R"({"data":[{"id":"1","text":"x","timestamp":"2026-11-18T07:00:00+0000"}]})");
  Cursor cursor;
  const auto search = [&](UtcTime now, const HttpResponse& answer) {
    cursor = threads_page(few, cursor, answer, now)->next;
  };
  search(noon + 10min, found);
  search(noon + 20min, http_answer(200, R"({"data":[]})"));
  search(noon + 5h, found);
  CHECK_FALSE(threads_capped(few, cursor, noon + 5h));
  search(noon + 6h, found);
  const auto capped = threads_capped(few, cursor, noon + 6h);
  REQUIRE(capped.has_value());
  CHECK(capped->capped);
  CHECK(name_of(capped->remedy) == name_of(Remedy::wait));
  CHECK(capped->not_before == noon + 25h);
  CHECK(threads_capped(few, cursor, noon + 24h + 59min));
  CHECK_FALSE(threads_capped(few, cursor, noon + 25h));
  few.read = Read::mentions;
  CHECK_FALSE(threads_capped(few, cursor, noon + 6h));
}

TEST_CASE("our own posts, then the replies to those that have some") {
  const auto own = config(Read::replies);
  CHECK(threads_request(own, {}, noon).url.starts_with("https://graph.example/v1.0/me/threads?fields="));
  auto page = threads_page(own, {}, http_answer(200, R"({"data":[
      {"id":"1","text":"a","timestamp":"2026-11-18T07:00:00+0000","has_replies":true},
      {"id":"2","text":"b","timestamp":"2026-11-18T06:00:00+0000","has_replies":false}]})"),
                           noon);
  REQUIRE(page.has_value());
  CHECK(page->more);
  const auto request = threads_request(own, page->next, noon);
  CHECK(request.url.starts_with("https://graph.example/v1.0/1/conversation?fields="));
  CHECK(request.url.find("&reverse=true&") != std::string::npos);
  const auto gone =
      threads_page(own, page->next, http_answer(400, R"({"error":{"code":100,"error_subcode":24}})"), noon);
  REQUIRE(gone.has_value());
  CHECK_FALSE(gone->more);
  page = threads_page(own, page->next,
                      http_answer(200, R"({"data":[{"id":"3","text":"c","timestamp":"2026-11-18T08:00:00+0000"}]})"),
                      noon);
  REQUIRE(page.has_value());
  CHECK(page->posts.at(0).reply_to == "1");
  CHECK_FALSE(page->more);
  CHECK(threads_request(config(Read::mentions), {}, noon).url.starts_with("https://graph.example/v1.0/me/mentions?"));
}

TEST_CASE("a token is kept with where it came from, for our user alone") {
  const TempDir folder;
  const ThreadsKeys keys{"https://graph.example", (folder.path() / "token").string(),
                         (folder.path() / "kept").string()};
  write(keys.token_file, "first");
  auto token = read_threads_token(keys, noon);
  CHECK(token.token == "first");
  CHECK(token.try_at == noon + 24h);
  token.token = "second";
  token.try_at = noon + 168h;
  REQUIRE(write_threads_token(keys, token));
  CHECK(std::filesystem::status(keys.kept_file).permissions() ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  CHECK(read_threads_token(keys, noon + 1h).token == "second");
  write(keys.token_file, "an operator's");
  CHECK(read_threads_token(keys, noon + 1h).token == "an operator's");
  write(keys.kept_file, "rubbish");
  CHECK(read_threads_token(keys, noon).token == "an operator's");
  CHECK_FALSE(write_threads_token({{}, {}, (folder.path() / "no" / "such").string()}, token));
}

TEST_CASE("a token is exchanged before it ends, and an operator's new one counts at once") {
  const TempDir folder;
  std::string good = "first";
  LoopbackServer server([&](const std::string& head) {
    const LoopbackHeaders json{{"Content-Type", "application/json"}};
    if (path_of(head).starts_with("/refresh_access_token")) {
      CHECK(path_of(head).find("grant_type=th_refresh_token&access_token=" + good) != std::string::npos);
      good = "second";
      return reply_with(200, json, R"({"access_token":"second","token_type":"bearer","expires_in":5184000})");
    }
    if (header_of(head, "authorization") == "Bearer " + good) return reply_with(200, json, R"({"data":[]})");
    return reply_with(400, json, R"({"error":{"code":190,"error_subcode":463}})");
  });
  const ThreadsKeys keys{server.url(""), (folder.path() / "token").string(), (folder.path() / "kept").string()};
  write(keys.token_file, "first");
  asio::io_context loop{1};
  HttpClient http(loop.get_executor(), {.user_agent = "Barometer/test"});
  ThreadsDoor door(keys, http);
  CHECK(ask(door, loop, server.url(""), noon) == 200);
  CHECK(server.requests().size() == 1);
  CHECK(ask(door, loop, server.url(""), noon + 25h) == 200);
  CHECK(server.requests().size() == 3);
  CHECK(read_threads_token(keys, noon).token == "second");
  ThreadsDoor restarted(keys, http);
  CHECK(ask(restarted, loop, server.url(""), noon + 26h) == 200);
  CHECK(server.requests().size() == 4);
  good = "third";
  CHECK(ask(restarted, loop, server.url(""), noon + 27h) == 400);
  write(keys.token_file, "third");
  CHECK(ask(restarted, loop, server.url(""), noon + 28h) == 200);
}

TEST_CASE("a Threads source's settings are checked") {
  const auto row = threads_connector();
  const std::string file = FIXTURES "/threads/keyword_search.json";
  CHECK(complained(row, {{"query", "#nhssm"}, {"token_file", file}}).empty());
  CHECK(complained(row, {{"read", "mentions"}, {"token_file", file}}).empty());
  CHECK(complained(row, {{"token_file", "/no/such"}, {"mode", "words"}, {"searches_a_day", "3000"}, {"api", "x"}}) ==
        std::set<std::string>{"query", "token_file", "mode", "searches_a_day", "api"});
  CHECK(complained(row, {{"read", "all"}, {"version", "1"}, {"limit", "0"}}) ==
        std::set<std::string>{"read", "version", "limit"});
}

TEST_CASE("recorded Threads answers") {
  if (no_recordings()) return;
  check_recordings(parse_threads,
                   {
                       {"threads/post.example.json", 1, "threads:string", "This is a test post"},
                       {"threads/user_threads.example.json", 1, "threads:string", "This is a test post"},
                       {"threads/replies.example.json", 1, "threads:string", "reply"},
                       {"threads/quota.example.json", 0, "", ""},
                       {"threads/synthetic-keyword_search.json", 1, "threads:18000000000000001", "So grateful"},
                       {"threads/synthetic-keyword_search_empty.json", 0, "", ""},
                   });
}

}  // namespace barometer
