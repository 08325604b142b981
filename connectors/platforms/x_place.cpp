#include "connectors/platforms/x_place.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "connectors/platforms/x_post.hpp"
#include "connectors/time.hpp"

namespace barometer {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

std::string text_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::int64_t number_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_int64() ? std::max<std::int64_t>(value->get_int64(), 0) : 0;
}

std::optional<UtcTime> time_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (!value || !value->is_int64()) return std::nullopt;
  return UtcTime{milliseconds(value->get_int64())};
}

XPlace::Walk walk_in(const json::object& object) {
  XPlace::Walk walk;
  walk.began = time_in(object, "began").value_or(UtcTime{});
  walk.since = text_in(object, "since");
  walk.start = time_in(object, "start");
  walk.token = text_in(object, "token");
  walk.newest = text_in(object, "newest");
  walk.pages = static_cast<int>(std::min<std::int64_t>(number_in(object, "pages"), 1'000'000));
  return walk;
}

json::object json_of(const XPlace::Walk& walk) {
  json::object object;
  object["began"] = walk.began.time_since_epoch().count();
  if (!walk.since.empty()) object["since"] = walk.since;
  if (walk.start) object["start"] = walk.start->time_since_epoch().count();
  if (!walk.token.empty()) object["token"] = walk.token;
  if (!walk.newest.empty()) object["newest"] = walk.newest;
  object["pages"] = walk.pages;
  return object;
}

std::string month_of(UtcTime now) {
  constexpr std::size_t year_and_month = 7;
  return to_iso(now).substr(0, year_and_month);
}

}  // namespace

std::int64_t x_spent(const XTally& tally, UtcTime now) { return tally.month == month_of(now) ? tally.spent : 0; }

void x_spend(XTally& tally, std::int64_t posts, UtcTime now) {
  tally.spent = x_spent(tally, now) + posts;
  tally.month = month_of(now);
}

XTally fuller(const XTally& a, const XTally& b) {
  const bool is_a = a.month != b.month ? a.month > b.month : a.spent > b.spent;
  return is_a ? a : b;
}

UtcTime next_month(UtcTime now) {
  const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(now)};
  const auto next = today.year() / today.month() + std::chrono::months{1};
  return UtcTime{std::chrono::sys_days{next / std::chrono::day{1}}};
}

XPlace x_place_of(const Cursor& cursor) {
  XPlace place;
  boost::system::error_code error;
  const json::value read = json::parse(cursor.bytes, error);
  if (error || !read.is_object()) return place;
  const json::object& object = read.get_object();
  place.since = text_in(object, "since");
  place.asked_at = time_in(object, "asked_at");
  if (const auto* walk = object.if_contains("walk"); walk && walk->is_object())
    place.walk = walk_in(walk->get_object());
  place.tally.month = text_in(object, "month");
  place.tally.spent = number_in(object, "spent");
  return place;
}

Cursor cursor_of(const XPlace& place) {
  json::object object;
  if (!place.since.empty()) object["since"] = place.since;
  if (place.asked_at) object["asked_at"] = place.asked_at->time_since_epoch().count();
  if (place.walk) object["walk"] = json_of(*place.walk);
  if (!place.tally.month.empty()) object["month"] = place.tally.month;
  if (place.tally.spent > 0) object["spent"] = place.tally.spent;
  return Cursor{json::serialize(object)};
}

XPlace::Walk x_walk(const XPlace& place, UtcTime now, std::optional<Missed>& missed) {
  const UtcTime earliest = now - x_window;
  if (place.walk) {
    auto walk = *place.walk;
    if (walk.start && walk.token.empty()) walk.start = std::max(*walk.start, earliest);
    return walk;
  }
  XPlace::Walk walk;
  walk.began = now;
  if (!place.asked_at) return walk;
  if (*place.asked_at < earliest) missed = Missed{*place.asked_at, earliest, GapReason::down};
  // X refuses an id from before its window.
  const auto since_at = x_time_of_id(place.since);
  if (!place.since.empty() && (!since_at || *since_at > earliest))
    walk.since = place.since;
  else
    walk.start = std::max(*place.asked_at - x_index_lag, earliest);
  return walk;
}

void end_walk(XPlace& place) {
  if (!place.walk) return;
  const auto& walk = *place.walk;
  if (!walk.newest.empty()) {
    // Posts of the last minute may not be in the index yet, below newer ones that are.
    const auto settled = std::min(walk.newest, x_id_at(walk.began - x_index_lag), x_id_less);
    place.since = std::max(place.since, settled, x_id_less);
  }
  place.asked_at = walk.began;
  place.walk.reset();
}

}  // namespace barometer
