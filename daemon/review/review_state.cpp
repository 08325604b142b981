#include "daemon/review/review_state.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "daemon/alerts/roles.hpp"
#include "daemon/uk_time.hpp"

namespace barometer {

namespace {

struct Move {
  ReviewStatus from;
  ReviewStatus to;
  Right needs;
};
using enum ReviewStatus;
constexpr std::array moves{
    Move{fresh, acknowledged, Right::review},     Move{fresh, in_review, Right::review},
    Move{fresh, actioned, Right::review},         Move{fresh, not_care, Right::review},
    Move{fresh, duplicate, Right::review},        Move{acknowledged, in_review, Right::review},
    Move{acknowledged, actioned, Right::review},  Move{acknowledged, not_care, Right::review},
    Move{acknowledged, duplicate, Right::review}, Move{in_review, actioned, Right::review},
    Move{in_review, not_care, Right::review},     Move{in_review, duplicate, Right::review},
    Move{actioned, in_review, Right::review},     Move{not_care, in_review, Right::review},
    Move{duplicate, in_review, Right::review},    Move{actioned, closed, Right::decide},
    Move{not_care, closed, Right::decide},        Move{duplicate, closed, Right::decide},
    Move{closed, in_review, Right::decide},
};

bool concludes(ReviewStatus status) { return status == actioned || status == not_care || status == duplicate; }

Failure refused(std::string why) { return {Remedy::skip, std::move(why), {}}; }

std::optional<Failure> bad_text(const ReviewAction& step) {
  if (step.text.empty()) return refused("Write something: it is empty.");
  if (step.text.size() > review_text_most)
    return refused("This is too long: write at most " + std::to_string(review_text_most) + " characters.");
  return std::nullopt;
}

// Two people never work on one thing; a lead may hand it over.
std::optional<Failure> held_by_other(const IssueReview& now_is, const ReviewAction& step) {
  if (now_is.holder.empty() || now_is.holder == step.who) return std::nullopt;
  return Failure{
      Remedy::wait,
      now_is.holder + " works on this until " + uk_time(now_is.held_until) + ": ask them, or wait until it is free.",
      now_is.held_until};
}

std::optional<Failure> bad_claim(const IssueReview& now_is, const ReviewAction& step, Rights rights) {
  if (step.about.empty() || !step.until || *step.until <= step.at)
    return refused("Say who works on it, and until when.");
  if (may(rights, Right::decide)) return std::nullopt;
  if (step.about != step.who) return refused("Only a lead gives work to others.");
  return held_by_other(now_is, step);
}

std::optional<Failure> bad_move(const IssueReview& now_is, const ReviewAction& step, Rights rights) {
  const auto* const row = std::find_if(moves.begin(), moves.end(), [&](const Move& move) {
    return move.from == now_is.status && move.to == step.status;
  });
  if (row == moves.end())
    return refused("It is “" + std::string(title_of(now_is.status)) + "” now, and cannot become “" +
                   std::string(title_of(step.status)) + "” from there.");
  if (!may(rights, row->needs)) return refused("Only a lead closes an issue, or opens it again.");
  return held_by_other(now_is, step);
}

std::optional<Failure> bad_verdict(const ReviewAction& step) {
  const auto regraded = step.verdict == ReviewVerdict::regraded;
  if (step.verdict < ReviewVerdict::right || step.verdict > ReviewVerdict::regraded)
    return refused("Say what you judge: right, wrong, not about care, a duplicate, or of another severity.");
  if (regraded && (step.severity < 1 || step.severity >= severities))
    return refused("Say which severity it should have been, from 1 to 4; if it is no concern at all, it was wrong.");
  if (!regraded && step.severity != 0) return refused("A severity belongs to “of another severity” only.");
  return std::nullopt;
}

}  // namespace

IssueReview issue_review(const Issue& issue, std::vector<ReviewAction> steps, UtcTime now) {
  IssueReview out;
  for (const auto& step : steps) {
    switch (step.step) {
      case ReviewStep::claimed:
        out.holder = step.about;
        out.held_until = step.until.value_or(step.at);
        if (out.status == fresh) out.status = acknowledged;
        break;
      case ReviewStep::released: out.holder.clear(); break;
      case ReviewStep::moved:
        out.status = step.status;
        if (concludes(step.status)) out.conclusion = step.status;
        out.concluded_at = unfinished(step.status) ? std::nullopt : std::optional(step.at);
        if (out.concluded_at) out.holder.clear();
        break;
      case ReviewStep::routed: out.route = step.about; break;
      case ReviewStep::planned:
      case ReviewStep::made:
        out.outcome = step.text;
        out.made = step.step == ReviewStep::made;
        break;
      case ReviewStep::silenced: out.silenced_until = step.until; break;
      case ReviewStep::noted:
      case ReviewStep::judged:
      case ReviewStep::flagged:
      case ReviewStep::unflagged:
      case ReviewStep::sampled: break;
    }
  }
  if (out.held_until <= now) out.holder.clear();
  if (out.silenced_until && *out.silenced_until <= now) out.silenced_until.reset();
  if (out.concluded_at && !issue.escalated_at.empty() && issue.escalated_at.back() > *out.concluded_at) {
    out.status = fresh;
    out.grown = true;
  }
  out.steps = std::move(steps);
  return out;
}

PostReview post_review(std::vector<ReviewAction> steps) {
  PostReview out;
  for (const auto& step : steps) {
    if (step.step == ReviewStep::judged) out.verdicts[step.who] = step;
    if (step.step == ReviewStep::judged) out.latest = step;
    if (step.step == ReviewStep::sampled) out.sampled = step;
    if (step.step == ReviewStep::flagged || step.step == ReviewStep::unflagged)
      out.flagged = step.step == ReviewStep::flagged;
  }
  out.steps = std::move(steps);
  return out;
}

bool unfinished(ReviewStatus status) { return status == fresh || status == acknowledged || status == in_review; }

std::vector<ReviewStatus> next_statuses(ReviewStatus from, Rights rights) {
  std::vector<ReviewStatus> out;
  for (const auto& move : moves)
    if (move.from == from && may(rights, move.needs)) out.push_back(move.to);
  return out;
}

std::optional<Failure> objection(const IssueReview& now_is, const ReviewAction& step, Rights rights) {
  if (!may(rights, Right::review)) return refused("Your role does not review.");
  switch (step.step) {
    case ReviewStep::claimed: return bad_claim(now_is, step, rights);
    case ReviewStep::released:
      if (now_is.holder.empty()) return refused("Nobody works on it.");
      if (may(rights, Right::decide)) return std::nullopt;
      return held_by_other(now_is, step);
    case ReviewStep::moved: return bad_move(now_is, step, rights);
    case ReviewStep::routed:
      if (find_role(step.about) == nullptr) return refused("No role of this name answers for issues.");
      return held_by_other(now_is, step);
    case ReviewStep::noted: return bad_text(step);
    case ReviewStep::planned:
    case ReviewStep::made:
      if (auto bad = bad_text(step)) return bad;
      return held_by_other(now_is, step);
    case ReviewStep::silenced:
      if (!may(rights, Right::decide)) return refused("Only a lead silences issues.");
      if (!step.until || *step.until <= step.at) return refused("Say until when it is to be silent.");
      return bad_text(step);
    case ReviewStep::judged:
    case ReviewStep::flagged:
    case ReviewStep::unflagged:
    case ReviewStep::sampled: break;
  }
  return refused("This is done with a post, not with an issue.");
}

std::optional<Failure> objection(const PostReview& now_is, const ReviewAction& step, Rights rights) {
  if (!may(rights, Right::review)) return refused("Your role does not review.");
  switch (step.step) {
    case ReviewStep::judged: return bad_verdict(step);
    case ReviewStep::flagged:
    case ReviewStep::unflagged:
      if (now_is.flagged != (step.step == ReviewStep::flagged)) return std::nullopt;
      return refused("This is so already.");
    case ReviewStep::sampled:
      if (step.verdict == ReviewVerdict::fine || step.verdict == ReviewVerdict::missed) return std::nullopt;
      return refused("Say whether it was fine, or whether we missed it.");
    default: break;
  }
  return refused("This is done with an issue, not with a post.");
}

std::string_view title_of(ReviewStatus status) {
  constexpr std::array<std::string_view, 8> titles{"",         "Not reviewed",   "Acknowledged", "In review",
                                                   "Actioned", "Not about care", "Duplicate",    "Closed"};
  return titles[static_cast<std::size_t>(status)];
}

std::string_view title_of(ReviewVerdict verdict) {
  constexpr std::array<std::string_view, 8> titles{
      "", "Right", "Wrong", "Not about care", "Duplicate", "Of another severity", "Fine", "We missed this"};
  return titles[static_cast<std::size_t>(verdict)];
}

}  // namespace barometer
