#include "connectors/platforms/careopinion.hpp"

#include <filesystem>

#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime now = *parse_iso("2026-11-21T23:00:00Z");
const ParseOptions options{{}, {}, "here", now};
const CareOpinionConfig config{
    .name = "here", .api = "https://stories.example/api/v2", .key = "k", .search = "tag=flu"};
const KeptPost kept{"careopinion:901", "901", {}};

HttpResponse answer(int status, std::string body) { return {.status = status, .body = std::move(body)}; }

constexpr const char* sign_in = "<html><body>Object moved</body></html>";

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("stories of Care Opinion become posts, when they were published") {
  const auto page = parse_careopinion(fixture("careopinion/opinions.json"), options);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 2);
  CHECK(page->unreadable == 1);  // "Something went wrong"
  const Post& story = page->posts[0];
  CHECK(story.id == "careopinion:901");
  CHECK(story.native_id == "901");
  CHECK(story.url == "https://www.careopinion.org.uk/901");
  CHECK(story.title == "A long wait");
  CHECK(story.text == "We sat two hours in the corridor.\nA nurse brought tea. #nhssm");
  CHECK(story.author.empty());
  CHECK(story.author_name == "a carer");
  CHECK(story.made_at == *parse_iso("2026-11-19T09:00:00Z"));
  CHECK(story.tags == std::vector<std::string>{"nhssm"});
}

TEST_CASE("an answer of an organisation is a post that replies to the story") {
  const auto page = parse_careopinion(fixture("careopinion/responses.json"), options);
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 1);
  CHECK(page->posts[0].id == "careopinion:response/77");
  CHECK(page->posts[0].reply_to == "901");
  CHECK(page->posts[0].url == "https://www.careopinion.org.uk/901");
  CHECK(page->posts[0].text == "Thank you for telling us.");
}

TEST_CASE("tags and services are no posts, but have names") {
  for (const char* file : {"careopinion/tags.json", "careopinion/healthservices.json"}) {
    const auto page = parse_careopinion(fixture(file), options);
    REQUIRE(page.has_value());
    CHECK(page->posts.empty());
    CHECK(page->unreadable == 0);
  }
  using Names = std::vector<std::string>;
  CHECK(*careopinion_names(answer(200, fixture("careopinion/tags.json")), now) == Names{"Waiting time", "nurses"});
  CHECK(*careopinion_names(answer(200, fixture("careopinion/healthservices.json")), now) == Names{"RZZ01"});
  CHECK(careopinion_names(answer(404, "{}"), now)->empty());
  CHECK(careopinion_names(answer(500, ""), now).error().remedy == Remedy::retry);
}

TEST_CASE("Care Opinion is asked with the key in a header, from the day before the newest known") {
  Cursor beginning;
  beginning.not_before = now - std::chrono::days{7};
  const auto first = careopinion_request(config, beginning, now);
  CHECK(first.url ==
        "https://stories.example/api/v2/"
        "opinions?publishedafter=2026-11-14&dateofpublicationorder=ascending&skip=0&take=100&tag=flu");
  CHECK(first.headers.back() == std::pair<std::string, std::string>{"Authorization", "SUBSCRIPTION_KEY k"});
  auto page = careopinion_page(config, {}, answer(200, fixture("careopinion/opinions.json")), now);
  REQUIRE(page.has_value());
  CHECK(page->more);
  CHECK_FALSE(page->posts[1].title);  // the text begins with it
  page = careopinion_page(config, page->next, answer(200, fixture("careopinion/opinions.json")), now);
  CHECK_FALSE(page->more);
  CHECK(has(careopinion_request(config, page->next, now).url, "?publishedafter=2026-11-18&"));
}

TEST_CASE("the page for signing in means a wrong key") {
  for (const int status : {200, 302}) {
    const auto page = careopinion_page(config, {}, answer(status, sign_in), now);
    REQUIRE_FALSE(page.has_value());
    CHECK(page.error().remedy == Remedy::ask_operator);
    CHECK(has(page.error().detail, "key_file"));
  }
  CHECK(parse_careopinion(sign_in, options).error().remedy == Remedy::ask_operator);
  CHECK(careopinion_page(config, {}, answer(401, "{}"), now).error().remedy == Remedy::ask_operator);
  CHECK(careopinion_page(config, {}, answer(200, "[{\"id\":1,\"bo"), now).error().remedy == Remedy::retry);
  CHECK(careopinion_page(config, {}, answer(200, ""), now).error().remedy == Remedy::retry);
  CHECK(careopinion_page(config, {}, answer(200, "[\"Something went wrong\"]"), now).error().remedy == Remedy::retry);
}

TEST_CASE("a story that is kept is asked for again, and may have been withdrawn") {
  CHECK(careopinion_story_request(config, "901").url == "https://stories.example/api/v2/opinions/901");
  CHECK(careopinion_story_request(config, "901", "tags").url == "https://stories.example/api/v2/opinions/901/tags");
  const auto gone = careopinion_story_page(config, kept, answer(404, "{}"), now);
  REQUIRE(gone.has_value());
  REQUIRE(gone->posts.size() == 1);
  CHECK(gone->posts[0].deleted);
  CHECK(gone->posts[0].id == kept.id);
  const auto there =
      careopinion_story_page(config, kept, answer(200, R"({"id":901,"title":"T","body":"Changed"})"), now);
  REQUIRE(there.has_value());
  REQUIRE(there->posts.size() == 1);
  CHECK(there->posts[0].text == "Changed");
  CHECK(careopinion_story_page(config, kept, answer(404, sign_in), now).error().remedy == Remedy::ask_operator);
}

TEST_CASE("a search with a key in it, or that is none, is complained about") {
  const Connector row = careopinion_connector();
  const auto complaints = [&](const char* search) { return row.check({.settings = {{"search", search}}}).size(); };
  CHECK(complaints("tag=flu&author=carer") == 0);
  CHECK(complaints("tag=flu&key=abc") == 1);
  CHECK(complaints("two words") == 1);
}

TEST_CASE("constructed answers of Care Opinion") {
  const std::filesystem::path folder = std::filesystem::path(RECORDINGS) / "careopinion";
  if (!std::filesystem::exists(folder)) {
    MESSAGE("skipped: no recordings at " << folder.string());
    return;
  }
  const auto parsed = [&](const char* file) { return parse_careopinion(file_bytes(folder / file), options); };
  const auto stories = parsed("synthetic-opinions.json");
  REQUIRE(stories.has_value());
  REQUIRE(stories->posts.size() == 1);
  CHECK(stories->posts[0].id == "careopinion:1200001");
  CHECK(stories->posts[0].text == "We waited six hours.\nThe nurse who came was lovely.");
  CHECK(parsed("synthetic-tags.json")->posts.empty());
  CHECK(parsed("synthetic-bad_key_login_redirect.html").error().remedy == Remedy::ask_operator);
}
