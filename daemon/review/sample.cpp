#include "daemon/review/sample.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <fmt/format.h>

#include "daemon/assess.hpp"
#include "daemon/web/shown_post.hpp"

namespace barometer {

namespace {

using namespace std::chrono;

// The Monday of the week that a day is in.
sys_days monday_of(sys_days day) { return day - (weekday{day} - Monday); }

sys_days first_monday(int year) { return monday_of(sys_days{std::chrono::year{year} / January / 4}); }

// Spreads all bits over all bits (the finaliser of SplitMix64).
std::uint64_t spread(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

std::uint64_t lot_of(const IsoWeek& week, const PostHash& post) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, post.data(), sizeof bits);
  return spread(bits ^ spread(static_cast<std::uint64_t>(week.year) * 100 + static_cast<std::uint64_t>(week.week)));
}

}  // namespace

IsoWeek iso_week(UtcTime time) {
  const auto monday = monday_of(floor<days>(time));
  const int year = static_cast<int>(year_month_day{monday + days{3}}.year());
  return {year, static_cast<int>((monday - first_monday(year)) / weeks{1}) + 1};
}

UtcTime begin_of(const IsoWeek& week) { return first_monday(week.year) + weeks{week.week - 1}; }

std::string name_of(const IsoWeek& week) { return fmt::format("{}-W{:02}", week.year, week.week); }

IsoWeek week_to_sample(UtcTime now) { return iso_week(now - weeks{1}); }

Result<WeekSample> draw_sample(const Store& store, const IsoWeek& week) {
  WeekSample out{.week = week};
  const PostFilter during{.from = begin_of(week), .to = begin_of(week) + weeks{1}};
  using Drawn = std::pair<std::uint64_t, StoredPost>;
  std::vector<Drawn> drawn;  // the greatest lot is in front
  const auto less = [](const Drawn& a, const Drawn& b) { return a.first < b.first; };
  const auto read = store.posts(during, false, [&](const StoredPost& kept) {
    if (raises_concern(kept.assessment) || text_of(kept.post).empty()) return true;
    ++out.unflagged;
    const auto lot = lot_of(week, kept.hash);
    if (drawn.size() == sample_size && lot >= drawn.front().first) return true;
    if (drawn.size() == sample_size) {
      std::pop_heap(drawn.begin(), drawn.end(), less);
      drawn.pop_back();
    }
    drawn.emplace_back(lot, kept);
    std::push_heap(drawn.begin(), drawn.end(), less);
    return true;
  });
  if (!read) return read.error();
  std::sort_heap(drawn.begin(), drawn.end(), less);
  for (auto& one : drawn) out.posts.push_back(std::move(one.second));
  return out;
}

}  // namespace barometer
