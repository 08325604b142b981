#include "analysis/issues/background.hpp"

#include <algorithm>
#include <numeric>

namespace barometer {

namespace {

constexpr double supposed = 3;  // people, of each theme and at each place, before any was heard
constexpr double supposed_of_all = 10 * supposed;
constexpr double least_usual = 0.003;                     // a day: no key is so quiet that two people alone surprise it
constexpr Severities usual_anywhere = {0, 3, 3, 2, 0.2};  // until some were heard
constexpr double supposed_of_weekday = 30;                // people: one day of the week is like another
constexpr double severities_worth = 20;  // posts: how far a theme's severities differ from those of all themes

// Monday is 0.
std::size_t weekday_of(int day) {
  return (std::chrono::weekday{std::chrono::sys_days{std::chrono::days{day}}}.iso_encoding() - 1U);
}

}  // namespace

void Background::spoke(Theme theme, const Place& place, int day, int people) {
  of_theme_[theme].add(day, people);
  of_place_[place].add(day, people);
  of_all_.add(day, people);
  of_weekday_[weekday_of(day)] += people;
}

void Background::said(Theme theme, const std::string& source, int severity, int posts) {
  severities_[static_cast<std::size_t>(severity)] += posts;
  severities_of_theme_[theme][static_cast<std::size_t>(severity)] += posts;
  of_source_[source] += posts;
  posts_ += posts;
}

void Background::Blindness::begin_anew(UtcTime since, const std::vector<BlindSpell>& spells) {
  while (!spells_.empty() && spells_.back().first.from >= since) spells_.pop_back();
  for (const BlindSpell& spell : spells) {
    const auto before = spells_.empty() ? UtcTime::duration{0} : until(spell.from);
    spells_.emplace_back(spell, before);
  }
}

UtcTime::duration Background::Blindness::until(UtcTime when) const {
  const auto next = std::upper_bound(spells_.begin(), spells_.end(), when,
                                     [](UtcTime time, const auto& spell) { return time < spell.first.from; });
  if (next == spells_.begin()) return UtcTime::duration{0};
  const auto& [spell, before] = *std::prev(next);
  return before + std::min(when, spell.to.value_or(when)) - spell.from;
}

void Background::blind(const std::string& source, UtcTime since, const std::vector<BlindSpell>& spells) {
  blind_[source].begin_anew(since, spells);
}

double Background::usual(Theme theme, const Place& place, int before, double listened) const {
  const int all = of_all_.until(before);
  const auto of_theme = of_theme_.find(theme);
  const auto of_place = of_place_.find(place);
  if (all == 0 || of_theme == of_theme_.end() || of_place == of_place_.end()) return least_usual;
  const double product = (of_theme->second.until(before) + supposed) * (of_place->second.until(before) + supposed);
  return std::max(product / (all + supposed_of_all) / listened, least_usual);
}

double Background::days_of_week(UtcTime from, UtcTime to) const {
  using std::chrono::days;
  const double mean = std::accumulate(of_weekday_.begin(), of_weekday_.end(), 0.0) / 7 + supposed_of_weekday;
  const auto whole_weeks = std::chrono::floor<std::chrono::weeks>(to - from);
  double sum = static_cast<double>(days{whole_weeks}.count());
  for (UtcTime at = from + whole_weeks; at < to;) {
    const UtcTime next = std::min<UtcTime>(std::chrono::floor<days>(at) + days{1}, to);
    const double worth = (of_weekday_[weekday_of(day_of(at))] + supposed_of_weekday) / mean;
    sum += worth * std::chrono::duration<double, days::period>(next - at).count();
    at = next;
  }
  return sum;
}

Severities Background::severities_of(Theme theme) const {
  Severities shares = usual_anywhere;
  for (std::size_t i = 0; i < shares.size(); ++i) shares[i] += severities_[i];
  const double all = std::accumulate(shares.begin(), shares.end(), 0.0);
  const auto found = severities_of_theme_.find(theme);
  const Counts own = found == severities_of_theme_.end() ? Counts{} : found->second;
  const double heard = std::accumulate(own.begin(), own.end(), 0.0);
  for (std::size_t i = 0; i < shares.size(); ++i)
    shares[i] = (own[i] + severities_worth * shares[i] / all) / (heard + severities_worth);
  return shares;
}

double Background::lost_days(UtcTime from, UtcTime to) const {
  double lost = 0;
  for (const auto& [source, blindness] : blind_) {
    const auto posts = of_source_.find(source);
    if (posts == of_source_.end() || posts_ == 0) continue;
    const auto blind = blindness.until(to) - blindness.until(from);
    lost += std::chrono::duration<double, std::chrono::days::period>(blind).count() * posts->second / posts_;
  }
  return lost;
}

std::chrono::hours Background::longest_blind(UtcTime from, UtcTime to) const {
  UtcTime::duration longest{0};
  for (const auto& [source, blindness] : blind_)
    longest = std::max(longest, blindness.until(to) - blindness.until(from));
  return std::chrono::duration_cast<std::chrono::hours>(longest);
}

}  // namespace barometer
