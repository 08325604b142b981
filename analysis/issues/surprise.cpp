#include "analysis/issues/surprise.hpp"

#include <algorithm>
#include <cmath>

namespace barometer {

Rate learnt(double usual, double worth, double people, double days, double at_most) {
  Rate rate{worth + people, worth / usual + days};
  if (rate.seen > at_most) {
    rate.days *= at_most / rate.seen;
    rate.seen = at_most;
  }
  return rate;
}

Signs::Signs(const Severities& usual, const Severities& begun) {
  constexpr double least_share = 0.2;  // a severity that was hardly ever heard is no proof: it may be misread
  for (std::size_t t = 0; t < times.size(); ++t)
    for (std::size_t s = 0; s < usual.size(); ++s)
      weight_[t][s] = std::log1p((times[t] - 1) * begun[s] / std::max(usual[s], least_share));
}

double Signs::surprise(const Rate& rate, double days) const {
  const int all = people();
  std::array<double, times.size()> logs{};
  for (std::size_t t = 0; t < times.size(); ++t) {
    logs[t] = (rate.seen + all) * std::log((rate.days + days) / (rate.days + times[t] * days));
    for (std::size_t s = 0; s < people_of_.size(); ++s) logs[t] += people_of_[s] * weight_[t][s];
  }
  return log_mean(logs, logs.size());
}

double log_mean(std::span<const double> logs, std::size_t of) {
  const double most = *std::max_element(logs.begin(), logs.end());
  double sum = 0;
  for (const double one : logs) sum += std::exp(one - most);
  return most + std::log(sum / static_cast<double>(of));
}

double chance_of(int people, const Rate& rate, double days) {
  const double stay = rate.days / (rate.days + days);
  double term = std::pow(stay, rate.seen);  // of exactly k people: negative binomial
  double fewer = 0;
  int k = 0;
  for (; k < people; ++k) {
    fewer += term;
    term *= (rate.seen + k) / (k + 1) * (1 - stay);
  }
  if (fewer < 0.999) return std::max(0.0, 1 - fewer);
  double tail = 0;  // itself, where one minus almost one would be noise
  for (; k < people + 1000 && term > tail * 1e-12; ++k) {
    tail += term;
    term *= (rate.seen + k) / (k + 1) * (1 - stay);
  }
  return tail;
}

}  // namespace barometer
