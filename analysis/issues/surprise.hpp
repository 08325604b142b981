#pragma once

#include <array>
#include <cstddef>
#include <numeric>
#include <span>

#include "analysis/taxonomy.hpp"

namespace barometer {

// How much better "something has begun there" explains what was heard within some days than "all is as usual" does.
//
// The usual rate of a key (a theme at a place) is not known but learnt: a gamma distribution, begun from what is usual for the
// theme and the place, then told how many people spoke in how many days. Had something begun, further people would speak, at
// `times - 1` times the usual rate, and more gravely than people usually do. Both explanations are exact at small numbers; their
// ratio is a Bayes factor with a closed form (Gelman and others, Bayesian Data Analysis, section 2.6, for the gamma-Poisson
// pair; Kulldorff 1997 for the ratio as a scan statistic over windows). Its logarithm is what is compared with a threshold.

struct Rate {
  double seen = 1;  // shape of the gamma distribution: people heard, and those that the prior is worth
  double days = 1;  // its rate: the days in which they were heard
  double a_day() const { return seen / days; }
};

// `usual` people a day elsewhere, worth as much as having heard `worth` people here; then `people` in `days` here. Never as certain
// as more than `at_most` people would make one: rates drift.
Rate learnt(double usual, double worth, double people, double days, double at_most);

// Shares of severities 0 .. 4 among people who speak of a concern.
using Severities = std::array<double, severities>;

// Of people heard: how many times likelier their severities are where something has begun, added up for each strength.
class Signs {
 public:
  static constexpr std::array<double, 3> times = {3, 5, 8};  // strengths that are tried

  Signs(const Severities& usual, const Severities& begun);
  void add(int severity) { ++people_of_[static_cast<std::size_t>(severity)]; }
  void remove(int severity) { --people_of_[static_cast<std::size_t>(severity)]; }
  int people() const { return std::accumulate(people_of_.begin(), people_of_.end(), 0); }
  // Natural logarithm of the Bayes factor for these people within `days`, the rate before them being `rate`.
  double surprise(const Rate& rate, double days) const;

 private:
  std::array<Severities, times.size()> weight_ = {};  // of one more person of that severity, by strength
  std::array<int, severities> people_of_ = {};        // by severity
};

// Natural logarithm of the mean of exp(x): the surprises of several windows, any of which could be the right one.
double log_mean(std::span<const double> logs, std::size_t of);

// How likely so many or more people are within `days`, were all as usual: for people to read.
double chance_of(int people, const Rate& rate, double days);

}  // namespace barometer
