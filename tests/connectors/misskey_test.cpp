#include "connectors/platforms/misskey.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "connectors/platforms/misskey_answer.hpp"
#include "connectors/platforms/misskey_note.hpp"
#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

const UtcTime evening = *parse_iso("2026-11-21T20:30:00Z");

MisskeyConfig config() {
  MisskeyConfig config;
  config.name = "mk.example #nhssm";
  config.url = "https://mk.example";
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

Result<Page> parse(std::string body, std::string kind = {}, std::string base = "https://mk.example") {
  return parse_misskey(std::move(body), ParseOptions{std::move(kind), std::move(base), "here", evening});
}

std::string note(const std::string& id, UtcTime made_at) {
  return R"({"id":")" + id + R"(","createdAt":")" + to_iso(made_at) +
         R"(","text":"x","visibility":"public","user":{"username":"a","host":null}})";
}

std::string wrong(const std::string& code) {
  return R"({"error":{"message":"words","code":")" + code + R"(","id":"1"}})";
}

// Notes by their ids, as the API's pagination answers: newest first, with sinceId alone oldest first.
class Server {
 public:
  void post(int number, UtcTime made_at) { notes_[id(number)] = made_at; }
  static std::string id(int number) { return "n" + std::to_string(1000 + number); }

  HttpResponse reply(const HttpRequest& request) {
    bodies.push_back(request.body);
    const auto below = field(request.body, "untilId");
    const auto above = field(request.body, "sinceId");
    std::vector<std::string> ids;
    for (const auto& [id, made_at] : notes_)
      if ((below.empty() || id < below) && id > above) ids.push_back(id);
    if (above.empty()) std::reverse(ids.begin(), ids.end());
    ids.resize(std::min<std::size_t>(ids.size(), 3));
    std::string body = "[";
    for (const auto& id : ids) body += (body.size() > 1 ? "," : "") + note(id, notes_[id]);
    return answer(200, body + "]", {{"content-type", "application/json"}});
  }

  std::vector<std::string> bodies;

 private:
  static std::string field(const std::string& body, const std::string& key) {
    const auto at = body.find('"' + key + "\":\"");
    if (at == body.npos) return {};
    const auto begin = at + key.size() + 4;
    return body.substr(begin, body.find('"', begin) - begin);
  }
  std::map<std::string, UtcTime> notes_;
};

std::vector<std::string> poll(Server& server, Cursor& cursor, UtcTime now) {
  std::vector<std::string> heard;
  for (int requests = 0; requests < 50; ++requests) {
    const auto page = misskey_page(config(), cursor, server.reply(misskey_request(config(), cursor, now)), now);
    REQUIRE(page.has_value());
    for (const auto& post : page->posts) heard.push_back(post.native_id.substr(3));
    cursor = page->next;
    if (!page->more) return heard;
  }
  FAIL("it never stops asking");
  return heard;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("a note becomes a post that the whole Fediverse knows") {
  const auto page = parse(fixture("misskey/notes.json"));
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 4);
  CHECK(page->unreadable == 1);
  const auto& post = page->posts[0];
  CHECK(post.platform == "misskey");
  CHECK(post.source == "here");
  CHECK(post.id == "https://mk.example/notes/a1note0005");
  CHECK(post.native_id == "a1note0005");
  CHECK(post.url == post.id);
  CHECK(post.author == "ffion@mk.example");
  CHECK(post.author_name == "Ffion");
  CHECK(to_iso(post.made_at) == "2026-11-21T20:15:00.000Z");
  REQUIRE(post.edited_at.has_value());
  CHECK(to_iso(*post.edited_at) == "2026-11-21T20:20:00.000Z");
  CHECK(
      post.text ==
      "aros hir\nNaw awr yn A&E ym Marlbeck, eto.\nGweler y dudalen https://trust.example/now #NHSsm\nA full corridor");
  CHECK(post.tags == std::vector<std::string>{"nhssm"});
  CHECK(post.reply_to == "a1note0001");
  CHECK(post.likes == 5);
  CHECK(post.reposts == 3);
  CHECK(post.replies == 2);
  CHECK_FALSE(post.opted_out);
}

TEST_CASE("notes come from afar, quote, pass on, and are hidden") {
  const auto page = parse(fixture("misskey/notes.json"));
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 4);
  const auto& far = page->posts[1];
  CHECK(far.id == "https://far.example/notes/6");
  CHECK(far.url == "https://far.example/@sam/6");
  CHECK(far.author == "sam@far.example");
  CHECK(far.visibility == Visibility::unlisted);
  CHECK(far.quote_of == "https://other.example/notes/2");
  CHECK(far.likes == 2);
  CHECK(far.opted_out);
  const auto& passed_on = page->posts[2];
  CHECK(passed_on.native_id == "a1note0000");
  CHECK(passed_on.author == "gwen@mk.example");
  CHECK(passed_on.text == "Diolch i bawb #nhssm");
  CHECK(page->posts[3].opted_out);
}

