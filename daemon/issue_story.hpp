#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "analysis/issues/issue.hpp"
#include "analysis/issues/new_phrases.hpp"
#include "daemon/json_object.hpp"
#include "storage/store.hpp"

namespace barometer {

// What explains an issue beyond its own numbers; made anew each time it is asked for, from what is kept.
struct IssueStory {
  std::vector<NewPhrase> phrases =
      {};  // that its people use and the four weeks before did not; none until three of them do
  struct Blind {
    std::string source = {};
    std::chrono::hours length{0};  // of the window that showed the issue, or of the day before it was opened
  };
  std::vector<Blind> could_not_hear = {};
  std::vector<std::string> similar =
      {};  // ids of issues of the same theme at the same place, opened before; the newest first
};

// Reads the issue's posts, and those of its place (of its tag, where no place is named) of the four weeks before; any thread.
Result<IssueStory> story_of(const Store& store, const Issue& issue);

// Behind the fields of an issue (issue_view.hpp):
//   "phrases":[{"words":"chest drain","texts":4,"before":0}],"could_not_hear":[{"source":…,"hours":4}],"similar":[id,…]
void put_story(JsonObject& out, const IssueStory& story);

}  // namespace barometer
