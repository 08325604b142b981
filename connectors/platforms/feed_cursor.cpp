#include "connectors/platforms/feed_cursor.hpp"

#include "connectors/json_document.hpp"
#include "connectors/json_text.hpp"
#include "connectors/time.hpp"

namespace barometer {

FeedPlace feed_place_of(const Cursor& cursor) {
  FeedPlace place;
  JsonDocument document;
  if (cursor.bytes.empty() || JsonDocument::read(document, cursor.bytes) || !document.root().is_object()) return place;
  const auto root = document.root();
  place.etag = json_text(root, "etag");
  place.last_modified = json_text(root, "last_modified");
  place.body = json_text(root, "body");
  place.whole_at = parse_iso(json_text(root, "whole_at")).value_or(UtcTime{});
  place.at_least = json_count(root, "at_least");
  place.found = json_text(root, "found");
  place.moved_to = json_text(root, "moved_to");
  place.moved_since = parse_iso(json_text(root, "moved_since")).value_or(UtcTime{});
  place.hub = json_text(root, "hub");
  place.skip_hours = json_count(root, "skip_hours");
  place.skip_days = json_count(root, "skip_days");
  return place;
}

Cursor cursor_of(const FeedPlace& place) {
  Cursor cursor;
  auto& out = cursor.bytes;
  out += "{\"etag\":";
  append_json_string(out, place.etag);
  out += ",\"last_modified\":";
  append_json_string(out, place.last_modified);
  out += ",\"body\":";
  append_json_string(out, place.body);
  out += ",\"whole_at\":";
  append_json_string(out, to_iso(place.whole_at));
  out += ",\"at_least\":" + std::to_string(place.at_least);
  const auto add = [&](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    ((out += ",\"") += key) += "\":";
    append_json_string(out, value);
  };
  add("found", place.found);
  add("moved_to", place.moved_to);
  if (!place.moved_to.empty()) add("moved_since", to_iso(place.moved_since));
  add("hub", place.hub);
  if (place.skip_hours > 0) out += ",\"skip_hours\":" + std::to_string(place.skip_hours);
  if (place.skip_days > 0) out += ",\"skip_days\":" + std::to_string(place.skip_days);
  out += '}';
  return cursor;
}

}  // namespace barometer
