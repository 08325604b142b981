#include "connectors/platforms/feed_cursor.hpp"

#include "connectors/json_document.hpp"
#include "connectors/post_json.hpp"
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
  out += ",\"at_least\":" + std::to_string(place.at_least) + '}';
  return cursor;
}

}  // namespace barometer
