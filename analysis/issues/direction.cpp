#include "analysis/issues/direction.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/issues/surprise.hpp"

namespace barometer {

namespace {

constexpr std::array windows = {14, 28};  // days: whole weeks, since weekends have a mood of their own
constexpr int least_past = 28;            // days
constexpr int least_past_posts = 60;
constexpr int least_posts = 20;
constexpr int least_negative = 8;
constexpr double certain_at_most = 100;  // posts
constexpr double least_odds = 2;         // how many times the odds of before: less is no turn, however sure

struct Beta {
  double a = 0.5;
  double b = 0.5;
};

Beta learnt(int negative, int all) {
  const double weight = std::min(1.0, certain_at_most / std::max(all, 1));
  return {0.5 + weight * negative, 0.5 + weight * (all - negative)};
}

double log_beta(double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); }

double log_choose(int n, int k) { return -log_beta(n - k + 1, k + 1) - std::log(n + 1); }

// Of exactly k of n, beta-binomial.
double log_chance(int k, int n, const Beta& past) {
  return log_choose(n, k) + log_beta(k + past.a, n - k + past.b) - log_beta(past.a, past.b);
}

// That a binomial number of n is at most k.
double at_most(int k, int n, double share) {
  double sum = 0;
  for (int i = 0; i <= k; ++i) sum += std::exp(log_choose(n, i) + i * std::log(share) + (n - i) * std::log1p(-share));
  return std::min(sum, 1.0);
}

}  // namespace

double surprise_of_share(int negative, int all, int past_negative, int past_all) {
  const Beta past = learnt(past_negative, past_all);
  const double usual = past.a / (past.a + past.b);
  // The share uniform above the usual: P(Beta(k + 1, n - k + 1) > usual) / (n + 1), over the length of that.
  const double turned =
      std::log(std::max(at_most(negative, all + 1, usual), 1e-300)) - std::log(all + 1.0) - std::log1p(-usual);
  return turned - log_chance(negative, all, past);
}

double chance_of_share(int negative, int all, int past_negative, int past_all) {
  const Beta past = learnt(past_negative, past_all);
  double sum = 0;
  for (int k = negative; k <= all; ++k) sum += std::exp(log_chance(k, all, past));
  return std::min(sum, 1.0);
}

ToneDay Tones::count(const Place& place, int day, Tone tone) {
  Days& days = days_[place];
  days.erase(days.begin(), days.lower_bound(day - counted));
  Count& count = days[day];
  ++count.all;
  if (tone == Tone::negative) ++count.negative;
  return {place.first, place.second, day, count.negative, count.all};
}

void Tones::restore(const ToneDay& day) { days_[{day.place, day.tag}][day.day] = {day.negative, day.all}; }

Tones::Count Tones::within(const Days& days, int from, int to) {
  Count sum;
  for (auto day = days.lower_bound(from); day != days.end() && day->first < to; ++day) {
    sum.negative += day->second.negative;
    sum.all += day->second.all;
  }
  return sum;
}

std::optional<Evidence> Tones::turned(const Place& place, int today) const {
  const auto found = days_.find(place);
  if (found == days_.end()) return std::nullopt;
  const Days& days = found->second;
  std::array<double, windows.size()> surprises{};
  std::size_t tried = 0;
  Evidence best;
  for (const int length : windows) {
    const int from = today - length;
    const auto [negative, all] = within(days, from, today);
    const auto [past_negative, past_all] = within(days, today - counted, from);
    const bool enough = all >= least_posts && negative >= least_negative && past_all >= least_past_posts &&
                        from - days.begin()->first >= least_past;
    if (!enough) continue;
    const double odds = (negative + 0.5) / (all - negative + 0.5);
    const double usual_odds = (past_negative + 0.5) / (past_all - past_negative + 0.5);
    if (odds < least_odds * usual_odds) continue;
    surprises[tried++] = surprise_of_share(negative, all, past_negative, past_all);
    if (tried > 1 && surprises[tried - 1] <= best.surprise) continue;
    best = {.voices = negative,
            .expected = static_cast<double>(all) * past_negative / past_all,
            .window = std::chrono::days{length},
            .chance = chance_of_share(negative, all, past_negative, past_all),
            .surprise = surprises[tried - 1],
            .heard = all};
  }
  if (tried == 0) return std::nullopt;
  best.surprise = log_mean({surprises.data(), tried}, windows.size());
  return best;
}

}  // namespace barometer
