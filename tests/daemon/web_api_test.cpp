#include <set>

#include <boost/json.hpp>

#include "daemon/web/routes.hpp"
#include "tests/daemon/web_stage.hpp"

using namespace barometer;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

json::object object_of(const HttpReply& reply) {
  CHECK(reply.content_type == "application/json");
  return json::parse(reply.body).as_object();
}

// All rows of a list, page by page.
json::array all_of(Stage& stage, const std::string& path, const char* name, std::size_t limit) {
  json::array out;
  std::string after;
  for (int pages = 0; pages < 100; ++pages) {
    Fields query;
    query.set("limit", std::to_string(limit));
    query.set("after", after);
    const auto page = object_of(stage.get(path, query.encoded()));
    for (const auto& row : page.at(name).as_array()) out.push_back(row);
    if (page.at("next").is_null()) return out;
    after = page.at("next").as_string();
  }
  FAIL("a list that never ends");
  return out;
}

}  // namespace

TEST_CASE("the API's description and its routes are the same") {
  Stage stage;
  const auto paths = object_of(stage.get("/api/v1/openapi.json")).at("paths").as_object();
  std::set<std::string> described;
  for (const auto& path : paths) described.emplace(path.key());
  std::set<std::string> served;
  for (const auto& route : routes())
    if (route.pattern.starts_with("/api/")) served.emplace(route.pattern);
  CHECK(described == served);
}

TEST_CASE("what the description calls required is in the answers") {
  Stage stage;
  auto grave = Stage::entry("a", stage.now - 1h, 4);
  grave.place = "ward-7";
  grave.tone = Tone::negative;
  grave.utterance = Utterance{.place = "ward-7", .concerns = {{Theme::call_bell, 4, "call_bell.1"}}};
  stage.keep({grave},
             {{.source = "blog", .blind = {{stage.now - 5h, GapReason::down}}, .heard = Heard{stage.now - 4h, true}}});
  const auto schemas = object_of(stage.get("/api/v1/openapi.json")).at("components").at("schemas").as_object();
  const auto check = [&](const char* schema, const json::value& row) {
    CAPTURE(schema);
    for (const auto& name : schemas.at(schema).at("required").as_array()) {
      CAPTURE(std::string(name.as_string()));
      CHECK(row.as_object().contains(name.as_string()));
    }
  };
  const auto first = [&](const char* path, const char* list) {
    const auto rows = object_of(stage.get(path)).at(list).as_array();
    REQUIRE_FALSE(rows.empty());
    return rows.front();
  };
  const auto post = first("/api/v1/posts", "posts");
  check("Post", post);
  check("Assessment", post.at("assessment"));
  check("Point", first("/api/v1/series", "series"));
  check("Gap", first("/api/v1/gaps", "gaps"));
  check("Place", first("/api/v1/places", "places"));
  check("Source", first("/api/v1/sources", "sources"));
  check("Trouble", object_of(stage.get("/api/v1/posts", "severity=9")));
  check("Post", object_of(stage.get("/api/v1/posts/" + std::string(post.at("key").as_string()))));
}

TEST_CASE("lists come whole, page by page") {
  Stage stage;
  std::vector<Entry> entries;
  std::vector<SourceReport> reports;
  for (int i = 0; i < 9; ++i) {
    auto entry = Stage::entry("p" + std::to_string(i), stage.now - 1h * i);
    if (i % 2) entry.watched = {"nhssm", "trust/with a slash"};
    entries.push_back(entry);
    const auto from = stage.now - 100h + 2h * i;
    reports.push_back(
        {.source = i % 2 ? "blog" : "a/b", .blind = {{from, GapReason::down}}, .heard = Heard{from + 1h, true}});
  }
  stage.keep(std::move(entries), std::move(reports));
  for (const std::size_t limit : {1u, 2u, 4u, 100u}) {
    CAPTURE(limit);
    CHECK(all_of(stage, "/api/v1/posts", "posts", limit).size() == 9);
    CHECK(all_of(stage, "/api/v1/series", "series", limit).size() == 13);
    CHECK(all_of(stage, "/api/v1/gaps", "gaps", limit).size() == 9);
  }
  CHECK(object_of(stage.get("/api/v1/tags")).at("tags").as_array().size() == 2);
}

TEST_CASE("what is asked wrongly is refused with a remedy") {
  Stage stage;
  struct Row {
    const char* path;
    const char* query;
    int status;
  };
  const Row rows[] = {{"/api/v1/posts", "limit=0", 400},
                      {"/api/v1/posts", "limit=201", 400},
                      {"/api/v1/posts", "limit=many", 400},
                      {"/api/v1/posts", "after=x", 400},
                      {"/api/v1/posts/1-2", "", 404},
                      {"/api/v1/places", "span=2d", 400},
                      {"/api/v1/series", "resolution=year", 400},
                      {"/api/v1/series", "after=x", 400},
                      {"/api/v1/series", "from=soon", 400},
                      {"/api/v1/gaps", "limit=-1", 400},
                      {"/api/v1/sources/none", "", 404},
                      {"/api/v1/none", "", 404},
                      {"/api/v2/posts", "", 404}};
  for (const auto& row : rows) {
    CAPTURE(row.path);
    CAPTURE(row.query);
    const auto reply = stage.get(row.path, row.query);
    CHECK(reply.status == row.status);
    CHECK(object_of(reply).contains("remedy"));
  }
}

TEST_CASE("who has the answer already gets no body") {
  Stage stage;
  stage.keep({Stage::entry("a", stage.now - 1h)});
  const auto first = stage.get("/api/v1/posts");
  const auto tag =
      std::find_if(first.headers.begin(), first.headers.end(), [](const auto& h) { return h.first == "ETag"; });
  REQUIRE(tag != first.headers.end());
  auto again = Stage::request("/api/v1/posts");
  again.headers.emplace_back("if-none-match", tag->second);
  auto reply = stage.site().answer(again);
  CHECK(reply.status == 304);
  CHECK(reply.body.empty());
  stage.keep({Stage::entry("b", stage.now)});
  CHECK(stage.site().answer(again).status == 200);
}

TEST_CASE("nobody is named in the API but by a pseudonym") {
  Stage stage;
  auto entry = Stage::entry("https://social.example/@anna/1", stage.now);
  entry.post.author = "~0123";
  stage.keep({entry});
  const auto post = object_of(stage.get("/api/v1/posts")).at("posts").as_array().front().as_object();
  CHECK(post.at("author").as_string() == "~0123");
  CHECK_FALSE(post.contains("id"));
  CHECK_FALSE(post.contains("native_id"));
}
