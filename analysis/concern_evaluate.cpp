#include "analysis/concern_evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <map>
#include <random>
#include <sstream>
#include <vector>

namespace barometer {

namespace {

constexpr std::size_t bootstrap_samples = 1000;
constexpr int flag = 2;
constexpr int high = 3;

using Measure = double (*)(const ConcernEvaluation&);
struct Line {
  const char* name;
  Measure measure;
};
constexpr std::array<Line, 7> lines{{
    {"red flags raised to 3 or above", [](const ConcernEvaluation& e) { return e.red_flags.value(); }},
    {"flag F1 at 2 and above", [](const ConcernEvaluation& e) { return e.flags.f1(); }},
    {"near misses flagged", [](const ConcernEvaluation& e) { return e.near_misses.value(); }},
    {"severity within one", [](const ConcernEvaluation& e) { return e.within_one.value(); }},
    {"severity exact", [](const ConcernEvaluation& e) { return e.exact.value(); }},
    {"themes of care, micro F1", [](const ConcernEvaluation& e) { return e.theme_micro_f1(); }},
    {"themes of care, macro F1", [](const ConcernEvaluation& e) { return e.theme_macro_f1(); }},
}};

void count(ConcernEvaluation::Counts& counts, bool meant, bool said) {
  counts.hit += meant && said;
  counts.false_alarm += !meant && said;
  counts.miss += meant && !said;
}

void count_themes(ConcernEvaluation& e, const ConcernVerdict& verdict) {
  for (const ThemeSet wanted : verdict.truth->wanted) {
    const ThemeSet found = wanted & verdict.themes;
    const auto first = [](ThemeSet set) { return static_cast<std::size_t>(std::countr_zero(set)); };
    if (found != 0)
      ++e.by_theme[first(found)].hit;
    else
      ++e.by_theme[first(wanted)].miss;
  }
  const ThemeSet beyond = verdict.themes & ~verdict.truth->allowed;
  for (std::size_t theme = 0; theme < e.by_theme.size(); ++theme) e.by_theme[theme].false_alarm += beyond >> theme & 1;
}

int distance(const ConcernText& truth, int severity) {
  int least = severities;
  for (int level = 0; level < severities; ++level)
    if ((truth.severities >> level & 1) != 0) least = std::min(least, std::abs(level - severity));
  return least;
}

void count(ConcernEvaluation& e, const ConcernVerdict& verdict) {
  const ConcernText& truth = *verdict.truth;
  const bool raised = verdict.severity >= flag;
  if (truth.elsewhere) {
    ++e.elsewhere.of;
    e.elsewhere.hit += raised;
    return;
  }
  ++e.posts;
  if (truth.red_flag()) {
    ++e.red_flags.of;
    e.red_flags.hit += verdict.severity >= high;
  }
  if (truth.least() >= flag || truth.most() < flag) count(e.flags, truth.least() >= flag, raised);
  if (truth.near_miss && truth.most() < flag) {
    ++e.near_misses.of;
    e.near_misses.hit += raised;
  }
  e.within_one.hit += distance(truth, verdict.severity) <= 1;
  ++e.within_one.of;
  e.exact.hit += distance(truth, verdict.severity) == 0;
  ++e.exact.of;
  count_themes(e, verdict);
}

}  // namespace

ThemeSet themes_of(std::span<const Concern> concerns) {
  ThemeSet set = 0;
  for (const Concern& concern : concerns) set |= bit_of(concern.theme);
  return set;
}

double ConcernEvaluation::Counts::f1() const {
  const std::size_t whole = 2 * hit + false_alarm + miss;
  return whole == 0 ? 0 : 2 * static_cast<double>(hit) / static_cast<double>(whole);
}

double ConcernEvaluation::theme_micro_f1() const {
  Counts all;
  for (const ThemeInfo& theme : themes()) {
    if (!theme.care) continue;
    const Counts& one = by_theme[static_cast<std::size_t>(theme.theme)];
    all.hit += one.hit;
    all.false_alarm += one.false_alarm;
    all.miss += one.miss;
  }
  return all.f1();
}

double ConcernEvaluation::theme_macro_f1() const {
  double sum = 0;
  std::size_t present = 0;
  for (const ThemeInfo& theme : themes()) {
    const Counts& one = by_theme[static_cast<std::size_t>(theme.theme)];
    if (!theme.care || one.hit + one.miss == 0) continue;
    ++present;
    sum += one.f1();
  }
  return present == 0 ? 0 : sum / static_cast<double>(present);
}

std::string rules_to_text(std::span<const ConcernVerdict> verdicts) {
  std::map<std::string, ConcernEvaluation::Share> by_rule;
  for (const ConcernVerdict& verdict : verdicts)
    for (const Concern& concern : verdict.concerns) {
      ConcernEvaluation::Share& share = by_rule[concern.rule];
      ++share.of;
      share.hit += (verdict.truth->allowed & bit_of(concern.theme)) != 0;
    }
  std::ostringstream out;
  out << std::fixed << std::setprecision(2) << "rule                                right  wrong  precision\n";
  for (const auto& [rule, share] : by_rule)
    out << std::left << std::setw(34) << rule << std::right << std::setw(7) << share.hit << std::setw(7)
        << share.of - share.hit << std::setw(11) << share.value() << '\n';
  return std::move(out).str();
}

ConcernEvaluation evaluate_concerns(std::span<const ConcernVerdict> verdicts) {
  ConcernEvaluation evaluation;
  for (const ConcernVerdict& verdict : verdicts) count(evaluation, verdict);
  return evaluation;
}

std::string to_text(std::span<const ConcernVerdict> verdicts, std::uint64_t seed) {
  std::ostringstream out;
  if (verdicts.empty()) return "no posts\n";
  const ConcernEvaluation whole = evaluate_concerns(verdicts);
  std::array<std::vector<double>, lines.size()> samples;
  std::mt19937_64 dice(seed);  // its numbers are fixed by the standard, those of the distributions are not
  for (std::size_t sample = 0; sample < bootstrap_samples; ++sample) {
    ConcernEvaluation drawn;
    for (std::size_t i = 0; i < verdicts.size(); ++i) count(drawn, verdicts[dice() % verdicts.size()]);
    for (std::size_t i = 0; i < lines.size(); ++i) samples[i].push_back(lines[i].measure(drawn));
  }
  out << std::fixed << std::setprecision(3) << "posts " << whole.posts << ", red flags " << whole.red_flags.of
      << ", near misses " << whole.near_misses.of << '\n';
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::ranges::sort(samples[i]);
    out << std::left << std::setw(32) << lines[i].name << std::right << lines[i].measure(whole) << "  (95 % between "
        << samples[i][bootstrap_samples * 25 / 1000] << " and " << samples[i][bootstrap_samples * 975 / 1000 - 1]
        << ")\n";
  }
  out << "\ntheme                    hit  false alarm   miss      F1\n";
  for (const ThemeInfo& theme : themes()) {
    const auto& counts = whole.by_theme[static_cast<std::size_t>(theme.theme)];
    if (counts.hit + counts.false_alarm + counts.miss == 0) continue;
    out << std::left << std::setw(20) << theme.id << std::right << std::setw(8) << counts.hit << std::setw(13)
        << counts.false_alarm << std::setw(7) << counts.miss << std::setw(8) << counts.f1() << '\n';
  }
  return std::move(out).str();
}

}  // namespace barometer
