#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/issues/issue.hpp"
#include "analysis/issues/utterance.hpp"

namespace barometer {

// Half a year at an invented trust, as the tracker of issues would hear it: what is usual, what goes wrong, and what only looks so.
// Measures how well issues are found. Invented throughout: no text, and nobody's rates.

// Something that goes wrong, at one place and of one theme.
struct Trouble {
  IssueKind kind = {};
  Theme theme = {};
  std::string place = {};
  UtcTime first_post = {};
  UtcTime last_post = {};
  UtcTime find_by =
      {};  // a burst: a day after its last post; a slow burn: eight weeks after its first; a turn: four; one post: a day
};

struct Rehearsal {
  struct Heard {
    Utterance utterance = {};
    std::optional<PostHash> repeats = {};
    bool trap = false;  // of a repost storm, a campaign of copies or a back-fill
  };
  // A post that raises no concern, heard when it is made.
  struct Mood {
    UtcTime at = {};
    std::string place = {};
    Tone tone = {};
  };
  std::vector<Heard> heard = {};  // by heard_at
  std::vector<Mood> moods = {};   // by time
  std::vector<Trouble> troubles = {};
  UtcTime begin = {};
  int days = 0;
  int services = 0;
};

// The same for the same seed, on every machine. One post in ten is misread: another theme, or one severity off.
Rehearsal rehearse(std::uint64_t seed);

// That an issue was opened, or told again.
struct ToldIssue {
  IssueKind kind = {};
  Theme theme = {};
  std::string place = {};
  UtcTime at = {};
  std::string issue = {};
};

// What the tracker tells of all that is heard, in that order.
std::vector<ToldIssue> told_by_tracker(const Rehearsal& rehearsal, const TrackerSettings& settings = {});

// The measures of the design. Nothing counts that is told in the first 28 days, when the usual is not known.
struct IssueMeasures {
  struct Found {
    int found = 0;
    int of = 0;
  };
  Found by_kind[6] = {};                // by the kind's number
  int false_alarms = 0;                 // told of what is no trouble, or long after one
  int trap_alarms = 0;                  // of them, by what only looked so
  double service_months = 0;            // services, each watched for a month
  int issues_of_found = 0;              // one for each found is right
  std::vector<double> hours_to_tell{};  // from a trouble's first post, of those found in time

  Found all() const;
  double sensitivity() const;
  double positive_predictive_value() const;  // found / (found + false alarms)
  double false_alarms_a_service_month() const;
};

// Adds one rehearsal's to the measures.
void measure(const Rehearsal& rehearsal, std::span<const ToldIssue> told, IssueMeasures& measures);

// Ends with a line end.
std::string to_text(const IssueMeasures& measures);

}  // namespace barometer
