#include "connectors/id_timeline.hpp"

#include "connectors/json_document.hpp"
#include "connectors/json_text.hpp"
#include "connectors/time.hpp"

namespace barometer {
namespace {

void append(std::string& out, std::string_view before, std::string_view text) {
  out += before;
  append_json_string(out, text);
}

// The newest page moves the cursor only where there was none: above it may lie more than a page that nobody has read yet.
bool after_newest_page(TimelinePlace& place, const TimelineSeen& seen, int first_pages, UtcTime now) {
  const bool first = place.newest.empty();
  const bool newer = !seen.newest.empty() && id_less(place.newest, seen.newest);
  if (first) place.newest = seen.newest;
  place.reread_at = now;
  const int pages = (first ? first_pages : timeline_reread_pages) - 1;
  const UtcTime until = first ? place.not_before.value_or(UtcTime{}) : now - timeline_reread_back;
  if (!seen.oldest.empty() && pages > 0 && seen.oldest_at.value_or(now) > until) {
    place.walk = TimelinePlace::Walk{seen.oldest, pages, until};
  }
  return place.walk || (newer && !first);
}

bool after_page_before(TimelinePlace& place, const TimelineSeen& seen, UtcTime now) {
  auto& walk = *place.walk;
  // A server that does not know max_id gives the newest page again, for ever.
  const bool goes_on = !seen.oldest.empty() && id_less(seen.oldest, walk.max_id) && walk.pages > 1 &&
                       seen.oldest_at.value_or(now) > walk.until;
  if (goes_on) {
    walk.max_id = seen.oldest;
    --walk.pages;
  } else {
    place.walk.reset();
  }
  return goes_on;
}

// A page that is not the answer to what was asked must not move the cursor: what lies between would be lost.
bool after_page_after(TimelinePlace& place, const TimelineSeen& seen, const std::string& last) {
  const bool again = id_less(place.newest, seen.newest) && last == place.last;
  const bool new_doubt = again && !place.doubt;
  place.doubt = again;
  return again ? new_doubt : advance(place.newest, seen.newest);
}

bool answered(TimelinePlace& place, const TimelineSeen& seen, const std::string& last, int first_pages, UtcTime now) {
  switch (next_question(place, now)) {
    case TimelineQuestion::newest_page: return after_newest_page(place, seen, first_pages, now);
    case TimelineQuestion::page_before: return after_page_before(place, seen, now);
    case TimelineQuestion::page_after: return after_page_after(place, seen, last);
  }
  return false;
}

}  // namespace

bool id_less(std::string_view a, std::string_view b) { return a.size() != b.size() ? a.size() < b.size() : a < b; }

TimelinePlace place_of(const Cursor& cursor) {
  TimelinePlace place;
  place.not_before = cursor.not_before;
  JsonDocument document;
  if (cursor.bytes.empty() || JsonDocument::read(document, cursor.bytes) || !document.root().is_object()) return place;
  const auto root = document.root();
  place.newest = json_text(root, "newest");
  place.reread_at = parse_iso(json_text(root, "reread_at")).value_or(UtcTime{});
  place.last = json_text(root, "last");
  place.doubt = json_flag(root, "doubt") == 1;
  JsonValue walk;
  if (!json_field(root, "walk", walk)) return place;
  place.walk = TimelinePlace::Walk{std::string(json_text(walk, "max_id")), static_cast<int>(json_count(walk, "pages")),
                                   parse_iso(json_text(walk, "until")).value_or(UtcTime{})};
  if (place.walk->max_id.empty() || place.walk->pages == 0) place.walk.reset();
  return place;
}

Cursor cursor_of(const TimelinePlace& place) {
  Cursor cursor;
  auto& out = cursor.bytes;
  append(out, "{\"newest\":", place.newest);
  append(out, ",\"reread_at\":", to_iso(place.reread_at));
  if (!place.last.empty()) append(out, ",\"last\":", place.last);
  if (place.doubt) out += ",\"doubt\":true";
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

TimelineQuestion next_question(const TimelinePlace& place, UtcTime now) {
  if (place.walk) return TimelineQuestion::page_before;
  if (place.newest.empty() || now - place.reread_at >= timeline_reread_every) return TimelineQuestion::newest_page;
  return TimelineQuestion::page_after;
}

int limit_in(const TimelinePlace& place, int limit) {
  if (!place.doubt) return limit;
  return limit > 1 ? limit - 1 : limit + 1;
}

bool move_on(TimelinePlace& place, const TimelineSeen& seen, int first_pages, UtcTime now) {
  const std::string last = seen.newest.empty() ? std::string() : seen.oldest + ' ' + seen.newest;
  const bool more = answered(place, seen, last, first_pages, now);
  if (!last.empty()) place.last = last;
  return more;
}

}  // namespace barometer
