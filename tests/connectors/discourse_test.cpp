#include "connectors/platforms/discourse.hpp"

#include <filesystem>

#include <doctest/doctest.h>

#include "connectors/platforms/discourse_answer.hpp"
#include "connectors/time.hpp"
#include "connectors/walk.hpp"
#include "tests/support/fixture.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime now = *parse_iso("2026-11-21T23:00:00Z");
const ParseOptions options{{}, "https://board.example/posts.json", "here", now};
const DiscourseConfig config{.name = "here", .url = "https://board.example"};

HttpResponse answer(int status, std::string body) { return {.status = status, .body = std::move(body)}; }

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string posts(std::initializer_list<int> ids) {
  std::string list;
  for (const int id : ids)
    list += (list.empty() ? "" : ",") + ("{\"id\":" + std::to_string(id)) +
            ",\"cooked\":\"words\",\"post_type\":1,\"topic_id\":1,\"post_number\":2,\"created_at\":\"" +
            to_iso(now - (1000 - id) * 1min) + "\"}";
  return "{\"latest_posts\":[" + list + "]}";
}

}  // namespace

TEST_CASE("posts of a Discourse board, in the order of the body") {
  const auto page = parse_discourse(fixture("discourse/posts.json"), options);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 4);  // one of five is a small action
  CHECK(page->unreadable == 0);
  const Post& waits = page->posts[0];
  CHECK(waits.id == "discourse:board.example/905");
  CHECK(waits.native_id == "905");
  CHECK(waits.url == "https://board.example/t/waits/77/1");
  CHECK(waits.title == "A&E waits");
  CHECK(waits.text == "Nine hours at A&E #nhssm");
  CHECK(waits.tags == std::vector<std::string>{"nhssm"});
  CHECK(waits.author == "dewi@board.example");
  CHECK(waits.author_name == "Dewi E.");
  CHECK(waits.made_at == *parse_iso("2026-11-20T10:00:02.500Z"));
  CHECK(waits.edited_at == *parse_iso("2026-11-20T11:00:00Z"));
  CHECK(waits.likes == 3);
  CHECK(waits.replies == 2);
  const Post& same = page->posts[1];
  CHECK_FALSE(same.title.has_value());
  CHECK_FALSE(same.edited_at.has_value());
  CHECK(same.text == "Same :frowning:");
  CHECK(same.reply_to == "70/2");
  CHECK(page->posts[2].deleted);  // by its writer
  CHECK(page->posts[3].deleted);  // hidden
}

TEST_CASE("topics of a tag are posts under ids of their own") {
  const auto page = parse_discourse(fixture("discourse/tag.json"), options);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 2);
  CHECK(page->unreadable == 1);
  CHECK(page->posts[0].id == "discourse:board.example/t/77");
  CHECK(page->posts[0].text == "A&E waits");
  CHECK(page->posts[0].tags == std::vector<std::string>{"nhssm", "waits"});
  CHECK(page->posts[0].author == "dewi@board.example");
  CHECK(page->posts[0].url == "https://board.example/t/waits/77");
  CHECK(page->posts[1].text == "Where is one to park…");
}

TEST_CASE("a topic gives its posts its tags, and the first its title") {
  const auto page = parse_discourse(fixture("discourse/topic.json"), options);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 2);  // a whisper is none
  CHECK(page->posts[0].title == "A&E waits");
  CHECK(page->posts[0].tags == std::vector<std::string>{"nhssm"});
  CHECK_FALSE(page->posts[1].title.has_value());
  CHECK(page->posts[1].url == "https://board.example/t/waits/77/2");
}

TEST_CASE("what a search finds is what the words show of it") {
  const auto page = parse_discourse(fixture("discourse/search.json"), options);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 1);
  CHECK(page->posts[0].id == "discourse:board.example/906");
  CHECK(page->posts[0].text == "Ten here & nobody came...");
  CHECK(page->posts[0].url == "https://board.example/t/waits/77/2");
  CHECK(page->posts[0].likes == 2);
}

