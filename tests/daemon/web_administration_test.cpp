#include "connectors/pseudonym.hpp"
#include "daemon/alerts/silence.hpp"
#include "daemon/key_file.hpp"
#include "tests/daemon/web_ward.hpp"

using namespace barometer;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

// With two posts of one person, whose handle stands nowhere.
struct Office : Ward {
  std::string ada = cookie("administrator-1");

  Office() {
    config().store.path = folder();
    config().alerts.silences_file = folder() / "silences.yaml";
    const auto key = pseudonym_key(folder());
    REQUIRE(key.has_value());
    std::vector<Entry> entries;
    for (int i = 0; i < 2; ++i) {
      auto one = entry("p" + std::to_string(i), now - 2h - 1min * i, 0, "my own words " + std::to_string(i));
      one.post.author = pseudonym(*key, "feed", "anna@social.example");
      entries.push_back(one);
    }
    keep(entries);
  }
  std::string audit() { return get_as(cookie("auditor-1"), "/audit").body; }
};

}  // namespace

TEST_CASE("settings are shown as they are in force, and no secret") {
  Office office;
  office.config().http.proxy = "http://someone:hunter2hunter2@proxy.example:3128";
  office.config().mail.password_file = "/etc/barometer/password";
  office.config().host_burst = 7;
  const auto page = office.get_as(office.ada, "/admin").body;
  CHECK(contains(page, "/etc/barometer/password"));
  CHECK(contains(page, "<td>7</td><td>3</td>"));
  CHECK_FALSE(contains(page, "hunter2"));
  const auto given = office.get_with(office.tokens["administer"], "/api/v1/settings").body;
  CHECK(contains(given, "host_burst"));
  CHECK_FALSE(contains(given, "hunter2"));
  CHECK(office.get_as(office.lena, "/admin").status == 403);
}

TEST_CASE("who is told of what, how long what stays and what went is there to be read") {
  Office office;
  office.config().mail.recipients = {{.name = "patient experience lead", .min_severity = 3, .digest = "daily"}};
  const auto page = office.get_as(office.ada, "/admin/subscriptions").body;
  CHECK(contains(page, "patient experience lead"));
  CHECK(contains(page, "<td>high</td>"));
  office.config().retention.holds = {{.name = "inquiry", .tag = "nhssm"}};
  const auto retention = office.get_as(office.ada, "/admin/retention").body;
  CHECK(contains(retention, "<th scope=\"row\">inquiry</th>"));
  CHECK(contains(retention, "<td>30d</td>"));
  CHECK(contains(retention, "Nothing was taken away yet."));
  const auto given = json::parse(office.get_with(office.tokens["administer"], "/api/v1/retention").body);
  CHECK(given.at("holds").as_array().size() == 1);
  CHECK(json::parse(office.get_with(office.tokens["administer"], "/api/v1/subscriptions").body)
            .at("subscriptions")
            .as_array()
            .size() == 1);
}

TEST_CASE("a lead silences a concern for a time, with a reason, and ends it before") {
  Office office;
  CHECK(office.does(office.anna, "/silences", "theme=falls&text=known&hours=24").status == 403);
  for (const char* bad :
       {"text=known&hours=24", "theme=falls&hours=24", "theme=falls&text=known", "theme=no&text=x&hours=1",
        "theme=falls&text=known&hours=745", "theme=falls&text=known&hours=0"}) {
    CAPTURE(bad);
    CHECK(office.does(office.lena, "/silences", bad).status == 400);
  }
  CHECK(header(office.does(office.lena, "/silences", "theme=falls&text=known&hours=24"), "Location") == "/silences");
  CHECK(office.does(office.lena, "/silences", "tag=nhssm&text=a+\"campaign\"&hours=72").status == 303);
  const auto kept = read_silences(office.config().alerts.silences_file);
  REQUIRE(kept.silences.size() == 2);
  CHECK(kept.silences[0].until == office.now + 24h);
  CHECK(kept.silences[0].owner == "lead-1");
  const auto page = office.get_as(office.cookie("viewer-1"), "/silences").body;
  CHECK(contains(page, "a &quot;campaign&quot;"));
  CHECK_FALSE(contains(page, "End it now"));
  const auto end = "/silences/" + silence_id(kept.silences[0]) + "/end";
  CHECK(contains(office.get_as(office.lena, "/silences").body, end));
  CHECK(office.does(office.lena, end).status == 303);
  CHECK(office.does(office.lena, end).status == 404);
  const auto left = read_silences(office.config().alerts.silences_file);
  CHECK(left.complaints.empty());
  REQUIRE(left.silences.size() == 1);
  CHECK(left.silences[0].reason == "a \"campaign\"");
  CHECK(contains(office.audit(), "lead-1</td><td>ended a silence of Falls"));
  const auto given =
      json::parse(office.get_with(office.tokens["figures"], "/api/v1/silences").body).at("silences").as_array();
  CHECK(given.at(0).at("tags").as_array().at(0) == "nhssm");
  office.now += 73h;
  CHECK(contains(office.get_as(office.cookie("lead-1"), "/silences").body, "Nothing is silenced."));
}

