#include "connectors/platforms/ndjson.hpp"

#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

#include "connectors/pushed_posts.hpp"
#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/temp_dir.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime now = *parse_iso("2030-01-01T00:00:00Z");

std::string line(int number, const std::string& text = "words") {
  return "{\"platform\":\"p\",\"id\":\"" + std::to_string(number) +
         "\",\"made_at\":\"2026-11-20T10:00:00Z\",\"text\":\"" + text + "\"}\n";
}

void append(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary | std::ios::app) << text;
}

// Follows a file as the daemon does; gives the ids that came since it was asked last.
class Follower {
 public:
  explicit Follower(std::filesystem::path path) : config_{.name = "here", .path = std::move(path)} { restart(); }

  std::string news() {
    std::string ids;
    for (bool more = true; more;) {
      auto page = source_->read(cursor_, now);
      REQUIRE_MESSAGE(page.has_value(), (page ? "" : page.error().detail));
      for (const Post& post : page->posts) ids += (ids.empty() ? "" : " ") + post.id;
      for (auto& complaint : page->complaints) complaints.push_back(std::move(complaint));
      unreadable += page->unreadable;
      cursor_ = page->next;
      more = page->more;
    }
    return ids;
  }
  void restart() { source_ = std::make_unique<NdjsonSource>(config_); }

  std::vector<std::string> complaints = {};
  std::uint64_t unreadable = 0;

 private:
  NdjsonConfig config_;
  std::unique_ptr<NdjsonSource> source_;
  Cursor cursor_;
};

}  // namespace

TEST_CASE("a file of posts is followed while it grows, and half a line waits") {
  const TempDir folder;
  const auto file = folder.path() / "posts.ndjson";
  append(file, line(1) + line(2));
  Follower follower(file);
  CHECK(follower.news() == "1 2");
  CHECK(follower.news().empty());
  const auto third = line(3);
  append(file, third.substr(0, 20));
  CHECK(follower.news().empty());
  append(file, third.substr(20));
  CHECK(follower.news() == "3");
  follower.restart();
  append(file, line(4));
  CHECK(follower.news() == "4");
}

TEST_CASE("a file that is renamed is read to its end, and then the one with its name") {
  const TempDir folder;
  const auto file = folder.path() / "posts.ndjson";
  append(file, line(1));
  Follower follower(file);
  CHECK(follower.news() == "1");
  append(file, line(2));
  std::filesystem::rename(file, folder.path() / "posts.ndjson.1");

  SUBCASE("while we run") {}
  SUBCASE("while we do not") { follower.restart(); }
  append(file, line(3));
  auto without_end = line(4);
  without_end.pop_back();
  append(folder.path() / "posts.ndjson.1", without_end);
  CHECK(follower.news() == "2 4 3");
  append(file, line(5));
  CHECK(follower.news() == "5");
}

TEST_CASE("a file that is emptied and written anew begins again, however long it has become") {
  const TempDir folder;
  const auto file = folder.path() / "posts.ndjson";
  append(file, line(1) + line(2));
  Follower follower(file);
  CHECK(follower.news() == "1 2");
  std::filesystem::resize_file(file, 0);
  SUBCASE("shorter") {
    append(file, line(3));
    CHECK(follower.news() == "3");
  }
  SUBCASE("longer") {
    append(file, line(3) + line(4) + line(5));
    CHECK(follower.news() == "3 4 5");
  }
}

TEST_CASE("a line that is no post is told with its number, and the others are kept") {
  const TempDir folder;
  const auto file = folder.path() / "posts.ndjson";
  append(file, line(1) + "\n{\"platform\":\"p\"}\nnot json\n" + std::string(600'000, 'x') + "\n" + line(2));
  Follower follower(file);
  CHECK(follower.news() == "1 2");
  CHECK(follower.unreadable == 3);
  REQUIRE(follower.complaints.size() == 3);
  CHECK(follower.complaints[0].find("posts.ndjson:3: \"id\" is missing") != std::string::npos);
  CHECK(follower.complaints[1].find("posts.ndjson:4: ") != std::string::npos);
  CHECK(follower.complaints[2].find("posts.ndjson:5: the line is too long") != std::string::npos);
}

TEST_CASE("a file that is not there yet is waited for") {
  const TempDir folder;
  NdjsonSource source({.name = "here", .path = folder.path() / "none"});
  CHECK(source.read({}, now).error().remedy == Remedy::retry);
  NdjsonSource directory({.name = "here", .path = folder.path()});
  CHECK(directory.read({}, now).error().remedy == Remedy::ask_operator);
}

TEST_CASE("the place in a file outlives a restart in its cursor, and any bytes are a beginning") {
  const NdjsonPlace place{.file = {7, ~0ULL}, .offset = 5, .line = 3, .before = "ab", .passing_over = true};
  const auto again = ndjson_place_of(cursor_of(place));
  CHECK(again.file == place.file);
  CHECK(again.offset == 5);
  CHECK(again.line == 3);
  CHECK(again.before == "ab");
  CHECK(again.passing_over);
  for (const char* bytes : {"", "[]", "{\"offset\":-1}", "\xff"}) CHECK(ndjson_place_of(Cursor{bytes}).offset == 0);
}

TEST_CASE("posts that are sent come as an object, an array or lines; one fault ends them all") {
  const auto count = [](const std::string& body) {
    const auto pushed = pushed_posts(body, now);
    return pushed.fault ? -1 : static_cast<int>(pushed.posts.size());
  };
  CHECK(count(line(1)) == 1);
  CHECK(count("\xEF\xBB\xBF" + line(1) + "\r\n" + line(2)) == 2);
  CHECK(count("[" + line(1) + "," + line(2) + "]") == 2);
  CHECK(count("{\n\"platform\":\"p\",\n\"id\":\"1\",\n\"made_at\":\"2026-11-20\",\n\"text\":\"t\"}") == 1);
  CHECK(count("[]") == 0);
  CHECK(count("") == 0);

  auto pushed = pushed_posts(line(1) + "\n{\"platform\":\"p\",\"id\":\"2\"}\n", now);
  REQUIRE(pushed.fault);
  CHECK(pushed.fault->line);
  CHECK(pushed.fault->number == 3);
  CHECK(pushed.fault->detail.find("\"made_at\"") == 0);
  pushed = pushed_posts("[" + line(1) + ",7]", now);
  REQUIRE(pushed.fault);
  CHECK_FALSE(pushed.fault->line);
  CHECK(pushed.fault->number == 2);
}
