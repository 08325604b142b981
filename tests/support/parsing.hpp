#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "connectors/http_message.hpp"
#include "connectors/registry.hpp"
#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"

// What tests of a platform's parser and settings share.

namespace barometer {

inline HttpResponse http_answer(int status, std::string body,
                                std::vector<std::pair<std::string, std::string>> headers = {}) {
  HttpResponse response;
  response.status = status;
  response.headers = std::move(headers);
  response.body = std::move(body);
  return response;
}

// The settings that a platform's check complains of.
inline std::set<std::string> complained(const Connector& row, std::map<std::string, std::string> settings) {
  std::set<std::string> keys;
  for (const auto& complaint : row.check({"n", std::string(row.name), std::move(settings)})) keys.insert(complaint.key);
  return keys;
}

// True, and said, where the recordings do not lie beside the checkout.
inline bool no_recordings() {
  if (std::filesystem::exists(RECORDINGS)) return false;
  MESSAGE("skipped: no recordings at " << RECORDINGS);
  return true;
}

using Parse = Result<Page> (*)(std::string, const ParseOptions&);

struct RecordedPosts {
  const char* file;
  std::size_t posts;
  const char* first_id;
  const char* first_text;  // how it begins
};

struct RecordedRefusal {
  const char* file;
  Remedy remedy;
  const char* says;
};

inline Result<Page> parse_recording(Parse parse, const char* file) {
  const ParseOptions options{{}, {}, "here", *parse_iso("2026-11-21T23:00:00Z")};
  return parse(file_bytes(std::filesystem::path(RECORDINGS) / file), options);
}

inline void check_recordings(Parse parse, const std::vector<RecordedPosts>& rows) {
  for (const auto& row : rows) {
    CAPTURE(row.file);
    const auto page = parse_recording(parse, row.file);
    REQUIRE(page.has_value());
    CHECK(page->posts.size() == row.posts);
    CHECK(page->unreadable == 0);
    if (row.posts == 0 || page->posts.empty()) continue;
    CHECK(page->posts[0].id == row.first_id);
    CHECK_MESSAGE(page->posts[0].text.starts_with(row.first_text), page->posts[0].text.substr(0, 60));
  }
}

inline void check_refusals(Parse parse, const std::vector<RecordedRefusal>& rows) {
  for (const auto& row : rows) {
    CAPTURE(row.file);
    const auto page = parse_recording(parse, row.file);
    REQUIRE_FALSE(page.has_value());
    CHECK(name_of(page.error().remedy) == name_of(row.remedy));
    CHECK_MESSAGE(page.error().detail.find(row.says) != std::string::npos, page.error().detail);
  }
}

}  // namespace barometer
