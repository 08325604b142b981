#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "analysis/assessment.hpp"
#include "analysis/concern_text.hpp"

namespace barometer {

// What was said of one post whose truth is known.
struct ConcernVerdict {
  const ConcernText* truth = nullptr;
  int severity = 0;
  ThemeSet themes = 0;
  std::vector<Concern> concerns = {};  // what raised it
};

ThemeSet themes_of(std::span<const Concern> concerns);

// The measures of the taxonomy. A post whose right severities lie on both sides of a level does not count at that level.
struct ConcernEvaluation {
  struct Share {
    std::size_t hit = 0;
    std::size_t of = 0;
    double value() const { return of == 0 ? 0 : static_cast<double>(hit) / static_cast<double>(of); }
  };
  struct Counts {
    std::size_t hit = 0;
    std::size_t false_alarm = 0;
    std::size_t miss = 0;
    double f1() const;
  };
  std::size_t posts = 0;
  Share red_flags = {};    // severity 4 and no less, raised to 3 or 4
  Counts flags = {};       // severity 2 and above
  Share near_misses = {};  // flagged though only like a concern
  Share elsewhere = {};    // posts of anything, flagged
  Share within_one = {};   // severity right or one off
  Share exact = {};
  std::array<Counts, 64> by_theme = {};  // by the theme's number

  double theme_micro_f1() const;  // of the themes of care
  double theme_macro_f1() const;  // of those that occur
};

ConcernEvaluation evaluate_concerns(std::span<const ConcernVerdict> verdicts);

// Of each rule, and of the learned part: how often it raised a theme that the post has, and one that it has not. Precision is the
// share of the former. Ends with a line end.
std::string rules_to_text(std::span<const ConcernVerdict> verdicts);

// With 95 % of the bootstrap's samples; deterministic, its samples come from `seed`. Ends with a line end.
std::string to_text(std::span<const ConcernVerdict> verdicts, std::uint64_t seed = 2026);

}  // namespace barometer
