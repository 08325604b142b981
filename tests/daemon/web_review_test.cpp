#include "daemon/alerts/silence.hpp"
#include "tests/daemon/web_ward.hpp"

using namespace barometer;
using namespace std::chrono_literals;
namespace json = boost::json;

TEST_CASE("an issue is read, taken, judged, passed on, concluded and closed; and all of it stays to be read") {
  Ward ward;
  REQUIRE_FALSE(ward.issue.empty());
  CHECK(contains(ward.get_as(ward.anna, "/issues").body, "Not reviewed"));
  const auto taken = ward.does(ward.anna, ward.issue + "/claim");
  CHECK(taken.status == 303);
  CHECK(header(taken, "Location") == ward.issue + "#review");
  CHECK(contains(ward.get_as(ward.lena, "/issues").body, "With reviewer-1"));
  ward.now += 3s;  // the first page is made once in two seconds
  CHECK(contains(ward.get_as(ward.lena, "/").body, "With reviewer-1"));
  CHECK(ward.does(ward.anna, ward.issue + "/status", "status=in_review").status == 303);
  const auto judged = ward.does(ward.anna, ward.post + "/verdict", "verdict=right&next=" + ward.issue);
  CHECK(judged.status == 303);
  CHECK(header(judged, "Location") == ward.issue);
  CHECK(ward.does(ward.anna, ward.issue + "/route", "about=pals").status == 303);
  CHECK(ward.does(ward.anna, ward.issue + "/note", "text=Rang+the+ward%0D%0Atwice").status == 303);
  CHECK(ward.does(ward.anna, ward.issue + "/outcome", "text=A+second+nurse+at+night&made=yes").status == 303);
  CHECK(ward.does(ward.anna, ward.issue + "/status", "status=actioned").status == 303);
  CHECK(ward.does(ward.anna, ward.issue + "/close").status == 403);
  CHECK(ward.does(ward.lena, ward.issue + "/close").status == 303);
  const auto now_is = ward.review();
  CHECK(now_is.status == ReviewStatus::closed);
  CHECK(now_is.conclusion == ReviewStatus::actioned);
  CHECK(now_is.route == "pals");
  CHECK(now_is.made);
  CHECK(now_is.steps.at(3).text == "Rang the ward\ntwice");
  const auto page = ward.get_as(ward.anna, ward.issue).body;
  for (const char* part : {"Closed", "You said, we did", "A second nurse at night", "reviewer-1 passed it to: PALS",
                           "Rang the ward", "Judged: Right"})
    CHECK_MESSAGE(contains(page, part), part);
  const auto audit = ward.get_as(ward.cookie("auditor-1"), "/audit").body;
  for (const char* part :
       {"reviewer-1</td><td>claimed issue ", ": in_review", ": right", "lead-1</td><td>moved issue "})
    CHECK_MESSAGE(contains(audit, part), part);
  CHECK_FALSE(contains(audit, "Rang the ward"));
}

TEST_CASE("of two people one works on an issue, and the other is told who and until when") {
  Ward ward;
  CHECK(ward.does(ward.anna, ward.issue + "/claim").status == 303);
  std::ofstream(ward.folder() / "users", std::ios::app)
      << "user reviewer-2 reviewer " << hash_password("correct horse battery") << '\n';
  REQUIRE(ward.site().configure(ward.config()).has_value());
  const auto ben = ward.cookie("reviewer-2");
  const auto refused = ward.does(ben, ward.issue + "/claim");
  CHECK(refused.status == 409);
  CHECK(contains(refused.body, "reviewer-1 works on this until Wednesday 4 March 2026, 8:30pm"));
  CHECK(ward.does(ben, ward.issue + "/status", "status=not_care").status == 409);
  const auto page = ward.get_as(ben, ward.issue).body;
  CHECK(contains(page, "reviewer-1 works on this until 8:30pm"));
  CHECK_FALSE(contains(page, "/claim"));
  CHECK_FALSE(contains(page, "/status"));
  CHECK(ward.does(ben, ward.issue + "/note", "text=x").status == 303);
  CHECK(ward.does(ward.lena, ward.issue + "/reassign", "about=reviewer-2").status == 303);
  CHECK(ward.review().holder == "reviewer-2");
  CHECK(ward.does(ward.lena, ward.issue + "/reassign", "about=viewer-1").status == 400);
  CHECK(ward.does(ben, ward.issue + "/release").status == 303);
  CHECK(ward.review().holder == "");
  ward.does(ben, ward.issue + "/claim");
  ward.now += 31min;
  CHECK(ward.does(ward.anna, ward.issue + "/claim").status == 303);
}