TEST_CASE("without a base the platform's own id stands") {
  const auto page = parse("[" + note("n1", evening) + "]", {}, "");
  REQUIRE(page.has_value());
  CHECK(page->posts.at(0).id == "misskey:n1");
  CHECK(page->posts.at(0).url == "");
}

TEST_CASE("the mark-up goes, the words stay") {
  struct Row {
    const char* mfm;
    const char* text;
  };
  const Row rows[] = {
      {"plain words", "plain words"},
      {"**bold** and ~~gone~~", "bold and gone"},
      {"$[spin.speed=2s round] and $[x2 $[shake both]] done]", "round and both done]"},
      {"$[ruby 病院 byouin]", "病院 byouin"},
      {"<center>middle</center> <b>b</b><i>i</i>", "middle bi"},
      {"[words](https://a.example/x) ?[more](https://b.example)", "words https://a.example/x more https://b.example"},
      {"[no link] (really) [x](y)", "[no link] (really) [x](y)"},
      {"[open](https://a.example", "[open](https://a.example"},
      {"cost: $[5]", "cost: $[5]"},
      {"a < b, #nhssm @pat@a.example :blobcat: https://a.example/a_b",
       "a < b, #nhssm @pat@a.example :blobcat: https://a.example/a_b"},
      {"", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.mfm);
    CHECK(mfm_to_text(row.mfm) == row.text);
  }
}

TEST_CASE("requests are posted, and a token goes in the body") {
  auto settings = config();
  const auto request = misskey_request(settings, {}, evening);
  CHECK(request.method == "POST");
  CHECK(request.url == "https://mk.example/api/notes/search-by-tag");
  CHECK(request.body == R"({"tag":"nhssm","limit":3})");
  settings.token = "secret";
  CHECK(misskey_request(settings, {}, evening).body == R"({"tag":"nhssm","i":"secret","limit":3})");
  CHECK(note_request(settings, {"x", "n1", ""}).body == R"({"noteId":"n1","i":"secret"})");
}

TEST_CASE("the first time the past is read back page by page, and then what is above, oldest first") {
  Server server;
  for (int number = 1; number <= 7; ++number) server.post(number, evening - 5h);
  Cursor cursor;
  CHECK(poll(server, cursor, evening) == Ids{"05", "06", "07", "02", "03", "04", "01"});
  for (int number = 8; number <= 15; ++number) server.post(number, evening + 1min);
  CHECK(poll(server, cursor, evening + 10min) == Ids{"08", "09", "10", "11", "12", "13", "14", "15"});
  CHECK(server.bodies.back() == R"({"tag":"nhssm","sinceId":"n1015","limit":3})");
}

TEST_CASE("what federated late is found by the half-hourly look back") {
  Server server;
  for (int number = 20; number <= 40; number += 2) server.post(number, evening - 10min);
  Cursor cursor;
  poll(server, cursor, evening);
  server.post(37, evening - 5min);
  CHECK(poll(server, cursor, evening + 29min).empty());
  const auto heard = poll(server, cursor, evening + 30min);
  CHECK(std::find(heard.begin(), heard.end(), "37") != heard.end());
}

TEST_CASE("a clock that runs ahead does not make notes of tomorrow") {
  const auto page = misskey_page(config(), {}, answer(200, "[" + note("n1", evening + 24h) + "]"), evening);
  REQUIRE(page.has_value());
  CHECK(page->posts.at(0).made_at == evening);
}

