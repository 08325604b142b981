#include "connectors/pace.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

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
constexpr std::size_t many_fresh = 10;

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

Pace::Pace(PaceSettings settings)
    : every_(settings.every),
      every_at_most_(std::max(settings.every, settings.every_at_most)),
      ceiling_(std::max(settings.every, settings.failing_at_most)),
      interval_(settings.every) {}

void Pace::adapt(std::size_t fresh) {
  if (fresh == 0)
    interval_ = std::min(interval_ + interval_ / 4, every_at_most_);
  else
    interval_ = std::max(fresh >= many_fresh ? every_ : interval_ / 2, every_);
}

milliseconds Pace::after_success(const Page& page, std::size_t fresh, const Busy& busy, UtcTime now, double chance) {
  failures_ = 0;
  fresh_ += fresh;
  const Hints& hints = page.hints;
  const milliseconds bound = std::max(until(hints.not_before, now), share_of_window(hints, now));
  if (page.more) return beyond(bound, every_, chance);
  adapt(std::exchange(fresh_, 0));
  const milliseconds fresh_for = std::min<milliseconds>(std::max(hints.at_least, 0s), longest_asked);
  milliseconds wait = around(std::min(interval_, busy.every.value_or(interval_)), chance);
  if (busy.begins && *busy.begins > now) wait = std::min<milliseconds>(wait, *busy.begins - now);
  return std::max(wait, beyond(std::max(bound, fresh_for), every_, chance));
}

milliseconds Pace::after_failure(const Failure& failure, UtcTime now, double chance) {
  failures_ = std::min(failures_ + 1, 1'000'000);
  const milliseconds doubled = every_ * (1LL << std::min(failures_, most_doublings));
  const milliseconds wait = failure.remedy == Remedy::ask_operator ? ceiling_ : std::min(doubled, ceiling_);
  return std::max(around(wait, chance), beyond(until(failure.not_before, now), every_, chance));
}

}  // namespace barometer
