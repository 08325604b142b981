#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace barometer {

// What a person said of a text, and what the model says: numbers of classes.
struct Verdict {
  std::size_t truth = 0;
  std::size_t said = 0;
};

// The classes of each task that sorts texts into one class each, by number.
inline constexpr std::array<std::string_view, 3> sentiment_classes = {"negative", "neutral", "positive"};
inline constexpr std::array<std::string_view, 5> level_classes = {"very positive", "positive", "neutral", "negative",
                                                                  "very negative"};
inline constexpr std::array<std::string_view, 7> voice_classes = {"unknown", "patient",    "carer",       "staff",
                                                                  "press",   "politician", "organisation"};
inline constexpr std::array<std::string_view, 2> abuse_classes = {"not abusive", "abusive"};

// A measure, and between what 95 % of bootstrap samples lie.
struct Measure {
  double value = 0;
  double low = 0;
  double high = 0;
};

// Rows are the truth, columns what was said.
using Confusion = std::vector<std::vector<std::size_t>>;

double recall_of(const Confusion& confusion, std::size_t c);
double f1_of(const Confusion& confusion, std::size_t c);

// The measures of SemEval-2017 task 4 A (Rosenthal, Farra and Nakov, 2017) and of OffensEval (Zampieri et al., 2019).
struct Evaluation {
  std::vector<std::string_view> classes = {};
  Confusion confusion = {};
  std::size_t texts = 0;
  Measure macro_recall = {};  // mean recall of the classes that occur
  Measure macro_f1 = {};      // mean F1 of the classes that occur
  double accuracy = 0;
};

// Deterministic: the bootstrap's samples come from `seed`. All zero when there are no verdicts.
Evaluation evaluate(std::span<const Verdict> verdicts, std::span<const std::string_view> classes,
                    std::uint64_t seed = 2026);

// A few lines for a person; ends with a line end.
std::string to_text(const Evaluation& evaluation);

}  // namespace barometer
