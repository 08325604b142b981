#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connectors/result.hpp"
#include "daemon/config.hpp"
#include "daemon/review/precision.hpp"
#include "storage/store.hpp"

namespace barometer {

// What the board report is made of: numbers of a time, and of how many. Nobody's name and nobody's words are among them.

struct ListeningFacts {
  std::size_t sources = 0;
  std::chrono::milliseconds possible{0};   // summed over sources, from when each was first listened to
  std::chrono::milliseconds blind{0};      // of that
  std::chrono::milliseconds caught_up{0};  // of that: what was said then was heard afterwards
};

// What became of one issue that was opened in the time.
struct IssueFacts {
  Issue issue = {};
  std::optional<UtcTime> told_at = {};           // first message that left
  std::optional<UtcTime> acknowledged_at = {};   // first "seen", by the button of a mail or on the page
  ReviewStatus conclusion = ReviewStatus::none;  // what people made of it: actioned, not_care, duplicate
  bool change_planned = false;
  bool change_made = false;  // "you said, we did"
};

struct ReportFacts {
  UtcTime from = {};
  UtcTime to = {};
  ListeningFacts listening = {};
  std::size_t recipients = 0;
  std::array<std::uint64_t, 3> posts = {};              // by Sentiment; one under several tags counts under each
  std::array<std::uint64_t, severities> concerns = {};  // by severity
  std::map<std::string, std::uint64_t> themes = {};     // titles of concerns about care
  std::vector<IssueFacts> issues = {};
  std::map<std::string, std::uint64_t> sent = {};  // messages that left, by kind
  std::uint64_t unsent = 0;                        // that should have, and wait
  std::uint64_t withheld = 0;                      // by a silence and the like
  Precision judged = {};                           // of issues, by what they came to in that time
  Precision sampled = {};  // of posts that were not flagged: `right` are those that rightly were not
};

// Of [from, to), as it looks at `now`. Reads the store; any thread.
Result<ReportFacts> report_facts(const Store& store, const Config& config, UtcTime from, UtcTime to, UtcTime now);

}  // namespace barometer