TEST_CASE("a refusal by Misskey is named for what to do about it") {
  struct Row {
    const char* fact;
    int status;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    Remedy remedy;
    const char* says;
  };
  const std::string html = "<!DOCTYPE html><html></html>";
  const Row rows[] = {
      {"a bad parameter", 400, wrong("INVALID_PARAM"), {}, Remedy::ask_operator, "hashtag"},
      {"members only", 401, wrong("CREDENTIAL_REQUIRED"), {}, Remedy::ask_operator, "token_file"},
      {"a token that is none", 401, wrong("AUTHENTICATION_FAILED"), {}, Remedy::ask_operator, "token_file"},
      {"no right to search", 400, wrong("UNAVAILABLE"), {}, Remedy::ask_operator, "search"},
      {"forbidden", 403, wrong("ACCESS_DENIED"), {}, Remedy::ask_operator, "token"},
      {"a token without the right", 403, wrong("PERMISSION_DENIED"), {}, Remedy::ask_operator, "right"},
      {"no Misskey", 404, wrong("NO_SUCH_ENDPOINT"), {}, Remedy::ask_operator, "mastodon"},
      {"a page not found", 404, html, {{"content-type", "text/html"}}, Remedy::ask_operator, "web page"},
      {"asked too often", 429, wrong("RATE_LIMIT_EXCEEDED"), {}, Remedy::retry, "429"},
      {"asked too often, with a time", 429, wrong("RATE_LIMIT_EXCEEDED"), {{"retry-after", "60"}}, Remedy::wait, "429"},
      {"in trouble", 500, wrong("INTERNAL_ERROR"), {}, Remedy::retry, "500"},
      {"in trouble, another", 502, html, {{"content-type", "text/html"}}, Remedy::retry, "502"},
      {"a wall that says it is fine", 200, html, {{"content-type", "text/html"}}, Remedy::ask_operator, "web page"},
      {"half an answer", 200, "[{", {}, Remedy::retry, "breaks off"},
      {"nothing", 200, "", {}, Remedy::retry, "empty"},
      {"something else", 200, "{}", {}, Remedy::skip, "notes"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto page = misskey_page(config(), {}, answer(row.status, row.body, row.headers), evening);
    REQUIRE_FALSE(page.has_value());
    CHECK(name_of(page.error().remedy) == name_of(row.remedy));
    CHECK_MESSAGE(page.error().detail.find(row.says) != std::string::npos, page.error().detail);
    CHECK(page.error().detail.find("words") == std::string::npos);
  }
}

TEST_CASE("a note is gone only when the server says so itself") {
  const KeptPost kept{"https://mk.example/notes/n1", "n1", ""};
  for (const int status : {400, 404}) {
    const auto gone = note_answer(config(), kept, answer(status, wrong("NO_SUCH_NOTE")), evening);
    REQUIRE(gone.has_value());
    REQUIRE(gone->has_value());
    CHECK((*gone)->deleted);
    CHECK((*gone)->id == kept.id);
  }
  const auto same = note_answer(config(), kept, answer(200, note("n1", evening - 1h)), evening);
  REQUIRE(same.has_value());
  CHECK_FALSE(same->has_value());
  const auto hidden =
      note_answer(config(), kept,
                  answer(200, R"({"id":"n1","text":"x","visibility":"followers","user":{"username":"a"}})"), evening);
  REQUIRE(hidden.has_value());
  REQUIRE(hidden->has_value());
  CHECK((*hidden)->deleted);
  const auto edited = note_answer(
      config(), kept, answer(200, R"({"id":"n1","text":"y","updatedAt":"2026-11-21T20:00:00Z","visibility":"public"})"),
      evening);
  REQUIRE(edited.has_value());
  REQUIRE(edited->has_value());
  CHECK((*edited)->text == "y");
  CHECK_FALSE(note_answer(config(), kept, answer(404, "<html></html>"), evening).has_value());
  CHECK_FALSE(note_answer(config(), kept, answer(401, wrong("CREDENTIAL_REQUIRED")), evening).has_value());
}

TEST_CASE("a note of a stream's frame is read, other frames are empty") {
  const auto frame = parse(R"({"type":"channel","body":{"id":"1","type":"note","body":)" + note("n1", evening) + "}}");
  REQUIRE(frame.has_value());
  CHECK(frame->posts.size() == 1);
  const auto other = parse(R"({"type":"channel","body":{"id":"1","type":"stats","body":{}}})");
  REQUIRE(other.has_value());
  CHECK(other->posts.empty());
}

TEST_CASE("a Misskey source's settings are checked") {
  const auto row = misskey_connector();
  CHECK(row.check({"n", "misskey", {{"url", "https://mk.example"}, {"hashtag", "#NHSsm"}}}).empty());
  const SourceConfig bad{
      "n",
      "misskey",
      {{"url", "mk.example"}, {"hashtag", "two words"}, {"limit", "0"}, {"first_pages", "x"}, {"token_file", "/none"}}};
  std::set<std::string> keys;
  for (const auto& complaint : row.check(bad)) keys.insert(complaint.key);
  CHECK(keys == std::set<std::string>{"url", "hashtag", "limit", "first_pages", "token_file"});
}

TEST_CASE("recorded Misskey answers") {
  const std::filesystem::path recordings = std::filesystem::path(RECORDINGS) / "misskey";
  if (!std::filesystem::exists(recordings)) {
    MESSAGE("skipped: no recordings at " << recordings.string());
    return;
  }
  const auto notes = parse(file_bytes(recordings / "synthetic-search_by_tag.json"));
  REQUIRE(notes.has_value());
  REQUIRE(notes->posts.size() == 2);
  CHECK(notes->posts[0].native_id == "9z2");
  CHECK(notes->posts[1].text == "Original #nhssm");
  const auto limited = parse(file_bytes(recordings / "synthetic-error_429.json"));
  REQUIRE_FALSE(limited.has_value());
  CHECK(limited.error().remedy == Remedy::retry);
  CHECK(limited.error().detail.find("rate limit") != std::string::npos);
}

}  // namespace barometer