TEST_CASE("what is asked wrongly is refused, and nothing is kept") {
  Ward ward;
  struct Row {
    std::string path;
    const char* fields;
    int status;
  };
  const Row rows[] = {{ward.issue + "/status", "", 400},
                      {ward.issue + "/status", "status=closed", 400},
                      {ward.issue + "/status", "status=new", 400},
                      {ward.issue + "/status", "status=done", 400},
                      {ward.issue + "/close", "", 400},
                      {ward.issue + "/release", "", 400},
                      {ward.issue + "/route", "about=nobody", 400},
                      {ward.issue + "/note", "", 400},
                      {ward.issue + "/note", "text=+%0A+", 400},
                      {ward.issue + "/outcome", "text=", 400},
                      {ward.issue + "/silence", "text=known&hours=24", 400},  // a red flag
                      {"/issues/none/claim", "", 404},
                      {ward.post + "/verdict", "", 400},
                      {ward.post + "/verdict", "verdict=fine", 400},
                      {ward.post + "/verdict", "verdict=regraded", 400},
                      {ward.post + "/verdict", "verdict=regraded&severity=9", 400},
                      {ward.post + "/flag", "flagged=no", 400},
                      {ward.post + "/sample", "verdict=right", 400},
                      {"/posts/1-2/verdict", "verdict=right", 404}};
  for (const auto& row : rows) {
    CAPTURE(row.path);
    CAPTURE(row.fields);
    CHECK(ward.does(ward.lena, row.path, row.fields).status == row.status);
  }
  CHECK(ward.review().steps.empty());
  CHECK(ward.does(ward.lena, ward.issue + "/note", "text=" + std::string(2001, 'x')).status == 400);
}

TEST_CASE("a lead silences issues like one, with a reason, where the mail looks") {
  Ward ward;
  ward.config().alerts.silences_file = ward.folder() / "silences.yaml";
  const auto found = open_issues(ward.store(), 1).value().front();
  CHECK(ward.does(ward.anna, ward.issue + "/silence", "text=flood&hours=24").status == 403);
  CHECK(ward.does(ward.lena, ward.issue + "/silence", "text=flood&hours=24").status == 400);  // it is a red flag
  CHECK_FALSE(std::filesystem::exists(silences_file(ward.config())));
  CHECK_FALSE(contains(ward.get_as(ward.lena, ward.issue).body, "Silence issues like it"));
}

TEST_CASE("a post is judged, regraded, and kept from being quoted") {
  Ward ward;
  CHECK(contains(ward.get_as(ward.anna, "/issues").body, ward.issue));
  const auto before = ward.get_as(ward.anna, ward.issue).body;
  CHECK(contains(before, "Says <q>"));
  CHECK(ward.does(ward.anna, ward.post + "/verdict", "verdict=regraded&severity=2").status == 303);
  CHECK(ward.does(ward.lena, ward.post + "/verdict", "verdict=wrong").status == 303);
  const auto flagged = ward.does(ward.anna, ward.post + "/flag");
  CHECK(flagged.status == 303);
  CHECK(header(flagged, "Location") == ward.post + "#review");
  const auto page = ward.get_as(ward.anna, ward.post).body;
  CHECK(contains(page, "reviewer-1 judged it a concern of severity medium"));
  CHECK(contains(page, "lead-1 judged it “Wrong”"));
  CHECK(contains(page, "Quote it again"));
  for (const char* path : {"/", "/posts"}) {
    ward.now += 3s;
    const auto list = ward.get_as(ward.anna, path).body;
    CHECK(contains(list, "Inappropriate: not quoted here"));
    CHECK_FALSE(contains(list, "Says <q>"));
  }
  CHECK(ward.does(ward.anna, ward.post + "/flag", "flagged=no").status == 303);
  CHECK(contains(ward.get_as(ward.anna, ward.issue).body, "Says <q>"));
}

TEST_CASE("a viewer sees where an issue stands, and neither notes nor forms") {
  Ward ward;
  ward.does(ward.anna, ward.issue + "/claim");
  ward.does(ward.anna, ward.issue + "/note", "text=for+colleagues");
  const auto page = ward.get_as(ward.cookie("viewer-1"), ward.issue).body;
  CHECK(contains(page, "With reviewer-1"));
  CHECK_FALSE(contains(page, "for colleagues"));
  CHECK_FALSE(contains(page, "<form method=\"post\" action=\"/issues"));
  CHECK_FALSE(contains(ward.get_as(ward.cookie("viewer-1"), ward.post).body, "/verdict"));
}

TEST_CASE("what people write is text on the page, whatever it holds") {
  Ward ward;
  Fields fields;
  fields.set("text", "<script>alert(1)</script>{{{x}}}");
  CHECK(ward.post_as(ward.anna, ward.issue + "/note", fields).status == 303);
  CHECK(ward.post_as(ward.anna, ward.issue + "/outcome", fields).status == 303);
  const auto page = ward.get_as(ward.anna, ward.issue).body;
  CHECK_FALSE(contains(page, "<script>"));
  CHECK(contains(page, "&lt;script&gt;"));
}

