#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "analysis/assessment.hpp"

namespace barometer {

// What a person said of a text, and what the model says.
struct Verdict {
  Sentiment truth = Sentiment::neutral;
  Sentiment said = Sentiment::neutral;
};

// Rows are the truth, columns what was said, by the numbers of Sentiment.
using Confusion = std::array<std::array<std::size_t, 3>, 3>;

// The measures of SemEval-2017 task 4 A (Rosenthal, Farra and Nakov, 2017).
struct Evaluation {
  Confusion confusion = {};
  std::size_t texts = 0;
  double macro_recall = 0;      // mean recall of the classes that occur
  double macro_recall_low = 0;  // 95 % of bootstrap samples lie between these
  double macro_recall_high = 0;
  double f1_pn = 0;  // mean F1 of positive and negative
  double accuracy = 0;
};

// Deterministic: the bootstrap's samples come from `seed`. All zero when there are no verdicts.
Evaluation evaluate(std::span<const Verdict> verdicts, std::uint64_t seed = 2026);

// A few lines for a person; ends with a line end.
std::string to_text(const Evaluation& evaluation);

}  // namespace barometer
