#include <set>

#include <boost/json.hpp>

#include "daemon/web/issues.hpp"
#include "tests/daemon/web_stage.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// A post of severity 4, as the tracker hears of it: it opens an issue by itself.
Entry red_flag(const Stage& stage, std::string id) {
  auto entry = Stage::entry(std::move(id), stage.now - 1h, 4, "and nobody came <b>to her</b>");
  Utterance heard;
  heard.made_at = entry.post.made_at;
  heard.heard_at = stage.now;
  heard.voice = 1;
  heard.tag = "nhssm";
  heard.concerns = {{Theme::call_bell, 4, "call_bell.1"}};
  entry.utterance = heard;
  return entry;
}

}  // namespace

TEST_CASE("a grave post is an issue on the first page, in the list, and with a story of its own") {
  Stage stage;
  CHECK(contains(stage.get("/").body, "No issue is open"));
  CHECK(contains(stage.get("/issues").body, "No issue of this kind"));
  stage.now += 3s;
  stage.keep({red_flag(stage, "a")});
  const auto issues = open_issues(stage.store(), 10);
  REQUIRE(issues.has_value());
  REQUIRE(issues->size() == 1);
  for (const char* path : {"/", "/issues"}) {
    const auto page = stage.get(path).body;
    CHECK(contains(page, "/issues/" + issues->front().id));
    CHECK(contains(page, "Calls for help unanswered"));
  }
  const auto story = stage.get("/issues/" + issues->front().id);
  CHECK(story.status == 200);
  CHECK(contains(story.body, "one post of this severity is enough"));
  CHECK(contains(story.body, "It was opened as an issue."));
  CHECK(contains(story.body, "call_bell.1"));
  CHECK_FALSE(contains(story.body, "<b>"));
  CHECK(stage.get("/issues/none").status == 404);
}

TEST_CASE("issues are chosen by theme, tag, severity and state") {
  Stage stage;
  stage.keep({red_flag(stage, "a")});
  struct Row {
    const char* query;
    bool there;
  };
  const Row rows[] = {{"", true},          {"theme=call_bell", true}, {"theme=food_water", false},
                      {"tag=nhssm", true}, {"tag=trust", false},      {"severity=4", true},
                      {"state=all", true}, {"severity=9", true}};
  for (const auto& row : rows) {
    CAPTURE(row.query);
    CHECK(contains(stage.get("/issues", row.query).body, "/issues/") == row.there);
    const auto json = boost::json::parse(stage.get("/api/v1/issues", row.query).body).as_object();
    CHECK(json.at("issues").as_array().empty() != row.there);
  }
}

TEST_CASE("an issue in JSON has all that the description requires") {
  Stage stage;
  stage.keep({red_flag(stage, "a")});
  const auto rows = boost::json::parse(stage.get("/api/v1/issues").body).at("issues").as_array();
  REQUIRE(rows.size() == 1);
  const auto& issue = rows.front().as_object();
  const auto description = boost::json::parse(stage.get("/api/v1/openapi.json").body);
  for (const auto& name : description.at("components").at("schemas").at("Issue").at("required").as_array())
    CHECK(issue.contains(name.as_string()));
  CHECK(stage.get("/api/v1/issues/" + std::string(issue.at("id").as_string())).status == 200);
  CHECK(stage.get("/api/v1/issues/none").status == 404);
}

TEST_CASE("an issue at a service is shown by the service's name, and by its id once the settings know it no more") {
  Stage stage;
  stage.config().services = {{.id = "hill", .name = "Hill Hospital"}, {.id = "w7", .name = "Ward 7", .parent = "hill"}};
  auto grave = red_flag(stage, "a");
  grave.place = "w7";
  auto gone = red_flag(stage, "b");
  gone.place = "w9";
  gone.utterance->voice = 2;
  stage.keep({grave, gone});
  for (const char* path : {"/", "/issues"}) {
    const auto page = stage.get(path).body;
    CHECK(contains(page, "Ward 7, Hill Hospital"));
    CHECK(contains(page, "w9"));
    CHECK_FALSE(contains(page, "w7"));
  }
}
