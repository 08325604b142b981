#include "connectors/platforms/youtube_place.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "connectors/pacific_day.hpp"

namespace barometer {
namespace {

namespace json = boost::json;

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
  return UtcTime{std::chrono::milliseconds(value->get_int64())};
}

template <class Each>
void each_object(const json::object& object, std::string_view key, Each each) {
  const auto* list = object.if_contains(key);
  if (!list || !list->is_array()) return;
  for (const auto& one : list->get_array())
    if (one.is_object()) each(one.get_object());
}

template <class Each>
void each_entry(const json::object& object, std::string_view key, Each each) {
  const auto* map = object.if_contains(key);
  if (!map || !map->is_object()) return;
  for (const auto& [name, value] : map->get_object()) each(std::string(name), value);
}

void put(json::object& object, std::string_view key, const std::optional<UtcTime>& time) {
  if (time) object[key] = time->time_since_epoch().count();
}

void put(json::object& object, std::string_view key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

template <class Value>
void put_unless_empty(json::object& object, std::string_view key, Value value) {
  if (!value.empty()) object[key] = std::move(value);
}

}  // namespace

std::int64_t units_of(const YoutubeTally& tally, UtcTime now) {
  return tally.day == pacific_day(now) ? tally.units : 0;
}

void use_units(YoutubeTally& tally, std::int64_t units, UtcTime now) {
  tally.units = units_of(tally, now) + units;
  tally.day = pacific_day(now);
}

YoutubeTally fuller(const YoutubeTally& a, const YoutubeTally& b) {
  const bool is_a = a.day != b.day ? a.day > b.day : a.units > b.units;
  return is_a ? a : b;
}

YoutubePlace youtube_place_of(const Cursor& cursor) {
  YoutubePlace place;
  place.search.not_before = cursor.not_before;
  boost::system::error_code error;
  const json::value read = json::parse(cursor.bytes, error);
  if (error || !read.is_object()) return place;
  const json::object& object = read.get_object();
  place.tally = {text_in(object, "day"), number_in(object, "units")};
  place.search = walk_of(Cursor{text_in(object, "search"), cursor.not_before});
  place.searched_at = time_in(object, "searched_at");
  place.searching_since = time_in(object, "searching_since");
  if (const auto* found = object.if_contains("found"); found && found->is_array())
    for (const auto& one : found->get_array())
      if (one.is_string()) place.found.emplace_back(one.get_string());
  each_object(object, "followed", [&](const json::object& one) {
    place.followed.push_back({text_in(one, "video"), time_in(one, "made_at").value_or(UtcTime{})});
  });
  each_entry(object, "walks", [&](const std::string& name, const json::value& value) {
    if (value.is_string()) place.walks[name] = walk_of(Cursor{std::string(value.get_string()), cursor.not_before});
  });
  place.at = text_in(object, "at");
  place.deep_at = time_in(object, "deep_at");
  place.deep = number_in(object, "deep") == 1;
  each_object(object, "replies", [&](const json::object& one) {
    place.replies.push_back(
        {text_in(one, "thread"), text_in(one, "video"), text_in(one, "token"), number_in(one, "count")});
  });
  each_entry(object, "replied", [&](const std::string& name, const json::value& value) {
    if (value.is_int64()) place.replied[name] = value.get_int64();
  });
  each_entry(object, "closed", [&](const std::string& name, const json::value& value) {
    if (value.is_int64()) place.closed[name] = UtcTime{std::chrono::milliseconds(value.get_int64())};
  });
  return place;
}

Cursor cursor_of(const YoutubePlace& place) {
  json::object object;
  put(object, "day", place.tally.day);
  if (place.tally.units > 0) object["units"] = place.tally.units;
  put(object, "search", cursor_of(place.search).bytes);
  put(object, "searched_at", place.searched_at);
  put(object, "searching_since", place.searching_since);
  put_unless_empty(object, "found", json::array(place.found.begin(), place.found.end()));
  json::array followed;
  for (const auto& one : place.followed)
    followed.push_back({{"video", one.video}, {"made_at", one.made_at.time_since_epoch().count()}});
  put_unless_empty(object, "followed", std::move(followed));
  json::object walks;
  for (const auto& [name, walk] : place.walks) walks[name] = cursor_of(walk).bytes;
  put_unless_empty(object, "walks", std::move(walks));
  put(object, "at", place.at);
  put(object, "deep_at", place.deep_at);
  if (place.deep) object["deep"] = 1;
  json::array replies;
  for (const auto& one : place.replies)
    replies.push_back({{"thread", one.thread}, {"video", one.video}, {"token", one.token}, {"count", one.count}});
  put_unless_empty(object, "replies", std::move(replies));
  json::object replied;
  for (const auto& [thread, count] : place.replied) replied[thread] = count;
  put_unless_empty(object, "replied", std::move(replied));
  json::object closed;
  for (const auto& [name, until] : place.closed) closed[name] = until.time_since_epoch().count();
  put_unless_empty(object, "closed", std::move(closed));
  return Cursor{json::serialize(object)};
}

}  // namespace barometer
