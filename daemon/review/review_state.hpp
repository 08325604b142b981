#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/issues/issue.hpp"
#include "connectors/result.hpp"
#include "daemon/web/people.hpp"
#include "storage/review.hpp"

namespace barometer {

// Where an issue or a post stands by what people did with it, and what they may do next. Pure.

// Somebody works on an issue for so long, unless they say so again: then it is free for others.
inline constexpr std::chrono::minutes claim_lasts{30};

struct IssueReview {
  ReviewStatus status = ReviewStatus::fresh;
  ReviewStatus conclusion =
      ReviewStatus::none;  // what it came to last, also once it is closed: actioned, not_care, duplicate
  std::optional<UtcTime> concluded_at = {};
  std::string holder = {};  // who works on it; empty: nobody
  UtcTime held_until = {};
  std::string route = {};    // id of the role that people gave it to; empty: as the settings have it
  std::string outcome = {};  // what is going to change, or has
  bool made = false;         // it has
  std::optional<UtcTime> silenced_until = {};
  bool grown = false;  // it was concluded, and grew since: it is to be looked at again, and `status` is fresh
  std::vector<ReviewAction> steps = {};
};
// A claim that is over counts no more. To claim what is new is to acknowledge it.
IssueReview issue_review(const Issue& issue, std::vector<ReviewAction> steps, UtcTime now);

struct PostReview {
  std::map<std::string, ReviewAction> verdicts = {};  // the last of each person; of the weekly sample's answers none
  std::optional<ReviewAction> latest = {};            // of all of them
  std::optional<ReviewAction> sampled = {};           // the last answer of the weekly sample
  bool flagged = false;                               // as inappropriate
  std::vector<ReviewAction> steps = {};
};
PostReview post_review(std::vector<ReviewAction> steps);

// Whether nobody has decided yet what to make of it.
bool unfinished(ReviewStatus status);
// To which statuses an issue may be moved from there.
std::vector<ReviewStatus> next_statuses(ReviewStatus from, Rights rights);

// Why a step is not to be taken; empty when it is. wait: somebody else works on it until `not_before`. skip: what is asked is not
// possible, or not for who asks; the detail is a sentence for them.
std::optional<Failure> objection(const IssueReview& now_is, const ReviewAction& step, Rights rights);
std::optional<Failure> objection(const PostReview& now_is, const ReviewAction& step, Rights rights);

// For people: "Not reviewed", "In review", "Not about care".
std::string_view title_of(ReviewStatus status);
std::string_view title_of(ReviewVerdict verdict);

}  // namespace barometer
