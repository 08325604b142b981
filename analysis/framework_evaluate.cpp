#include "analysis/framework_evaluate.hpp"

#include <algorithm>
#include <iomanip>
#include <random>
#include <sstream>
#include <vector>

namespace barometer {
namespace {

constexpr std::size_t bootstrap_samples = 1000;

void count(FrameworkCounts& counts, const FrameworkVerdict& verdict) {
  for (std::size_t label = 0; label < framework_size; ++label) {
    const bool meant = (verdict.truth >> label & 1) != 0;
    const bool said = (verdict.said >> label & 1) != 0;
    counts[label].hit += meant && said;
    counts[label].false_alarm += !meant && said;
    counts[label].miss += meant && !said;
  }
}

struct Interval {
  double low = 0;
  double high = 0;
};

Interval middle_95(std::vector<double>& samples) {
  std::ranges::sort(samples);
  return {samples[samples.size() * 25 / 1000], samples[samples.size() * 975 / 1000 - 1]};
}

}  // namespace

double FrameworkEvaluation::Counts::f1() const {
  const std::size_t whole = 2 * hit + false_alarm + miss;
  return whole == 0 ? 0 : 2 * static_cast<double>(hit) / static_cast<double>(whole);
}

FrameworkCounts count_framework(std::span<const FrameworkVerdict> verdicts) {
  FrameworkCounts counts = {};
  for (const auto& verdict : verdicts) count(counts, verdict);
  return counts;
}

double micro_f1(const FrameworkCounts& counts) {
  FrameworkEvaluation::Counts all;
  for (const auto& one : counts) {
    all.hit += one.hit;
    all.false_alarm += one.false_alarm;
    all.miss += one.miss;
  }
  return all.f1();
}

double macro_f1(const FrameworkCounts& counts) {
  double sum = 0;
  std::size_t present = 0;
  for (const auto& one : counts) {
    if (one.hit + one.miss == 0) continue;
    ++present;
    sum += one.f1();
  }
  return present == 0 ? 0 : sum / static_cast<double>(present);
}

FrameworkEvaluation evaluate_framework(std::span<const FrameworkVerdict> verdicts, std::uint64_t seed) {
  FrameworkEvaluation evaluation;
  if (verdicts.empty()) return evaluation;
  evaluation.by_label = count_framework(verdicts);
  evaluation.texts = verdicts.size();
  evaluation.micro_f1 = micro_f1(evaluation.by_label);
  evaluation.macro_f1 = macro_f1(evaluation.by_label);
  std::mt19937_64 dice(seed);  // its numbers are fixed by the standard, those of the distributions are not
  std::vector<double> micro;
  std::vector<double> macro;
  for (std::size_t sample = 0; sample < bootstrap_samples; ++sample) {
    FrameworkCounts drawn = {};
    for (std::size_t i = 0; i < verdicts.size(); ++i) count(drawn, verdicts[dice() % verdicts.size()]);
    micro.push_back(micro_f1(drawn));
    macro.push_back(macro_f1(drawn));
  }
  const Interval of_micro = middle_95(micro);
  const Interval of_macro = middle_95(macro);
  evaluation.micro_f1_low = of_micro.low;
  evaluation.micro_f1_high = of_micro.high;
  evaluation.macro_f1_low = of_macro.low;
  evaluation.macro_f1_high = of_macro.high;
  return evaluation;
}

std::string to_text(const FrameworkEvaluation& evaluation) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(4);
  out << "texts     " << evaluation.texts << '\n'
      << "micro F1  " << evaluation.micro_f1 << "  (95 % between " << evaluation.micro_f1_low << " and "
      << evaluation.micro_f1_high << ")\n"
      << "macro F1  " << evaluation.macro_f1 << "  (95 % between " << evaluation.macro_f1_low << " and "
      << evaluation.macro_f1_high << ")\n\n"
      << "label                    hit  false alarm   miss      F1\n";
  for (std::size_t label = 0; label < framework_size; ++label) {
    const auto& counts = evaluation.by_label[label];
    out << std::left << std::setw(20) << framework()[label].id << std::right << std::setw(8) << counts.hit
        << std::setw(13) << counts.false_alarm << std::setw(7) << counts.miss << std::setw(8) << std::setprecision(3)
        << counts.f1() << '\n';
  }
  return std::move(out).str();
}

}  // namespace barometer