TEST_CASE("a board is read down by ids to what is known") {
  CHECK(discourse_request(config, {}).url == "https://board.example/posts.json");
  auto page = discourse_page(config, {}, answer(200, posts({990, 980, 970})), now);
  REQUIRE(page.has_value());
  CHECK(page->more);
  CHECK(page->posts.front().native_id == "970");  // oldest first
  CHECK(discourse_request(config, page->next).url == "https://board.example/posts.json?before=970");

  SUBCASE("an old answer is no page of this walk") {
    const auto stale = discourse_page(config, page->next, answer(200, posts({990, 980, 970})), now);
    REQUIRE_FALSE(stale.has_value());
    CHECK(stale.error().remedy == Remedy::retry);
  }
  SUBCASE("the end of what the first fetch reads") {
    page = discourse_page(config, page->next, answer(200, posts({970, 960})), now);
    REQUIRE(page.has_value());
    CHECK_FALSE(page->more);
    page = discourse_page(config, page->next, answer(200, posts({999, 998, 920})), now);
    CHECK_FALSE(page->more);  // 920 is older than what is known
  }
  SUBCASE("fifty ids of which nobody may see any are stepped over, three times") {
    auto patient = config;
    patient.first_pages = 10;
    for (const char* before : {"920", "870", "820"}) {
      page = discourse_page(patient, page->next, answer(200, posts({})), now);
      REQUIRE(page.has_value());
      CHECK(page->more);
      CHECK(has(discourse_request(patient, page->next).url, before));
    }
    CHECK_FALSE(discourse_page(patient, page->next, answer(200, posts({})), now)->more);
  }
}

TEST_CASE("a key goes along as Discourse wants it") {
  auto keyed = config;
  keyed.key = "k";
  keyed.username = "system";
  const auto request = discourse_request(keyed, {});
  REQUIRE(request.headers.size() == 3);
  CHECK(request.headers[1] == std::pair<std::string, std::string>("Api-Key", "k"));
  CHECK(request.headers[2] == std::pair<std::string, std::string>("Api-Username", "system"));
}

TEST_CASE("what is no list of a board's posts is a failure with its remedy") {
  struct Row {
    const char* fact;
    HttpResponse response;
    Remedy remedy;
  };
  auto header = answer(429, "Slow down, you're making too many requests.\n");
  header.headers = {{"content-type", "text/plain"}, {"retry-after", "7"}};
  const char* const limited = R"({"errors":["no"],"error_type":"rate_limit","extras":{"wait_seconds":37}})";
  const Row rows[] = {
      {"nothing", answer(200, ""), Remedy::retry},
      {"half", answer(200, R"({"latest_posts":[{)"), Remedy::retry},
      {"a wall", answer(200, "<html>"), Remedy::ask_operator},
      {"another shape", answer(200, R"({"a":1})"), Remedy::skip},
      {"a topic", answer(200, fixture("discourse/topic.json")), Remedy::retry},
      {"a login", answer(403, R"({"errors":["no"],"error_type":"not_logged_in"})"), Remedy::ask_operator},
      {"no right", answer(403, R"({"errors":["no"],"error_type":"invalid_access"})"), Remedy::ask_operator},
      {"another error", answer(400, R"({"errors":["no"]})"), Remedy::ask_operator},
      {"no Discourse", answer(404, "<html>"), Remedy::ask_operator},
      {"an address's limit, by header", header, Remedy::wait},
      {"an address's limit, in words", answer(429, "Slow down.\nPlease retry again in 7 seconds.\n"), Remedy::wait},
      {"a key's limit", answer(429, limited), Remedy::wait},
      {"a limit that says no more", answer(429, R"({"errors":["no"],"error_type":"rate_limit"})"), Remedy::retry},
      {"trouble", answer(502, ""), Remedy::retry},
      {"being looked after", answer(503, R"({"errors":["no"],"error_type":"read_only"})"), Remedy::retry},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto page = discourse_page(config, {}, row.response, now);
    REQUIRE_FALSE(page.has_value());
    CHECK(page.error().remedy == row.remedy);
  }
  CHECK(discourse_page(config, {}, answer(429, limited), now).error().not_before == now + 37s);
  CHECK(discourse_page(config, {}, header, now).error().not_before == now + 7s);
}

