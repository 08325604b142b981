#include "connectors/pace.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace barometer {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// The longest that another side's word keeps us away: a wrong header must not silence a source.
constexpr milliseconds longest_asked = 24h;
// From so few requests left on, those left are spread; with more there is no hurry.
constexpr std::int64_t few_left = 30;
// Up to 2^20 times `every` the doubling cannot overflow, and any ceiling is reached.
constexpr int most_doublings = 20;
constexpr int spread = 10;  // a tenth

// Zero when the moment is past or absent.
milliseconds until(std::optional<UtcTime> moment, UtcTime now) {
  if (!moment || *moment <= now) return 0ms;
  return *moment >= now + longest_asked ? longest_asked : *moment - now;
}

milliseconds part_of(milliseconds whole, double share) {
  return milliseconds{static_cast<milliseconds::rep>(static_cast<double>(whole.count()) * share)};
}

// From nine tenths to eleven tenths.
milliseconds around(milliseconds wait, double chance) { return wait + part_of(wait / spread, 2 * chance - 1); }

// A moment to keep away until, and a little more by chance; `every` bounds the little.
milliseconds beyond(milliseconds asked, milliseconds every, double chance) {
  return asked + part_of(std::min(asked, every) / spread, chance);
}

// What is left of a limit, spread over what is left of its window.
milliseconds share_of_window(const Hints& hints, UtcTime now) {
  if (!hints.limit_left || *hints.limit_left > few_left) return 0ms;
  return until(hints.limit_resets_at, now) / std::max<std::int64_t>(*hints.limit_left, 1);
}

}  // namespace

Pace::Pace(milliseconds every, milliseconds ceiling) : every_(every), ceiling_(std::max(every, ceiling)) {}

milliseconds Pace::after_success(const Page& page, UtcTime now, double chance) {
  failures_ = 0;
  const Hints& hints = page.hints;
  const milliseconds bound = std::max(until(hints.not_before, now), share_of_window(hints, now));
  if (page.more) return beyond(bound, every_, chance);
  const milliseconds fresh_for = std::min<milliseconds>(std::max(hints.at_least, 0s), longest_asked);
  return std::max(around(every_, chance), beyond(std::max(bound, fresh_for), every_, chance));
}

milliseconds Pace::after_failure(const Failure& failure, UtcTime now, double chance) {
  failures_ = std::min(failures_ + 1, 1'000'000);
  const milliseconds doubled = every_ * (1LL << std::min(failures_, most_doublings));
  const milliseconds wait = failure.remedy == Remedy::ask_operator ? ceiling_ : std::min(doubled, ceiling_);
  return std::max(around(wait, chance), beyond(until(failure.not_before, now), every_, chance));
}

}  // namespace barometer
