#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/framework_model.hpp"
#include "connectors/result.hpp"

namespace barometer {

// A patient's comment that a person has labelled.
struct FrameworkText {
  FrameworkSet labels = 0;
  std::string text = {};
};

// Tab-separated lines without header: labels (commas between) <tab> … <tab> text; columns in between are ignored. An unknown
// label, or none, is a failure (ask_operator) that says "file_name:line: what is wrong".
Result<std::vector<FrameworkText>> parse_framework_tsv(std::string_view bytes, std::string_view file_name);

struct FrameworkTraining {
  double cost = 0.7;  // C: how much a wrong example weighs against the size of the weights
  double tolerance = 0.01;
  int rounds = 40;        // at most, over all texts
  std::size_t folds = 5;  // for thresholds on texts that were not learnt from
  std::uint64_t seed = 2026;
  std::string version = "2026.3";
};

// One linear support vector machine a label, with squared hinge loss, by dual coordinate descent (Hsieh et al., "A Dual Coordinate
// Descent Method for Large-scale Linear SVM", 2008, algorithm 1). N-grams weigh by how rare they are (log inverse document
// frequency), which is folded into their weights. Thresholds are chosen on out-of-fold scores: first the one for all labels that is
// best for micro F1, then label by label what is best for micro F1 + macro F1. Then quantised. Pure and on one thread: the same
// texts and options give the same bytes.
FrameworkModel train_framework(std::span<const FrameworkText> texts, const FrameworkTraining& options);

}  // namespace barometer
