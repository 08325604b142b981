#include "analysis/evaluate.hpp"

#include <algorithm>
#include <iomanip>
#include <numeric>
#include <random>
#include <sstream>

namespace barometer {
namespace {

constexpr std::size_t bootstrap_samples = 1000;

double ratio(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::size_t true_in_all(const Confusion& confusion, std::size_t c) {
  return std::accumulate(confusion[c].begin(), confusion[c].end(), std::size_t{0});
}

std::size_t said_in_all(const Confusion& confusion, std::size_t c) {
  std::size_t sum = 0;
  for (const auto& row : confusion) sum += row[c];
  return sum;
}

// The mean over the classes that occur.
double macro(const Confusion& confusion, double (*of)(const Confusion&, std::size_t)) {
  double sum = 0;
  double present = 0;
  for (std::size_t c = 0; c < confusion.size(); ++c) {
    if (true_in_all(confusion, c) == 0) continue;
    sum += of(confusion, c);
    present += 1;
  }
  return present == 0 ? 0 : sum / present;
}

Confusion nothing_yet(std::size_t classes) { return Confusion(classes, std::vector<std::size_t>(classes)); }

// Sets where the middle 95 % of the samples lie.
void bound(Measure& measure, std::vector<double>& samples) {
  std::ranges::sort(samples);
  measure.low = samples[bootstrap_samples * 25 / 1000];
  measure.high = samples[bootstrap_samples * 975 / 1000 - 1];
}

void add_intervals(Evaluation& evaluation, std::span<const Verdict> verdicts, std::uint64_t seed) {
  std::mt19937_64 dice(seed);  // its numbers are fixed by the standard, those of the distributions are not
  std::vector<double> recalls;
  std::vector<double> f1s;
  for (std::size_t sample = 0; sample < bootstrap_samples; ++sample) {
    auto drawn = nothing_yet(evaluation.classes.size());
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      const auto& verdict = verdicts[dice() % verdicts.size()];
      ++drawn[verdict.truth][verdict.said];
    }
    recalls.push_back(macro(drawn, recall_of));
    f1s.push_back(macro(drawn, f1_of));
  }
  bound(evaluation.macro_recall, recalls);
  bound(evaluation.macro_f1, f1s);
}

std::ostream& operator<<(std::ostream& out, const Measure& measure) {
  return out << measure.value << "  (95 % between " << measure.low << " and " << measure.high << ")\n";
}

}  // namespace

double recall_of(const Confusion& confusion, std::size_t c) {
  return ratio(confusion[c][c], true_in_all(confusion, c));
}

double f1_of(const Confusion& confusion, std::size_t c) {
  return ratio(2 * confusion[c][c], true_in_all(confusion, c) + said_in_all(confusion, c));
}

Evaluation evaluate(std::span<const Verdict> verdicts, std::span<const std::string_view> classes, std::uint64_t seed) {
  Evaluation evaluation{.classes = {classes.begin(), classes.end()}, .confusion = nothing_yet(classes.size())};
  if (verdicts.empty()) return evaluation;
  std::size_t right = 0;
  for (const auto& verdict : verdicts) {
    ++evaluation.confusion[verdict.truth][verdict.said];
    right += verdict.truth == verdict.said ? 1 : 0;
  }
  evaluation.texts = verdicts.size();
  evaluation.macro_recall.value = macro(evaluation.confusion, recall_of);
  evaluation.macro_f1.value = macro(evaluation.confusion, f1_of);
  evaluation.accuracy = ratio(right, verdicts.size());
  add_intervals(evaluation, verdicts, seed);
  return evaluation;
}

std::string to_text(const Evaluation& evaluation) {
  constexpr int column = 14;
  std::ostringstream out;
  out << std::fixed << std::setprecision(4);
  out << "texts         " << evaluation.texts << "\nmacro recall  " << evaluation.macro_recall << "macro F1      "
      << evaluation.macro_f1 << "accuracy      " << evaluation.accuracy << "\n\n"
      << std::left << std::setw(column) << "truth \\ said" << std::right;
  for (const auto name : evaluation.classes) out << std::setw(column) << name;
  out << std::setw(column) << "recall" << std::setw(column) << "F1" << '\n';
  for (std::size_t c = 0; c < evaluation.classes.size(); ++c) {
    out << std::left << std::setw(column) << evaluation.classes[c] << std::right;
    for (const auto count : evaluation.confusion[c]) out << std::setw(column) << count;
    out << std::setw(column) << recall_of(evaluation.confusion, c) << std::setw(column)
        << f1_of(evaluation.confusion, c) << '\n';
  }
  return std::move(out).str();
}

}  // namespace barometer
