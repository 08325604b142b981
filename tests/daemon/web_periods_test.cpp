#include "tests/daemon/web_ward.hpp"

using namespace barometer;
using namespace std::chrono_literals;
namespace json = boost::json;

TEST_CASE("the board report is there to be read, for a time that one chooses") {
  Ward ward;
  const auto viewer = ward.cookie("viewer-1");
  const auto page = ward.get_as(viewer, "/reports/board", "from=2026-03-01&to=2026-03-04").body;
  for (const char* word : {"Inputs", "Outputs", "Outtakes", "Outcomes", "1 March 2026"})
    CHECK_MESSAGE(contains(page, word), word);
  CHECK_FALSE(contains(page, "nobody came"));
  CHECK(ward.get_as(viewer, "/reports/board", "from=soon").status == 400);
  CHECK(ward.get_as(viewer, "/reports/board", "from=2026-03-04&to=2026-03-01").status == 400);
  const auto given = json::parse(ward.get_with(ward.tokens["figures"], "/api/v1/reports/board").body);
  CHECK(given.at("from") == "2026-02-01T00:00:00.000Z");
  CHECK_FALSE(given.at("rows").as_array().empty());
}

TEST_CASE("a digest can be seen before it leaves") {
  Ward ward;
  const auto viewer = ward.cookie("viewer-1");
  CHECK(contains(ward.get_as(viewer, "/reports/digest").body, "Nobody is told of anything yet"));
  ward.config().mail.recipients = {{.name = "patient experience lead", .digest = "weekly"}};
  const auto page = ward.get_as(viewer, "/reports/digest");
  CHECK(page.status == 200);
  CHECK(contains(page.body, "If it left now"));
  CHECK_FALSE(contains(page.body, "nobody came"));
  CHECK(json::parse(ward.get_with(ward.tokens["figures"], "/api/v1/reports/digest").body)
            .as_object()
            .contains("subject"));
}

TEST_CASE("a chat that is over has a recap without anybody's words") {
  Ward ward;
  ward.now = std::chrono::sys_days{std::chrono::year{2026} / 3 / 5} +
             9h;  // the morning after a Wednesday; a week before one post was made in that hour
  auto said = Stage::entry("chat", ward.now - 12h - 30min, 0, "what is everybody reading?");
  said.post.author = "~1";
  ward.keep({said});
  const auto viewer = ward.cookie("viewer-1");
  const auto page = ward.get_as(viewer, "/reports/chats").body;
  CHECK(contains(page, "Chat recap: nhssm"));
  CHECK(contains(page, "1 person"));
  CHECK_FALSE(contains(page, "everybody reading"));
  CHECK(
      json::parse(ward.get_with(ward.tokens["figures"], "/api/v1/reports/chats").body).at("chats").as_array().size() ==
      2);
}
