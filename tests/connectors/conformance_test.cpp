#include <filesystem>
#include <map>
#include <string>

#include <doctest/doctest.h>

#include "connectors/html_text.hpp"
#include "connectors/post_json.hpp"
#include "connectors/registry.hpp"
#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"

// Every recording of every platform, whole and cut off, by every kind that the platform knows: a body may be refused, but what
// is taken from it is always a post, and nothing crashes. What each recording says, the tests of its platform hold.

namespace barometer {
namespace {

namespace fs = std::filesystem;

const UtcTime now = *parse_iso("2026-11-22T03:00:00Z");

// Where a folder is not called as its platform.
std::string platform_of(const std::string& folder) {
  static const std::map<std::string, std::string> others = {{"feeds", "feed"}, {"bluesky-devenv", "bluesky"}};
  const auto found = others.find(folder);
  return found == others.end() ? folder : found->second;
}

bool is_body(const fs::path& file) { return file.extension() != ".headers" && file.filename() != "README.md"; }

void check_posts(const Result<Page>& page) {
  if (!page) {
    CHECK_FALSE(page.error().detail.empty());
    return;
  }
  for (const Post& post : page->posts) {
    CHECK_FALSE(post.id.empty());
    CHECK(valid_utf8(post.text) == post.text);
    CHECK((post.deleted || post.seen_at == now));  // of a tombstone the time means nothing
    const auto again = post_from_json(to_json(post), now);
    REQUIRE_MESSAGE(again.has_value(), (again ? "" : again.error().detail));
    CHECK(to_json(*again) == to_json(post));
  }
}

void check_body(const Connector& connector, const std::string& body) {
  std::vector<std::string> kinds{""};
  for (const auto kind : connector.kinds) kinds.emplace_back(kind);
  for (const std::string& kind : kinds) {
    CAPTURE(kind);
    check_posts(connector.parse(body, ParseOptions{kind, "https://here.example/", "here", now}));
  }
}

}  // namespace

TEST_CASE("every recording of every platform is read or refused, whole and cut off") {
  const fs::path recordings = RECORDINGS;
  if (!fs::exists(recordings)) {
    MESSAGE("skipped: no recordings at " << recordings.string());
    return;
  }
  for (const auto& folder : fs::directory_iterator(recordings)) {
    if (!folder.is_directory()) continue;
    const std::string platform = platform_of(folder.path().filename().string());
    CAPTURE(platform);
    const Connector* const connector = find_connector(platform);
    REQUIRE(connector != nullptr);
    for (const auto& file : fs::directory_iterator(folder.path())) {
      if (!is_body(file.path())) continue;
      CAPTURE(file.path().filename().string());
      const std::string body = file_bytes(file.path());
      check_body(*connector, body);
      for (const std::size_t tenths : {1, 3, 5, 7, 9})
        check_body(*connector, body.substr(0, body.size() * tenths / 10));
    }
  }
}

}  // namespace barometer
