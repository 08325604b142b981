#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/issues/utterance.hpp"
#include "connectors/result.hpp"

namespace barometer {

// What people did with what they read: of each issue and post a list of steps, which is only added to. Where it stands now follows
// from the steps (daemon/review/).

// The numbers of these three are on disk: never reused.
enum class ReviewStep : std::uint8_t {
  claimed = 1,     // `about` works on it until `until`: whoever took it, or whom a lead gave it to
  released = 2,    // nobody does any more
  moved = 3,       // to `status`
  routed = 4,      // `about`: id of the role that answers for it
  noted = 5,       // `text`
  planned = 6,     // `text`: what is going to change
  made = 7,        // `text`: what has changed: "you said, we did"
  judged = 8,      // a post, or an issue: `verdict`, `severity` if it is regraded
  flagged = 9,     // a post: as inappropriate, so that it is not quoted
  unflagged = 10,  // and back
  silenced = 11,   // issues like this one, until `until`; `text` is why
  sampled = 12,    // a post of the weekly sample of unflagged ones: `verdict`; `about`: the week, as 2026-W47
};

enum class ReviewStatus : std::uint8_t {
  none = 0,  // of a step that moves nothing
  fresh = 1,
  acknowledged = 2,
  in_review = 3,
  actioned = 4,
  not_care = 5,
  duplicate = 6,
  closed = 7,
};

enum class ReviewVerdict : std::uint8_t {
  none = 0,
  right = 1,
  wrong = 2,
  not_care = 3,
  duplicate = 4,
  regraded = 5,  // it is a concern, of another severity
  fine = 6,      // of an unflagged post: there was nothing to flag
  missed = 7,    // there was
};

std::string_view name_of(ReviewStep step);        // "claimed"
std::string_view name_of(ReviewStatus status);    // "new", "acknowledged", "in_review" …
std::string_view name_of(ReviewVerdict verdict);  // "right"
std::optional<ReviewStatus> review_status(std::string_view name);
std::optional<ReviewVerdict> review_verdict(std::string_view name);

// An issue, or a post. A verdict on a post holds no word of it, so it may stay when the post has gone.
struct ReviewSubject {
  std::string issue = {};  // id; empty: it is a post
  PostHash post = {};

  bool operator==(const ReviewSubject&) const = default;
};

struct ReviewAction {
  ReviewStep step = ReviewStep::noted;
  std::string who = {};  // name in the file of people or tokens; "mail to ROLE" for a button of a mail
  UtcTime at = {};
  ReviewStatus status = ReviewStatus::none;
  ReviewVerdict verdict = ReviewVerdict::none;
  int severity = 0;                   // regraded: what it should have been
  std::string about = {};             // see the steps
  std::string text = {};              // people's own words, masked like those of posts; at most review_text_most bytes
  std::optional<UtcTime> until = {};  //
  // Of a verdict on a post: what was said of the post then, which is what the verdict is about.
  std::vector<Utterance::Concern> concerns = {};
};

inline constexpr std::size_t review_text_most = 2'000;

}  // namespace barometer
