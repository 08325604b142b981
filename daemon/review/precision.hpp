#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>

#include "connectors/result.hpp"
#include "storage/store.hpp"

namespace barometer {

// Of what people judged: how many were right.
struct Precision {
  int right = 0;
  int judged = 0;

  double share() const { return judged == 0 ? 0 : static_cast<double>(right) / judged; }
};

// Where the true share lies, with so many seen: Wilson's score interval at 95 % (E. B. Wilson, "Probable inference, the law of
// succession, and statistical inference", 1927), which is right at small numbers too. [0, 1] when none was seen.
struct Interval95 {
  double low = 0;
  double high = 1;
};
Interval95 wilson(int right, int judged);

// What people's verdicts of a time say. A post that several people judged counts once for each, by their last verdict. Right, or of another
// severity: right; wrong, or not about care: wrong; a duplicate says nothing of how it was read. An issue counts by what it came to.
struct ReviewFigures {
  std::map<std::string, Precision> rules = {};   // by the id of the rule that carried a concern of the post
  std::map<std::string, Precision> themes = {};  // by the theme of a concern of the post
  std::map<std::string, Precision> issues = {};  // by kind: "burst"
  Precision sample = {};  // of unflagged posts: `right` are those that were rightly so; the rest were missed
};
// What pages and commands tell of: long enough to have verdicts, short enough to be about what is running.
inline constexpr std::chrono::days review_span{90};
// Of steps taken in [from, to). Reads all reviews; any thread.
Result<ReviewFigures> review_figures(const Store& store, UtcTime from, UtcTime to);

// As rows: ("rule", its id, …), ("theme", …), ("issue", …), and ("sample", "unflagged", …).
void each_row(const ReviewFigures& figures,
              const std::function<void(const std::string& what, const std::string& name, const Precision&)>& each);

// Of the last ten issues of this kind and theme that were concluded; of the kind alone if there are fewer than `few` of these.
inline constexpr int few_judged = 3;
Result<Precision> recent_precision(const Store& store, IssueKind kind, Theme theme);

}  // namespace barometer
