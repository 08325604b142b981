#pragma once

#include <functional>

#include "daemon/review/review_state.hpp"
#include "storage/store.hpp"

namespace barometer {

// Before a step is kept: what must be noted elsewhere. If it fails, the step is not taken.
using BeforeStep = std::function<Result<void>()>;

// Takes a step if nothing is to be said against it (objection()), and gives what was kept. What people wrote is masked like a post. To
// claim an issue or to move it says to whom it was mailed that somebody deals with it: their alerts count as acknowledged. Any thread.
// skip, wait: see objection(). retry: others were quicker again and again.
Result<ReviewAction> take_step(Store& store, const Issue& issue, ReviewAction step, Rights rights,
                               const BeforeStep& before = {});
// A verdict keeps what was said of the post at this moment; what an issue comes to is a verdict on its theme.
Result<ReviewAction> take_step(Store& store, const StoredPost& post, ReviewAction step, Rights rights,
                               const BeforeStep& before = {});

// What people did with it until now.
Result<IssueReview> review_of(const Store& store, const Issue& issue, UtcTime now);
Result<PostReview> review_of(const Store& store, const StoredPost& post);
inline ReviewSubject subject_of(const Issue& issue) { return {.issue = issue.id}; }
inline ReviewSubject subject_of(const StoredPost& post) { return {.post = post.hash}; }

}  // namespace barometer
