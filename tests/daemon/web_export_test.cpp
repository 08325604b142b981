#include <algorithm>

#include "daemon/web/export.hpp"
#include "tests/daemon/web_ward.hpp"

using namespace barometer;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("posts are exported with labels and pseudonyms, without words, links and names") {
  Ward ward;
  const auto viewer = ward.cookie("viewer-1");
  const auto csv = ward.get_as(viewer, "/export/posts");
  REQUIRE(csv.status == 200);
  CHECK(csv.content_type == "text/csv; charset=utf-8");
  CHECK(header(csv, "Content-Disposition") == "attachment; filename=\"barometer-posts-2026-03-04.csv\"");
  CHECK(csv.body.starts_with(
      "key,made_at,platform,source,tags,author,lang,sentiment,score,severity,concerns,voice,place,abusive\r\n"));
  CHECK(lines(csv.body) == 3);
  CHECK(contains(csv.body, "call_bell:4"));
  const auto as_json = ward.get_as(viewer, "/export/posts", "format=json&severity=1");
  const auto rows = json::parse(as_json.body).at("posts").as_array();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].at("text").is_null());
  CHECK(rows[0].at("url").is_null());
  for (const auto& body : {csv.body, as_json.body})
    for (const char* word : {"nobody came", "blog.example", "lovely"}) CHECK_FALSE(contains(body, word));
  CHECK(
      contains(ward.get_as(ward.cookie("auditor-1"), "/audit").body, "viewer-1</td><td>exported posts: 2 rows as CSV"));
}

TEST_CASE("words are exported for a lead who says why, and both are noted") {
  Ward ward;
  CHECK(ward.does(ward.anna, "/export/posts", "text=inquiry").status == 403);
  CHECK(ward.does(ward.lena, "/export/posts", "text=+").status == 400);
  CHECK(ward.does(ward.lena, "/export/posts", "text=" + std::string(301, 'x')).status == 400);
  CHECK_FALSE(contains(ward.get_as(ward.cookie("auditor-1"), "/audit").body, "exported"));
  const auto file = ward.does(ward.lena, "/export/posts", "text=inquiry+07700900123&words=nobody&format=csv");
  REQUIRE(file.status == 200);
  CHECK(lines(file.body) == 2);
  CHECK(contains(file.body, "and nobody came <b>to her</b>"));
  CHECK(contains(file.body, "https://blog.example/a"));
  const auto audit = ward.get_as(ward.cookie("auditor-1"), "/audit").body;
  CHECK(contains(audit, "lead-1</td><td>exported posts with their words: 1 row as CSV, because: inquiry"));
  CHECK_FALSE(contains(audit, "07700900123"));
  CHECK_FALSE(contains(audit, "words=nobody"));
  const auto page = ward.get_as(ward.lena, "/posts", "words=nobody&severity=2").body;
  CHECK(contains(page, "<input type=\"hidden\" name=\"words\" value=\"nobody\">"));
  CHECK_FALSE(contains(ward.get_as(ward.anna, "/posts").body, "Take it with what was said"));
  const auto program =
      ward.post_with(ward.tokens["decide"], "/api/v1/export/posts", R"({"text":"inquiry","format":"json"})");
  CHECK(json::parse(program.body).at("posts").as_array().size() == 2);
}

TEST_CASE("no cell of an exported file is a formula") {
  Ward ward;
  auto formula = Stage::entry("c", ward.now - 1min, 0, "=HYPERLINK(\"https://evil.example\",\"x\")");
  formula.post.source = "+1+cmd|' /C calc'!A0";
  ward.keep({formula});
  const auto file = ward.does(ward.lena, "/export/posts", "text=check");
  CHECK(contains(file.body, ",\"'=HYPERLINK(\"\"https://evil.example\"\",\"\"x\"\")\""));
  CHECK(contains(file.body, ",'+1+cmd|"));
}

TEST_CASE("issues and series are exported as the pages show them") {
  Ward ward;
  const auto viewer = ward.cookie("viewer-1");
  const auto issues = ward.get_as(viewer, "/export/issues", "format=json").body;
  CHECK(json::parse(issues).at("issues").as_array().size() == 1);
  CHECK(lines(ward.get_as(viewer, "/export/issues", "theme=falls").body) == 1);
  const auto series = ward.get_as(viewer, "/export/series", "tag=nhssm&resolution=day").body;
  CHECK(series.starts_with("tag,source,bucket,posts,negative,neutral,positive,concerns\r\n"));
  CHECK(contains(series, "nhssm,blog,2026-03-04T00:00:00.000Z,1,1,0,0,call_bell:4=1\r\n"));
  CHECK(ward.get_as(viewer, "/export/series", "resolution=year").status == 400);
  CHECK(ward.get_as(viewer, "/export/posts", "severity=9").status == 400);
  CHECK(contains(ward.get_as(viewer, "/trends").body, "/export/series?tag=nhssm&amp;from="));
}

TEST_CASE("a file is whole, or it is not made") {
  Ward ward;
  std::vector<Entry> many;
  for (std::size_t i = 0; i <= rows_exported; ++i)
    many.push_back(Stage::entry("m" + std::to_string(i), ward.now - 1s * static_cast<int>(i % 80'000)));
  ward.keep(std::move(many));
  const auto viewer = ward.cookie("viewer-1");
  const auto refused = ward.get_as(viewer, "/export/posts");
  CHECK(refused.status == 400);
  CHECK(contains(refused.body, "More than 20,000 rows"));
  CHECK(ward.get_as(viewer, "/export/posts", "severity=4").status == 200);
}
