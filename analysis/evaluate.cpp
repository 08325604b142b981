#include "analysis/evaluate.hpp"

#include <algorithm>
#include <iomanip>
#include <random>
#include <sstream>
#include <vector>

namespace barometer {
namespace {

constexpr std::size_t classes = 3;
constexpr std::size_t bootstrap_samples = 1000;

std::size_t said_in_all(const Confusion& confusion, std::size_t c) {
  return confusion[0][c] + confusion[1][c] + confusion[2][c];
}

std::size_t true_in_all(const Confusion& confusion, std::size_t c) {
  return confusion[c][0] + confusion[c][1] + confusion[c][2];
}

double ratio(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

double macro_recall(const Confusion& confusion) {
  double sum = 0;
  std::size_t present = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    const auto all = true_in_all(confusion, c);
    if (all != 0) ++present;
    sum += ratio(confusion[c][c], all);
  }
  return present == 0 ? 0.0 : sum / static_cast<double>(present);
}

double f1(const Confusion& confusion, Sentiment of) {
  const auto c = static_cast<std::size_t>(of);
  return ratio(2 * confusion[c][c], true_in_all(confusion, c) + said_in_all(confusion, c));
}

void count(Confusion& confusion, const Verdict& verdict) {
  ++confusion[static_cast<std::size_t>(verdict.truth)][static_cast<std::size_t>(verdict.said)];
}

void add_interval(Evaluation& evaluation, std::span<const Verdict> verdicts, std::uint64_t seed) {
  std::mt19937_64 dice(seed);  // its numbers are fixed by the standard, those of the distributions are not
  std::vector<double> recalls;
  for (std::size_t sample = 0; sample < bootstrap_samples; ++sample) {
    Confusion drawn = {};
    for (std::size_t i = 0; i < verdicts.size(); ++i) count(drawn, verdicts[dice() % verdicts.size()]);
    recalls.push_back(macro_recall(drawn));
  }
  std::ranges::sort(recalls);
  evaluation.macro_recall_low = recalls[bootstrap_samples * 25 / 1000];
  evaluation.macro_recall_high = recalls[bootstrap_samples * 975 / 1000 - 1];
}

}  // namespace

Evaluation evaluate(std::span<const Verdict> verdicts, std::uint64_t seed) {
  Evaluation evaluation;
  if (verdicts.empty()) return evaluation;
  for (const auto& verdict : verdicts) count(evaluation.confusion, verdict);
  const auto& confusion = evaluation.confusion;
  evaluation.texts = verdicts.size();
  evaluation.macro_recall = macro_recall(confusion);
  evaluation.f1_pn = (f1(confusion, Sentiment::positive) + f1(confusion, Sentiment::negative)) / 2;
  evaluation.accuracy = ratio(confusion[0][0] + confusion[1][1] + confusion[2][2], verdicts.size());
  add_interval(evaluation, verdicts, seed);
  return evaluation;
}

std::string to_text(const Evaluation& evaluation) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(4);
  out << "texts         " << evaluation.texts << '\n'
      << "macro recall  " << evaluation.macro_recall << "  (95 % between " << evaluation.macro_recall_low << " and "
      << evaluation.macro_recall_high << ")\n"
      << "F1-PN         " << evaluation.f1_pn << '\n'
      << "accuracy      " << evaluation.accuracy << "\n\n"
      << "truth \\ said   negative   neutral  positive    recall\n";
  for (std::size_t c = 0; c < classes; ++c) {
    out << std::left << std::setw(12) << name_of(static_cast<Sentiment>(c)) << std::right;
    for (std::size_t said = 0; said < classes; ++said)
      out << std::setw(said == 0 ? 11 : 10) << evaluation.confusion[c][said];
    out << std::setw(10) << ratio(evaluation.confusion[c][c], true_in_all(evaluation.confusion, c)) << '\n';
  }
  return std::move(out).str();
}

}  // namespace barometer