TEST_CASE("a program does the same with a token, and gets where it stands") {
  Ward ward;
  const auto token = ward.tokens["review"];
  const auto path = "/api/v1" + ward.issue;
  const auto moved = ward.post_with(token, path + "/status", R"({"status":"not_care"})");
  REQUIRE(moved.status == 200);
  const auto review = json::parse(moved.body).as_object();
  CHECK(review.at("status") == "not_care");
  CHECK(review.at("steps").as_array().at(0).at("who") == "review-1");
  CHECK(ward.post_with(token, path + "/status", R"({"status":"not_care"})").status == 400);
  CHECK(ward.post_with(token, path + "/status", "[]").status == 415);
  CHECK(ward.post_with(token, path + "/close", "{}").status == 403);
  CHECK(ward.post_with(ward.tokens["decide"], path + "/close", "{}").status == 200);
  CHECK(ward.post_with(ward.tokens["posts"], path + "/claim", "{}").status == 403);
  CHECK(json::parse(ward.get_with(token, path + "/review").body).at("conclusion") == "not_care");
  const auto judged = ward.post_with(token, "/api/v1" + ward.post + "/verdict", R"({"verdict":"wrong"})");
  CHECK(json::parse(judged.body).at("verdict") == "wrong");
  CHECK(ward.get_with(ward.tokens["posts"], path + "/review").status == 403);
}

TEST_CASE("what the description of reviews calls required is in the answers") {
  Ward ward;
  const auto token = ward.tokens["review"];
  ward.post_with(token, "/api/v1" + ward.issue + "/claim", "{}");
  ward.post_with(token, "/api/v1" + ward.post + "/verdict", R"({"verdict":"right"})");
  const auto schemas = json::parse(ward.get_with(token, "/api/v1/openapi.json").body).at("components").at("schemas");
  const auto check = [&](const char* schema, const json::value& row) {
    CAPTURE(schema);
    for (const auto& name : schemas.at(schema).at("required").as_array())
      CHECK(row.as_object().contains(name.as_string()));
  };
  const auto asked = [&](const std::string& path) { return json::parse(ward.get_with(token, path).body); };
  check("IssueReview", asked("/api/v1" + ward.issue + "/review"));
  check("PostReview", asked("/api/v1" + ward.post + "/review"));
  check("PrecisionList", asked("/api/v1/precision"));
  check("Precision", asked("/api/v1/precision").at("precision").as_array().front());
  check("WeeklySample", asked("/api/v1/review/sample"));
}

TEST_CASE("the reports say how often we are right, and the sample whether we miss something") {
  Ward ward;
  CHECK(contains(ward.get_as(ward.anna, "/reports").body, "No post of the weekly sample has been looked at"));
  const auto sample = ward.get_as(ward.anna, "/review/sample").body;
  CHECK(contains(sample, "what a lovely tea"));
  CHECK_FALSE(contains(sample, "to her"));
  CHECK(contains(ward.get_as(ward.cookie("auditor-1"), "/audit").body, "read 1 post of the sample of 2026-W09"));
  const auto answered =
      ward.does(ward.anna, ward.calm + "/sample", "verdict=missed&about=2026-W09&next=/review/sample%23x");
  CHECK(header(answered, "Location") == "/review/sample#x");
  CHECK(contains(ward.get_as(ward.anna, "/review/sample").body, "We missed this</strong>"));
  ward.does(ward.anna, ward.post + "/verdict", "verdict=right");
  ward.now += 1s;
  const auto report = ward.get_as(ward.cookie("viewer-1"), "/reports").body;
  CHECK(contains(report, "Looked at: 1 post that was not flagged. Should have been: 1 (100%)."));
  CHECK(contains(report, "call_bell.1"));
  CHECK(contains(report, "1 of 1"));
  CHECK(contains(report, "21% to 100%"));
  const auto rows =
      json::parse(ward.get_with(ward.tokens["figures"], "/api/v1/precision").body).at("precision").as_array();
  CHECK(rows.back().at("what") == "sample");
  CHECK(rows.back().at("right") == 0);
  CHECK(ward.get_as(ward.cookie("viewer-1"), "/review/sample").status == 403);
}

TEST_CASE("what cannot be noted is not done") {
  Ward ward;
  ward.site();
  std::filesystem::remove(ward.folder() / "audit.log");
  std::filesystem::create_directory(ward.folder() / "audit.log");
  CHECK(ward.does(ward.anna, ward.issue + "/claim").status == 503);
  CHECK(ward.review().steps.empty());
}
