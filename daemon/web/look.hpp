#pragma once

#include <chrono>
#include <cstdint>
#include <kainjow/mustache.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/result.hpp"
#include "daemon/review/review_state.hpp"
#include "daemon/source_state.hpp"
#include "storage/store.hpp"

namespace barometer {

// The words and colours that all pages share. Pure. Every colour stands beside a word that says the same.

using View = kainjow::mustache::data;  // what a template is filled with; all values are escaped there
using Views = kainjow::mustache::list;

struct Look {
  std::string word = {};
  std::string tag = {};   // class of an NHS tag
  std::string item = {};  // class of the item's edge; may be empty
};

Look look_of_severity(int severity);
Look look_of_issue(IssueState state);
Look look_of_review(ReviewStatus status);
Look look_of_source(const SourceState& source);
std::string_view words_of(GapReason reason);  // "the platform told us to wait"
std::string_view words_of(Sentiment sentiment);
std::string_view words_of(Voice voice);  // "a patient"; empty when unknown

std::string counted(std::int64_t number, std::string_view one, std::string_view many);  // "1 post", "2,000 posts"
std::string grouped(std::int64_t number);                                               // "12,345"
std::string percent(std::int64_t part, std::int64_t all);                               // "12%"; "–" of nothing
std::string joined(const std::vector<std::string>& words, std::string_view between);

bool is_web_address(std::string_view url);
// A language tag that may stand in an attribute; else empty.
std::string lang_of(std::string_view lang);
// Not past a character's middle.
std::size_t boundary(std::string_view text, std::size_t at);

// The address of a post's own page: names nobody, and finds the post by when it was made.
std::string post_key(const StoredPost& kept);
std::string post_path(const StoredPost& kept);
// Empty if no kept post has that key.
Result<std::optional<StoredPost>> find_post(const Store& store, std::string_view key);

std::string theme_title(Theme theme);
// "Parking", "Staff manner …": labels of the patient-experience framework.
std::vector<std::string> framework_titles(FrameworkSet themes);

}  // namespace barometer
