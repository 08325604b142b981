#include "connectors/platforms/mastodon_cursor.hpp"

#include "connectors/json_document.hpp"
#include "connectors/platforms/mastodon_status.hpp"
#include "connectors/post_json.hpp"
#include "connectors/time.hpp"

namespace barometer {
namespace {

void append(std::string& out, std::string_view before, std::string_view text) {
  out += before;
  append_json_string(out, text);
}

}  // namespace

MastodonPlace place_of(const Cursor& cursor) {
  MastodonPlace place;
  JsonDocument document;
  if (cursor.bytes.empty() || JsonDocument::read(document, cursor.bytes) || !document.root().is_object()) return place;
  const auto root = document.root();
  place.newest = json_text(root, "newest");
  place.reread_at = parse_iso(json_text(root, "reread_at")).value_or(UtcTime{});
  JsonValue walk;
  if (!json_field(root, "walk", walk)) return place;
  place.walk = MastodonPlace::Walk{std::string(json_text(walk, "max_id")), static_cast<int>(json_count(walk, "pages")),
                                   parse_iso(json_text(walk, "until")).value_or(UtcTime{})};
  if (place.walk->max_id.empty() || place.walk->pages == 0) place.walk.reset();
  return place;
}

Cursor cursor_of(const MastodonPlace& place) {
  Cursor cursor;
  auto& out = cursor.bytes;
  append(out, "{\"newest\":", place.newest);
  append(out, ",\"reread_at\":", to_iso(place.reread_at));
  if (place.walk) {
    append(out, ",\"walk\":{\"max_id\":", place.walk->max_id);
    out += ",\"pages\":" + std::to_string(place.walk->pages);
    append(out, ",\"until\":", to_iso(place.walk->until));
    out += '}';
  }
  out += '}';
  return cursor;
}

bool advance(std::string& newest, const std::string& seen) {
  if (seen.empty() || (!newest.empty() && !id_less(newest, seen))) return false;
  newest = seen;
  return true;
}

}  // namespace barometer
