#include "daemon/review/precision.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "daemon/review/review_state.hpp"

namespace barometer {

namespace {

constexpr std::size_t recent = 10;

std::optional<bool> is_right(ReviewVerdict verdict) {
  switch (verdict) {
    case ReviewVerdict::right:
    case ReviewVerdict::regraded:
    case ReviewVerdict::fine: return true;
    case ReviewVerdict::wrong:
    case ReviewVerdict::not_care:
    case ReviewVerdict::missed: return false;
    case ReviewVerdict::duplicate:
    case ReviewVerdict::none: break;
  }
  return std::nullopt;
}

void count(Precision& into, bool right) {
  into.right += right ? 1 : 0;
  ++into.judged;
}

void count_post(ReviewFigures& out, const PostReview& review) {
  if (review.sampled)
    if (const auto right = is_right(review.sampled->verdict)) count(out.sample, *right);
  for (const auto& [who, verdict] : review.verdicts) {
    const auto right = is_right(verdict.verdict);
    if (!right) continue;
    for (const auto& concern : verdict.concerns) {
      count(out.rules[concern.rule], *right);
      count(out.themes[std::string(info(concern.theme).id)], *right);
    }
  }
}

std::vector<ReviewAction> within(const std::vector<ReviewAction>& steps, UtcTime from, UtcTime to) {
  std::vector<ReviewAction> out;
  std::copy_if(steps.begin(), steps.end(), std::back_inserter(out),
               [&](const ReviewAction& step) { return step.at >= from && step.at < to; });
  return out;
}

Result<std::map<std::string, Issue>> all_issues(const Store& store) {
  std::map<std::string, Issue> out;
  const auto read = store.issues({}, [&](const Issue& issue) {
    out[issue.id] = issue;
    return true;
  });
  if (!read) return read.error();
  return out;
}

struct Concluded {
  UtcTime at = {};
  IssueKind kind = IssueKind::burst;
  Theme theme = {};
  bool right = false;
};

// Issues that came to something that says whether telling of them was right.
Result<std::vector<Concluded>> concluded_issues(const Store& store, UtcTime from, UtcTime to) {
  const auto issues = all_issues(store);
  if (!issues) return issues.error();
  std::vector<Concluded> out;
  const auto read = store.reviews([&](const ReviewSubject& subject, const std::vector<ReviewAction>& steps) {
    const auto issue = issues->find(subject.issue);
    if (issue == issues->end()) return true;
    std::optional<Concluded> last;
    for (const auto& step : within(steps, from, to))
      if (const auto right = is_right(step.verdict); right && step.step == ReviewStep::moved)
        last = Concluded{step.at, issue->second.kind, issue->second.theme, *right};
    if (last) out.push_back(*last);
    return true;
  });
  if (!read) return read.error();
  return out;
}

}  // namespace

Interval95 wilson(int right, int judged) {
  if (judged <= 0) return {};
  constexpr double z = 1.959963984540054;
  const double n = judged;
  const double p = right / n;
  const double middle = p + z * z / (2 * n);
  const double reach = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  const double scale = 1 + z * z / n;
  return {std::max(0.0, (middle - reach) / scale), std::min(1.0, (middle + reach) / scale)};
}

Result<ReviewFigures> review_figures(const Store& store, UtcTime from, UtcTime to) {
  ReviewFigures out;
  const auto read = store.reviews([&](const ReviewSubject& subject, const std::vector<ReviewAction>& steps) {
    if (subject.issue.empty()) count_post(out, post_review(within(steps, from, to)));
    return true;
  });
  if (!read) return read.error();
  const auto issues = concluded_issues(store, from, to);
  if (!issues) return issues.error();
  for (const auto& one : *issues) count(out.issues[std::string(name_of(one.kind))], one.right);
  return out;
}

void each_row(const ReviewFigures& figures,
              const std::function<void(const std::string&, const std::string&, const Precision&)>& each) {
  for (const auto& [id, precision] : figures.rules) each("rule", id, precision);
  for (const auto& [id, precision] : figures.themes) each("theme", id, precision);
  for (const auto& [kind, precision] : figures.issues) each("issue", kind, precision);
  each("sample", "unflagged", figures.sample);
}

Result<Precision> recent_precision(const Store& store, IssueKind kind, Theme theme) {
  auto issues = concluded_issues(store, UtcTime::min(), UtcTime::max());
  if (!issues) return issues.error();
  std::stable_sort(issues->begin(), issues->end(), [](const Concluded& a, const Concluded& b) { return a.at > b.at; });
  Precision same;
  Precision of_kind;
  for (const auto& one : *issues) {
    if (one.kind != kind) continue;
    if (of_kind.judged < static_cast<int>(recent)) count(of_kind, one.right);
    if (one.theme == theme && same.judged < static_cast<int>(recent)) count(same, one.right);
  }
  return same.judged >= few_judged ? same : of_kind;
}

}  // namespace barometer
