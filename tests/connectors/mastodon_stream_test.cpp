#include "connectors/platforms/mastodon_stream.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "connectors/time.hpp"

namespace barometer {
namespace {

const UtcTime evening = *parse_iso("2026-11-21T20:00:00Z");

MastodonConfig config() {
  MastodonConfig config;
  config.name = "social.example #nhssm";
  config.url = "https://social.example";
  config.tag = "nhssm";
  config.token = "secret";
  return config;
}

std::string status(const std::string& id, const std::string& words, const std::vector<std::string>& tags = {"nhssm"}) {
  std::string out = R"({"id":")" + id + R"(","uri":"https://social.example/users/pat/statuses/)" + id +
                    R"(","created_at":"2026-11-21T19:59:00Z","visibility":"public","content":"<p>)" + words +
                    R"(</p>","account":{"acct":"pat"},"tags":[)";
  for (std::size_t i = 0; i < tags.size(); ++i) out += (i ? R"(,{"name":")" : R"({"name":")") + tags[i] + "\"}";
  return out + "]}";
}

std::string event(const std::string& type, const std::string& data) {
  return "event: " + type + "\ndata: " + data + "\n\n";
}

// "id: words", or "id gone", of each.
std::vector<std::string> told(const MastodonEvents::Heard& heard) {
  std::vector<std::string> out;
  for (const auto& post : heard.posts) {
    CHECK(post.id == "https://social.example/users/pat/statuses/" + post.native_id);
    CHECK(post.source == "social.example #nhssm");
    out.push_back(post.native_id + (post.deleted ? " gone" : ": " + post.text));
  }
  return out;
}

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("a stream is asked for with the token, of the hashtag, or of the server's own members") {
  auto settings = config();
  auto request = stream_request(settings, "https://streaming.example");
  CHECK(request.url == "https://streaming.example/api/v1/streaming/hashtag?tag=nhssm");
  CHECK(request.headers ==
        decltype(request.headers){{"Accept", "text/event-stream"}, {"Authorization", "Bearer secret"}});
  settings.local = true;
  settings.tag = "iechyd da";
  CHECK(stream_request(settings, "https://streaming.example").url ==
        "https://streaming.example/api/v1/streaming/hashtag/local?tag=iechyd%20da");
}

TEST_CASE("a server says where it streams") {
  struct Row {
    const char* fact;
    const char* instance;
    const char* base;
  };
  const Row rows[] = {
      {"version 2", R"({"configuration":{"urls":{"streaming":"wss://streaming.example"}}})",
       "https://streaming.example"},
      {"version 1", R"({"urls":{"streaming_api":"wss://social.example"}})", "https://social.example"},
      {"with a port and a slash", R"({"configuration":{"urls":{"streaming":"wss://a.example:4000/"}}})",
       "https://a.example:4000"},
      {"never in the clear", R"({"configuration":{"urls":{"streaming":"ws://a.example"}}})", "https://a.example"},
      {"no word of it", R"({"configuration":{"urls":{}}})", ""},
      {"null", R"({"configuration":{"urls":{"streaming":null}}})", ""},
      {"no address", R"({"configuration":{"urls":{"streaming":"streaming.example"}}})", ""},
      {"an empty host", R"({"configuration":{"urls":{"streaming":"wss://"}}})", ""},
      {"a list", "[]", ""},
      {"a web page", "<html></html>", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    CHECK(streaming_base(row.instance, config()) == row.base);
  }
}

TEST_CASE("posts, edits and deletes are told as they happen, wherever the bytes are cut") {
  const std::string stream = ":)\n\n" + event("update", status("5", "first")) + ":thump\n\n" +
                             event("status.update", status("5", "second")) + event("notification", "{}") +
                             event("delete", "5") + event("update", status("7", "another"));
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    CAPTURE(cut);
    const auto settings = config();
    MastodonEvents events(settings);
    std::string newest = "3";
    auto all = told(events.take(stream.substr(0, cut), newest, evening));
    for (auto& one : told(events.take(stream.substr(cut), newest, evening))) all.push_back(std::move(one));
    CHECK(all == Told{"5: first", "5: second", "5 gone", "7: another"});
    CHECK(newest == "7");
  }
}

TEST_CASE("a delete is told of posts that were polled, and of no others") {
  const auto settings = config();
  MastodonEvents events(settings);
  std::string newest;
  Post polled;
  polled.native_id = "3";
  polled.id = "https://social.example/users/pat/statuses/3";
  events.know({polled});
  CHECK(told(events.take(event("delete", "3") + event("delete", "4"), newest, evening)) == Told{"3 gone"});
}

TEST_CASE("identities are kept in mind up to a bound, the oldest go first") {
  const auto settings = config();
  MastodonEvents events(settings);
  std::string newest;
  for (std::size_t i = 0; i <= MastodonEvents::most_known; ++i)
    events.take(event("update", status(std::to_string(i), "x")), newest, evening);
  CHECK(events.take(event("delete", "0"), newest, evening).posts.empty());
  CHECK(events.take(event("delete", "1"), newest, evening).posts.size() == 1);
}

TEST_CASE("what the settings leave out is left out of the stream as well") {
  auto settings = config();
  settings.all = {"ward7"};
  settings.none = {"satire"};
  MastodonEvents events(settings);
  std::string newest;
  const auto heard =
      events.take(event("update", status("1", "no ward")) + event("update", status("2", "both", {"nhssm", "Ward7"})) +
                      event("update", status("3", "a joke", {"ward7", "satire"})) +
                      event("status.update", status("1", "still no ward")) +
                      event("status.update", status("2", "no longer tagged")),
                  newest, evening);
  CHECK(told(heard) == Told{"2: both", "2: no longer tagged"});
}

TEST_CASE("an event that is no status is counted, and the next is heard") {
  const auto settings = config();
  MastodonEvents events(settings);
  std::string newest;
  const auto heard = events.take(
      event("update", "{\"id\":") + event("update", "[]") + event("update", status("1", "x")), newest, evening);
  CHECK(told(heard) == Told{"1: x"});
  CHECK(heard.unreadable == 2);
}

TEST_CASE("half an event of a broken connection is not finished by the next") {
  const auto settings = config();
  MastodonEvents events(settings);
  std::string newest;
  CHECK(events.take("event: delete\ndata: 1", newest, evening).posts.empty());
  events.begin();
  CHECK(told(events.take(event("update", status("2", "x")), newest, evening)) == Told{"2: x"});
}

TEST_CASE("a clock that runs ahead does not stream posts of tomorrow") {
  const auto settings = config();
  MastodonEvents events(settings);
  std::string newest;
  const auto heard = events.take(event("update", status("1", "x")), newest, evening - std::chrono::hours(1));
  REQUIRE(heard.posts.size() == 1);
  CHECK(heard.posts[0].made_at == evening - std::chrono::hours(1));
}

TEST_CASE("why no stream came says what to do") {
  struct Row {
    const char* fact;
    int status;
    std::vector<std::pair<std::string, std::string>> headers;
    Remedy remedy;
    const char* says;
  };
  const Row rows[] = {
      {"a token without rights", 401, {}, Remedy::ask_operator, "token_file"},
      {"no server that streams over HTTP", 404, {}, Remedy::ask_operator, "streaming_url"},
      {"a web page", 200, {{"content-type", "text/html"}}, Remedy::ask_operator, "streaming_url"},
      {"restarting", 503, {}, Remedy::retry, "503"},
      {"asked too often", 429, {{"retry-after", "60"}}, Remedy::wait, "429"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    HttpResponse response;
    response.status = row.status;
    response.headers = row.headers;
    const auto failure = stream_refusal(response, evening);
    CHECK(name_of(failure.remedy) == name_of(row.remedy));
    CHECK_MESSAGE(failure.detail.find(row.says) != std::string::npos, failure.detail);
  }
}

}  // namespace barometer
