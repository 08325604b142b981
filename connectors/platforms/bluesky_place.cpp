#include "connectors/platforms/bluesky_place.hpp"

#include <algorithm>
#include <charconv>

#include "connectors/json_document.hpp"
#include "connectors/json_text.hpp"
#include "connectors/platforms/bluesky_record.hpp"
#include "connectors/time.hpp"
#include "connectors/web_socket.hpp"

namespace barometer {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

// Before the first message there is only the time; a time, whoever's, is begun a little earlier.
std::optional<std::int64_t> resumed_at(const BlueskyPlace& place, const std::string& server) {
  const bool here = place.place && place.server == server;
  if (here && *place.place < bluesky_first_time_place) return place.place;
  if (here) return *place.place - microseconds(bluesky_replay_here).count();
  if (!place.at) return std::nullopt;
  const auto from = *place.at - bluesky_replay_elsewhere;
  return duration_cast<microseconds>(from.time_since_epoch()).count();
}

}  // namespace

BlueskyPlace stream_place_of(const Cursor& cursor) {
  BlueskyPlace place;
  JsonDocument document;
  if (JsonDocument::read(document, cursor.bytes) || !document.root().is_object()) return place;
  place.server = json_text(document.root(), "server");
  if (const auto number = json_count(document.root(), "place"); number > 0) place.place = number;
  place.at = parse_iso(json_text(document.root(), "at"));
  return place;
}

Cursor cursor_of(const BlueskyPlace& place) {
  Cursor cursor{"{\"server\":"};
  append_json_string(cursor.bytes, place.server);
  if (place.place) cursor.bytes += ",\"place\":" + std::to_string(*place.place);
  if (place.at) cursor.bytes += ",\"at\":\"" + to_iso(*place.at) + '"';
  cursor.bytes += '}';
  return cursor;
}

bool is_second_wire(std::string_view url) { return url.substr(0, url.find('?')).ends_with("subscribeEvents"); }

std::string stream_url(std::string_view url, const BlueskyPlace& place, std::size_t longest) {
  std::string out(url);
  const auto add = [&out](std::string_view name, std::string_view value) {
    out += out.find('?') == std::string::npos ? '?' : '&';
    out += name;
    out += '=';
    out += value;
  };
  if (is_second_wire(url)) {
    for (const auto kind : {"commit", "account", "identity"}) add("kinds", kind);
    add("collections", bluesky_post_collection);
  } else {
    add("wantedCollections", bluesky_post_collection);
    add("maxMessageSizeBytes", std::to_string(longest));
  }
  if (const auto from = resumed_at(place, web_socket_host(url))) add("cursor", std::to_string(*from));
  return out;
}

void move_on(BlueskyPlace& place, const std::string& server, const BlueskyEvent& event, UtcTime now) {
  if (event.place) {
    const bool later = place.server != server || !place.place || event.exact || *event.place > *place.place;
    place.server = server;
    if (later) place.place = event.place;
  }
  // A server's clock that runs ahead must not skip what others still have to say.
  if (event.at) place.at = std::max(place.at.value_or(*event.at), std::min(*event.at, now));
}

std::optional<std::int64_t> floor_in(const HttpResponse& refusal, const BlueskyPlace& asked) {
  JsonDocument document;
  if (!asked.place || JsonDocument::read(document, refusal.body)) return std::nullopt;
  auto message = json_text(document.root(), "message");
  std::optional<std::int64_t> floor;
  while (!message.empty()) {
    message.remove_prefix(std::min(message.find_first_of("0123456789"), message.size()));
    std::int64_t number = 0;
    const auto read = std::from_chars(message.data(), message.data() + message.size(), number);
    message.remove_prefix(static_cast<std::size_t>(read.ptr - message.data()));
    if (read.ec == std::errc() && number > *asked.place) floor = std::min(floor.value_or(number), number);
  }
  return floor;
}

}  // namespace barometer
