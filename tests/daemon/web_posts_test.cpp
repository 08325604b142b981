#include <set>

#include "daemon/web/look.hpp"
#include "daemon/web/post_search.hpp"
#include "tests/daemon/web_stage.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::vector<std::string> ids(const PostPage& page) {
  std::vector<std::string> out;
  for (const auto& kept : page.posts) out.push_back(kept.post.id);
  return out;
}

}  // namespace

TEST_CASE("pages of posts follow each other without loss or repeat, also within one millisecond") {
  Stage stage;
  std::vector<Entry> entries;
  for (int i = 0; i < 23; ++i) entries.push_back(Stage::entry("p" + std::to_string(i), stage.now - 1min * (i / 7)));
  stage.keep(std::move(entries));
  for (const std::size_t limit : {1u, 2u, 5u, 7u, 22u, 23u, 24u}) {
    CAPTURE(limit);
    std::set<std::string> seen;
    std::string before;
    std::size_t pages = 0;
    do {
      Fields fields;
      fields.set("before", before);
      const auto page = find_posts(stage.store(), read_search(fields), limit);
      REQUIRE(page.has_value());
      for (const auto& id : ids(*page)) CHECK(seen.insert(id).second);
      before = page->next;
      REQUIRE(++pages < 30);
    } while (!before.empty());
    CHECK(seen.size() == 23);
  }
}

TEST_CASE("posts are found by what they say, whatever the case, and by how they were judged") {
  Stage stage;
  auto staff = Stage::entry("staff", stage.now - 3h, 3, "We are THREE nurses for thirty beds");
  staff.assessment.voice = Voice::staff;
  auto other = Stage::entry("other", stage.now - 30h, 0, "Thank you all");
  other.watched = {"trust"};
  other.place = "northvale";
  stage.keep({Stage::entry("bell", stage.now - 1h, 4), staff, other});
  struct Row {
    const char* query;
    std::vector<std::string> found;
  };
  const Row rows[] = {{"", {"bell", "staff", "other"}},
                      {"severity=3", {"bell", "staff"}},
                      {"severity=4", {"bell"}},
                      {"words=three+NURSES", {"staff"}},
                      {"words=three+doctors", {}},
                      {"voice=staff", {"staff"}},
                      {"words=%22three+nurses%22", {"staff"}},
                      {"words=%22nurses+three%22", {}},
                      {"words=thir", {}},
                      {"place=northvale", {"other"}},
                      {"words=you&severity=0", {"other"}},
                      {"tag=trust", {"other"}},
                      {"theme=call_bell", {"bell", "staff"}},
                      {"theme=food_water", {}},
                      {"sentiment=positive", {"other"}},
                      {"source=elsewhere", {}},
                      {"from=2026-03-04", {"bell", "staff"}},
                      {"to=2026-03-03", {"other"}},
                      {"from=2026-03-04&to=2026-03-03", {}}};
  for (const auto& row : rows) {
    CAPTURE(row.query);
    const auto search = read_search(Fields{row.query});
    CHECK(search.wrong.empty());
    const auto page = find_posts(stage.store(), search, 10);
    REQUIRE(page.has_value());
    CHECK(ids(*page) == row.found);
    CHECK(page->next.empty());
  }
}

TEST_CASE("what cannot be read is told, and nothing else is changed by it") {
  for (const char* query : {"severity=5", "severity=x", "theme=none_such", "voice=ghost", "sentiment=sad", "from=soon",
                            "before=x", "before=1.2", "before=00"}) {
    CAPTURE(query);
    CHECK(read_search(Fields{query}).wrong.size() == 1);
  }
}

TEST_CASE("a post's address names nobody and finds it again") {
  Stage stage;
  stage.keep({Stage::entry("https://social.example/@anna/1", stage.now),
              Stage::entry("https://social.example/@anna/2", stage.now)});
  std::set<std::string> keys;
  REQUIRE(stage.store()
              .posts({}, true,
                     [&](const StoredPost& kept) {
                       keys.insert(post_key(kept));
                       CHECK_FALSE(contains(post_key(kept), "anna"));
                       const auto found = find_post(stage.store(), post_key(kept));
                       REQUIRE(found.has_value());
                       REQUIRE(found->has_value());
                       CHECK((*found)->post.id == kept.post.id);
                       return true;
                     })
              .has_value());
  CHECK(keys.size() == 2);
  for (const char* key : {"", "-", "x", "1-2", "99999999999999999999-aa", "-5-aa", "1772654400000-000000000000"}) {
    CAPTURE(key);
    const auto found = find_post(stage.store(), key);
    REQUIRE(found.has_value());
    CHECK_FALSE(found->has_value());
  }
}

TEST_CASE("the page of a post says what was said, and why it was judged so") {
  Stage stage;
  stage.keep({Stage::entry("a", stage.now - 1h, 4, "<b>and nobody came</b>")});
  const auto list = stage.get("/posts");
  CHECK(list.status == 200);
  const auto at = list.body.find("/posts/1");
  REQUIRE(at != std::string::npos);
  const auto page = stage.get(list.body.substr(at, list.body.find('"', at) - at));
  CHECK(page.status == 200);
  CHECK(contains(page.body, "Red flag"));
  CHECK(contains(page.body, "Calls for help unanswered"));
  CHECK(contains(page.body, "Why it was judged so"));
  CHECK_FALSE(contains(page.body, "<b>"));
  CHECK(stage.get("/posts/1-2").status == 404);
}

TEST_CASE("a search that finds nothing, and one that is wrong, say so") {
  Stage stage;
  CHECK(contains(stage.get("/posts").body, "Nothing has been heard yet"));
  CHECK(contains(stage.get("/posts", "severity=4").body, "No post that is kept matches"));
  const auto wrong = stage.get("/posts", "theme=%3Cscript%3E").body;
  CHECK(contains(wrong, "could not be read"));
  CHECK_FALSE(contains(wrong, "<script>"));
}
