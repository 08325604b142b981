#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "analysis/framework.hpp"

namespace barometer {

// What was meant and what was said of one text.
struct FrameworkVerdict {
  FrameworkSet truth = 0;
  FrameworkSet said = 0;
};

struct FrameworkEvaluation {
  struct Counts {
    std::size_t hit = 0;
    std::size_t false_alarm = 0;
    std::size_t miss = 0;
    double f1() const;
  };
  std::size_t texts = 0;
  std::array<Counts, framework_size> by_label = {};
  double micro_f1 = 0;
  double macro_f1 = 0;      // over the labels that occur
  double micro_f1_low = 0;  // 95 % of bootstrap samples lie between these
  double micro_f1_high = 0;
  double macro_f1_low = 0;
  double macro_f1_high = 0;
};

using FrameworkCounts = std::array<FrameworkEvaluation::Counts, framework_size>;
FrameworkCounts count_framework(std::span<const FrameworkVerdict> verdicts);
double micro_f1(const FrameworkCounts& counts);
double macro_f1(const FrameworkCounts& counts);  // over the labels that occur

// Deterministic: the bootstrap's samples come from `seed`.
FrameworkEvaluation evaluate_framework(std::span<const FrameworkVerdict> verdicts, std::uint64_t seed = 2026);
// A few lines for a person; ends with a line end.
std::string to_text(const FrameworkEvaluation& evaluation);

}  // namespace barometer
