#include "daemon/review/take_step.hpp"

#include "analysis/identifiers.hpp"

namespace barometer {

namespace {

constexpr int attempts = 5;

template <class State>
Result<ReviewAction> take(Store& store, const ReviewSubject& subject, ReviewAction step, Rights rights,
                          const BeforeStep& before, const std::function<State(std::vector<ReviewAction>)>& state) {
  step.text = mask_identifiers(step.text).text;
  bool noted = !before;
  for (int attempt = 1;; ++attempt) {
    auto steps = store.review_of(subject);
    if (!steps) return steps.error();
    const auto after = steps->size();
    if (const auto against = objection(state(std::move(*steps)), step, rights)) return *against;
    if (!noted)
      if (const auto done = before(); !done) return done.error();
    noted = true;
    const auto added = store.add_review(subject, after, step);
    if (added) return step;
    if (added.error().remedy != Remedy::retry || attempt == attempts) return added.error();
  }
}

ReviewVerdict verdict_of(ReviewStatus conclusion) {
  switch (conclusion) {
    case ReviewStatus::actioned: return ReviewVerdict::right;
    case ReviewStatus::not_care: return ReviewVerdict::not_care;
    case ReviewStatus::duplicate: return ReviewVerdict::duplicate;
    default: return ReviewVerdict::none;
  }
}

Result<void> acknowledge_alerts(Store& store, const std::string& issue, UtcTime now) {
  std::vector<std::string> open_ones;
  const auto read = store.alerts([&](const Alert& alert) {
    if (alert.issue.id == issue && !alert.acknowledged_at) open_ones.push_back(alert.id);
    return true;
  });
  if (!read) return read.error();
  for (const auto& alert : open_ones)
    if (const auto done = store.acknowledge(alert, now); !done) return done.error();
  return {};
}

}  // namespace

Result<ReviewAction> take_step(Store& store, const Issue& issue, ReviewAction step, Rights rights,
                               const BeforeStep& before) {
  const auto at = step.at;
  if (step.step == ReviewStep::moved) step.verdict = verdict_of(step.status);
  if (step.verdict != ReviewVerdict::none) step.concerns = {{issue.theme, issue.severity, {}}};
  auto taken =
      take<IssueReview>(store, subject_of(issue), std::move(step), rights, before,
                        [&](std::vector<ReviewAction> steps) { return issue_review(issue, std::move(steps), at); });
  if (taken && (taken->step == ReviewStep::claimed || taken->step == ReviewStep::moved))
    if (const auto done = acknowledge_alerts(store, issue.id, at); !done) return done.error();
  return taken;
}

Result<ReviewAction> take_step(Store& store, const StoredPost& post, ReviewAction step, Rights rights,
                               const BeforeStep& before) {
  if (step.step == ReviewStep::judged || step.step == ReviewStep::sampled)
    for (const auto& concern : post.assessment.concerns)
      step.concerns.push_back({concern.theme, concern.severity, concern.rule});
  return take<PostReview>(store, subject_of(post), std::move(step), rights, before,
                          [](std::vector<ReviewAction> steps) { return post_review(std::move(steps)); });
}

Result<IssueReview> review_of(const Store& store, const Issue& issue, UtcTime now) {
  auto steps = store.review_of(subject_of(issue));
  if (!steps) return steps.error();
  return issue_review(issue, std::move(*steps), now);
}

Result<PostReview> review_of(const Store& store, const StoredPost& post) {
  auto steps = store.review_of(subject_of(post));
  if (!steps) return steps.error();
  return post_review(std::move(*steps));
}

}  // namespace barometer
