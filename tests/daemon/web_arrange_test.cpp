#include "connectors/time.hpp"
#include "tests/daemon/web_ward.hpp"

using namespace barometer;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

// With a second issue of another theme, of two posts.
struct TwoIssues : Ward {
  std::string other;
  std::vector<std::string> its_posts;

  TwoIssues() {
    std::vector<Entry> entries;
    for (int i = 0; i < 2; ++i) {
      auto grave = entry("wrong-" + std::to_string(i), now - 30min + 1min * i, 4, "they operated on the wrong leg");
      grave.assessment.concerns = {{Theme::never_event, 4, "never_event.1", 0, 4}};
      Utterance heard;
      heard.made_at = heard.heard_at = grave.post.made_at;
      heard.voice = static_cast<std::uint64_t>(10 + i);
      heard.tag = "nhssm";
      heard.concerns = {{Theme::never_event, 4, "never_event.1"}};
      grave.utterance = heard;
      entries.push_back(grave);
    }
    keep(entries);
    const auto found = asked_issues(store(), Fields{"theme=never_event"}).value();
    REQUIRE(found.size() == 1);
    other = found.front().id;
    store().posts_of_issue(other, [this](const StoredPost& kept) { return its_posts.push_back(post_key(kept)), true; });
    REQUIRE(its_posts.size() == 2);
  }
  Issue found(const std::string& id) { return find_issue(store(), id).value().value(); }
};

}  // namespace

TEST_CASE("a lead joins two issues with a reason, and both tell of it") {
  TwoIssues ward;
  const auto id = ward.issue.substr(8);
  CHECK(ward.does(ward.anna, ward.issue + "/merge", "text=one+story&other=" + ward.other).status == 403);
  const auto page = ward.get_as(ward.lena, ward.issue).body;
  CHECK(contains(page, "Join another issue with it"));
  CHECK(contains(page, "<option value=\"" + ward.other + "\">"));
  CHECK_FALSE(contains(ward.get_as(ward.anna, ward.issue).body, "Join another issue"));
  const auto done = ward.does(ward.lena, ward.issue + "/merge", "text=one+story&other=" + ward.other);
  CHECK(done.status == 303);
  CHECK(header(done, "Location") == ward.issue + "#review");
  CHECK(ward.found(ward.other).merged_into == id);
  CHECK(ward.found(id).posts == 3);
  CHECK(contains(ward.get_as(ward.anna, ward.issue).body, "one story"));
  CHECK(
      contains(ward.get_as(ward.anna, "/issues/" + ward.other).body, "<a href=\"" + ward.issue + "\">go to that one"));
  const auto audit = ward.get_as(ward.cookie("auditor-1"), "/audit").body;
  CHECK(contains(audit, "lead-1</td><td>merged issue " + ward.other + " into issue " + id));
  CHECK_FALSE(contains(audit, "one story"));
  IssueOrder kept;
  REQUIRE(ward.store().issue_orders([&kept](const IssueOrder& order) { return kept = order, true; }).has_value());
  CHECK(kept.by == "lead-1");
}

TEST_CASE("a lead splits an issue by its posts") {
  TwoIssues ward;
  const auto path = "/issues/" + ward.other;
  CHECK(contains(ward.get_as(ward.lena, path).body, "name=\"posts\" value=\"" + ward.its_posts[0] + "\""));
  const auto done = ward.does(ward.lena, path + "/split", "text=two+wards&posts=" + ward.its_posts[0]);
  REQUIRE(done.status == 303);
  const auto fresh = header(done, "Location");
  CHECK(fresh != path + "#review");
  CHECK(ward.found(ward.other).posts == 1);
  CHECK(ward.found(fresh.substr(8, fresh.find('#') - 8)).posts == 1);
  CHECK(contains(ward.get_as(ward.anna, fresh.substr(0, fresh.find('#'))).body, "two wards"));
  CHECK(contains(ward.get_as(ward.anna, path).body, "1 post left it for"));
}

TEST_CASE("what cannot be joined or split is refused, and nothing changes") {
  TwoIssues ward;
  struct Row {
    std::string path;
    std::string fields;
    int status;
  };
  const auto path = "/issues/" + ward.other;
  const auto both = "posts=" + ward.its_posts[0] + "&posts=" + ward.its_posts[1];
  const Row rows[] = {{ward.issue + "/merge", "other=" + ward.other, 400},
                      {ward.issue + "/merge", "text=x", 400},
                      {ward.issue + "/merge", "text=x&other=none", 400},
                      {ward.issue + "/merge", "text=x&other=" + ward.issue.substr(8), 400},
                      {ward.issue + "/merge", "other=" + ward.other + "&text=" + std::string(501, 'x'), 400},
                      {"/issues/none/merge", "text=x&other=" + ward.other, 404},
                      {path + "/split", "text=x", 400},
                      {path + "/split", both + "&text=x", 400},
                      {path + "/split", "posts=" + ward.its_posts[0], 400},
                      {path + "/split", "text=x&posts=1-2", 400},
                      {path + "/split", "text=x&posts=" + ward.post.substr(7), 400},
                      {"/issues/none/split", "text=x&posts=1-2", 404}};
  for (const auto& row : rows) {
    CAPTURE(row.path);
    CAPTURE(row.fields);
    CHECK(ward.does(ward.lena, row.path, row.fields).status == row.status);
  }
  CHECK(ward.found(ward.other).posts == 2);
  CHECK(ward.found(ward.other).merged_into == "");
}

TEST_CASE("a program joins and splits with a token that decides") {
  TwoIssues ward;
  const auto path = "/api/v1/issues/" + ward.other;
  const auto body = R"({"text":"two wards","posts":[")" + ward.its_posts[0] + "\"]}";
  CHECK(ward.post_with(ward.tokens["review"], path + "/split", body).status == 403);
  const auto split = ward.post_with(ward.tokens["decide"], path + "/split", body);
  REQUIRE(split.status == 200);
  const auto fresh = std::string(json::parse(split.body).at("id").as_string());
  const auto merged =
      ward.post_with(ward.tokens["decide"], path + "/merge", R"({"text":"one after all","other":")" + fresh + "\"}");
  REQUIRE(merged.status == 200);
  CHECK(json::parse(merged.body).at("id").as_string() == ward.other);
  CHECK(ward.found(ward.other).posts == 2);
}