TEST_CASE("a post asked for again is edited, gone, or not public any more") {
  const KeptPost kept{"discourse:board.example/904", "904", {}};
  CHECK(discourse_post_request(config, kept).url == "https://board.example/posts/904.json");
  const auto edited = discourse_post_page(
      config, kept,
      answer(200, R"({"id":904,"cooked":"<p>Now</p>","post_type":1,"post_number":4,"topic_id":70,"version":2,)"
                  R"("created_at":"2026-11-20T09:00:00Z","updated_at":"2026-11-20T10:00:00Z"})"),
      now);
  REQUIRE(edited.has_value());
  REQUIRE(edited->posts.size() == 1);
  CHECK(edited->posts[0].text == "Now");
  for (const auto& none : {answer(404, R"({"errors":["no"],"error_type":"not_found"})"), answer(410, ""),
                           answer(403, R"({"errors":["no"],"error_type":"invalid_access"})"),
                           answer(200, R"({"id":904,"cooked":"","user_deleted":true})")}) {
    const auto gone = discourse_post_page(config, kept, none, now);
    REQUIRE(gone.has_value());
    REQUIRE(gone->posts.size() == 1);
    CHECK(gone->posts[0].deleted);
    CHECK(gone->posts[0].id == kept.id);
  }
  CHECK(discourse_post_page(config, kept, answer(403, R"({"errors":["no"],"error_type":"not_logged_in"})"), now)
            .error()
            .remedy == Remedy::ask_operator);
}

TEST_CASE("recorded answers of Discourse") {
  const std::filesystem::path recordings = std::filesystem::path(RECORDINGS) / "discourse";
  if (!std::filesystem::exists(recordings)) {
    MESSAGE("skipped: no " << recordings.string());
    return;
  }
  const ParseOptions bare{{}, {}, "here", now};
  struct Row {
    const char* file;
    std::size_t posts;
    const char* first;
    const char* text;
  };
  const Row rows[] = {
      {"latest.json", 3, "discourse:t/1", "Welcome!"},
      {"latest_topics.json", 3, "discourse:t/13", "2a6aa74e"},
      {"post.json", 1, "discourse:11", "The first paragraph"},
      {"posts_latest.json", 4, "discourse:15", "holla bullhonky."},
      {"search_old.json", 3, "discourse:t/1", "Test topic #1"},
      {"search_query.json", 1, "discourse:16", "ecf65fcd"},
      {"synthetic-tag.json", 1, "discourse:t/77", "A&E waits"},
      {"topic.json", 3, "discourse:83", "Welcome!"},
      {"topic_with_tags_created.json", 1, "discourse:29", "cb8ee24e"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.file);
    const auto page = parse_discourse(file_bytes(recordings / row.file), bare);
    REQUIRE(page.has_value());
    REQUIRE(page->posts.size() == row.posts);
    CHECK(page->unreadable == 0);
    CHECK(page->posts[0].id == row.first);
    CHECK_MESSAGE(page->posts[0].text.starts_with(row.text), page->posts[0].text);
  }
  struct Refused {
    const char* file;
    Remedy remedy;
    std::optional<UtcTime> until;
  };
  const Refused refused[] = {
      {"synthetic-error_403.json", Remedy::ask_operator, {}},
      {"synthetic-error_429_api.json", Remedy::wait, now + 37s},
      {"synthetic-error_429_ip.txt", Remedy::wait, now + 7s},
  };
  for (const auto& row : refused) {
    CAPTURE(row.file);
    const auto page = parse_discourse(file_bytes(recordings / row.file), bare);
    REQUIRE_FALSE(page.has_value());
    CHECK(page.error().remedy == row.remedy);
    CHECK(page.error().not_before == row.until);
  }
}
