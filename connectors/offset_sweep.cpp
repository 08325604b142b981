#include "connectors/offset_sweep.hpp"

#include <algorithm>

#include <boost/json.hpp>

namespace barometer {
namespace {

namespace json = boost::json;

std::optional<UtcTime> time_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (!value || !value->is_int64()) return std::nullopt;
  return UtcTime{std::chrono::milliseconds(value->get_int64())};
}

void put_time(json::object& object, std::string_view key, std::optional<UtcTime> time) {
  if (time) object[key] = time->time_since_epoch().count();
}

void go_to_beginning(OffsetSweep& sweep) {
  sweep.seen = 0;
  sweep.last.clear();
}

bool over(OffsetSweep& sweep) {
  if (!sweep.removed && sweep.top) sweep.known = std::max(sweep.known.value_or(*sweep.top), *sweep.top);
  sweep.top.reset();
  sweep.beginnings = 0;
  go_to_beginning(sweep);
  return false;
}

bool begin_again(OffsetSweep& sweep) {
  if (++sweep.beginnings > OffsetSweep::most_beginnings) return over(sweep);
  go_to_beginning(sweep);
  return true;
}

// The place behind the entry that stood last; none where that one is missing.
std::optional<std::ptrdiff_t> behind_last(const OffsetSweep& sweep, const std::vector<std::string>& ids) {
  if (sweep.last.empty()) return 0;
  const auto last = std::find(ids.begin(), ids.end(), sweep.last);
  if (last == ids.end()) return std::nullopt;
  return last - ids.begin() + 1;
}

}  // namespace

OffsetSweep sweep_of(const Cursor& cursor) {
  OffsetSweep sweep;
  boost::system::error_code error;
  const json::value read = json::parse(cursor.bytes, error);
  if (error || !read.is_object()) return sweep;
  const json::object& object = read.get_object();
  sweep.known = time_in(object, "known");
  sweep.top = time_in(object, "top");
  sweep.removed_at = time_in(object, "removed_at");
  if (const auto* seen = object.if_contains("seen"); seen && seen->is_int64() && seen->get_int64() > 0)
    sweep.seen = static_cast<std::size_t>(seen->get_int64());
  if (const auto* count = object.if_contains("beginnings"); count && count->is_int64())
    sweep.beginnings = static_cast<int>(std::clamp<std::int64_t>(count->get_int64(), 0, OffsetSweep::most_beginnings));
  if (const auto* last = object.if_contains("last"); last && last->is_string()) sweep.last = last->get_string();
  if (const auto* removed = object.if_contains("removed")) sweep.removed = removed->is_bool() && removed->get_bool();
  return sweep;
}

Cursor cursor_of(const OffsetSweep& sweep) {
  json::object object;
  put_time(object, "known", sweep.known);
  put_time(object, "top", sweep.top);
  put_time(object, "removed_at", sweep.removed_at);
  if (sweep.seen > 0) object["seen"] = static_cast<std::int64_t>(sweep.seen);
  if (!sweep.last.empty()) object["last"] = sweep.last;
  if (sweep.beginnings > 0) object["beginnings"] = sweep.beginnings;
  if (sweep.removed) object["removed"] = true;
  return Cursor{json::serialize(object)};
}

bool sweep_on(OffsetSweep& sweep, const std::vector<std::string>& ids, std::optional<UtcTime> newest, UtcTime now) {
  // What claims to be of tomorrow must not hide what is of today.
  if (newest) sweep.top = std::max(sweep.top.value_or(std::min(*newest, now)), std::min(*newest, now));
  if (ids.size() <= std::min(sweep.seen, OffsetSweep::overlap)) return over(sweep);
  const auto old = behind_last(sweep, ids);
  if (!old || *old == std::ssize(ids)) return begin_again(sweep);
  // What cannot be read has no id to be known by: the next page begins before it.
  const auto readable = std::find_if(ids.rbegin(), ids.rend(), [](const std::string& id) { return !id.empty(); });
  const auto advance = ids.rend() - readable - *old;
  if (advance <= 0) return over(sweep);
  sweep.seen += static_cast<std::size_t>(advance);
  sweep.last = *readable;
  return true;
}

}  // namespace barometer