TEST_CASE("what is kept of a person is found by handle or link, and nobody can tell later of whom") {
  Office office;
  CHECK(office.does(office.lena, "/subjects/find", "handle=@anna@social.example").status == 403);
  const auto found = office.does(office.ada, "/subjects/find", "handle=@Anna@social.example");
  CHECK(contains(found.body, "Kept: 2 posts on feed."));
  CHECK_FALSE(contains(found.body, "my own words"));
  CHECK(contains(office.does(office.ada, "/subjects/find", "handle=nobody").body, "Nothing is kept of them."));
  CHECK(contains(office.does(office.ada, "/subjects/find", "handle=anna@social.example&platform=reddit").body,
                 "Nothing is kept"));
  CHECK(contains(office.does(office.ada, "/subjects/find", "url=https://blog.example/p0").body, "1 post on feed"));
  CHECK(office.does(office.ada, "/subjects/find", "").status == 400);
  CHECK(office.does(office.ada, "/subjects/find", "handle=a&url=b").status == 400);
  const auto audit = office.audit();
  CHECK(contains(audit, "administrator-1</td><td>looked for what is kept of a person who asked: 2 posts"));
  for (const char* word : {"anna", "Anna", "social.example", "blog.example"}) CHECK_FALSE(contains(audit, word));
}

TEST_CASE("what is kept of a person is handed over whole") {
  Office office;
  const auto file = office.does(office.ada, "/subjects/export", "handle=anna@social.example");
  CHECK(header(file, "Content-Disposition") == "attachment; filename=\"barometer-request-2026-03-04.json\"");
  const auto posts = json::parse(file.body).at("posts").as_array();
  REQUIRE(posts.size() == 2);
  CHECK(posts[0].at("text") == "my own words 0");
  CHECK(contains(office.audit(), "handed over what is kept of a person who asked: 2 posts"));
}

TEST_CASE("a person's posts are erased once that is confirmed, and stay away") {
  Office office;
  CHECK(office.does(office.ada, "/subjects/erase", "handle=anna@social.example").status == 400);
  CHECK(office.does(office.ada, "/subjects/erase", "handle=anna@social.example&confirm=yes").status == 400);
  CHECK(contains(office.does(office.ada, "/subjects/find", "handle=anna@social.example").body, "2 posts"));
  CHECK(contains(office.does(office.ada, "/subjects/erase", "handle=anna@social.example&confirm=erase").body,
                 "It is erased"));
  CHECK(contains(office.does(office.ada, "/subjects/find", "handle=anna@social.example").body,
                 "Nothing is kept of them."));
  CHECK(contains(office.get_as(office.ada, "/admin/retention").body, "asked for by author"));
  auto again = Stage::entry("p9", office.now, 0, "later");
  again.post.author = pseudonym(*pseudonym_key(office.folder()), "feed", "anna@social.example");
  office.keep({again});
  CHECK(contains(office.does(office.ada, "/subjects/find", "handle=anna@social.example").body,
                 "Nothing is kept of them."));
}

TEST_CASE("a handle on several platforms may be several people, and is erased on one") {
  Office office;
  auto other = Stage::entry("q", office.now - 3h);
  other.post.platform = "mastodon";
  other.post.author = pseudonym(*pseudonym_key(office.folder()), "mastodon", "anna@social.example");
  office.keep({other});
  const auto found = office.does(office.ada, "/subjects/find", "handle=anna@social.example").body;
  CHECK(contains(found, "2 posts on feed, 1 post on mastodon"));
  CHECK_FALSE(contains(found, "name=\"confirm\""));
  CHECK(office.does(office.ada, "/subjects/erase", "handle=anna@social.example&confirm=erase").status == 400);
  const auto erased = office.post_with(office.tokens["administer"], "/api/v1/subjects/erase",
                                       R"({"handle":"anna@social.example","platform":"mastodon","confirm":"erase"})");
  CHECK(json::parse(erased.body).at("finished") == true);
  CHECK(
      contains(office.does(office.ada, "/subjects/find", "handle=anna@social.example").body, "Kept: 2 posts on feed."));
}

TEST_CASE("a program reads the record and whether it is whole") {
  Office office;
  office.does(office.anna, office.issue + "/claim");
  const auto read = json::parse(office.get_with(office.tokens["audit"], "/api/v1/audit").body);
  CHECK(read.at("broken_at").is_null());
  CHECK(read.at("entries").as_array().at(0).at("did") == "claimed");
  CHECK(office.get_with(office.tokens["decide"], "/api/v1/audit").status == 403);
}
