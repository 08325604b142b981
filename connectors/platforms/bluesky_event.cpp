#include "connectors/platforms/bluesky_event.hpp"

#include <algorithm>
#include <array>

#include "connectors/html_text.hpp"
#include "connectors/platforms/bluesky_record.hpp"
#include "connectors/time.hpp"

namespace barometer {
namespace {

using Kind = BlueskyEvent::Kind;

std::optional<std::int64_t> whole(JsonValue object, std::string_view key) {
  JsonValue value;
  std::int64_t number = 0;
  if (!json_field(object, key, value) || value.get(number) || number < 0) return std::nullopt;
  return number;
}

// "…#commit" is a commit.
std::string_view after_hash(std::string_view type) {
  const auto at = type.find('#');
  return at == std::string_view::npos ? std::string_view() : type.substr(at + 1);
}

// Other reasons for not being active (throttled, desynchronized) are the network's own and pass.
bool is_gone(JsonValue account) {
  constexpr std::array<std::string_view, 4> gone = {"deleted", "takendown", "suspended", "deactivated"};
  const auto status = json_text(account, "status");
  return json_flag(account, "active") == 0 && std::find(gone.begin(), gone.end(), status) != gone.end();
}

Kind kind_of_commit(JsonValue commit, BlueskyEvent& event) {
  const auto operation = json_text(commit, "operation");
  const auto rkey = json_text(commit, "rkey");
  if (operation.empty() || event.did.empty()) return Kind::unreadable;
  if (json_text(commit, "collection") != bluesky_post_collection || rkey.empty()) return Kind::other;
  event.uri = bluesky_post_uri(event.did, rkey);
  event.version = valid_utf8(json_text(commit, "cid"));
  event.edited = operation == "update";
  if (operation == "delete") return Kind::removed;
  return operation == "create" || event.edited ? Kind::written : Kind::other;
}

// The parts of an event that the wires put at different depths.
Kind kind_of_event(std::string_view kind, JsonValue holder, JsonValue commit, BlueskyEvent& event) {
  JsonValue account;
  if (kind == "commit") return kind_of_commit(commit, event);
  if (event.did.empty()) return Kind::unreadable;
  if (kind == "identity") return Kind::identity;
  if (kind != "account") return kind == "sync" ? Kind::other : Kind::unreadable;
  return json_field(holder, "account", account) && is_gone(account) ? Kind::inactive : Kind::other;
}

}  // namespace

BlueskyEvent BlueskyEventReader::read(std::string_view message) {
  BlueskyEvent event;
  has_record_ = false;
  simdjson::dom::element root;
  if (message.empty() || parser_.parse(message.data(), message.size()).get(root) || !root.is_object()) return event;
  JsonValue holder = root;
  JsonValue commit;
  std::string_view kind = json_text(root, "kind");
  const auto type = json_text(root, "$type");
  if (type == "error") {
    event.kind = Kind::error;
    event.word = valid_utf8(json_text(root, "error"));
    return event;
  }
  if (type == "message") {
    if (!json_field(root, "payload", holder)) return event;
    kind = after_hash(json_text(holder, "$type"));
    commit = holder;
  } else if (kind == "commit" && !json_field(root, "commit", commit)) {
    return event;
  }
  if (kind == "info") {
    event.kind = json_text(holder, "name") == "OutdatedCursor" ? Kind::outdated : Kind::other;
    return event;
  }
  event.did = valid_utf8(json_text(holder, "did"));
  const auto time_us = whole(holder, "time_us");
  event.at = time_us ? std::optional(UtcTime{std::chrono::milliseconds(*time_us / 1000)})
                     : parse_iso(json_text(holder, "time"));
  event.place = whole(holder, type == "message" ? "seq" : "cursor");
  event.exact = event.place && *event.place < bluesky_first_time_place;
  if (!event.place) event.place = time_us;
  event.kind = kind_of_event(kind, holder, commit, event);
  has_record_ = event.kind == Kind::written && json_field(commit, "record", record_);
  return event;
}

bool BlueskyEventReader::record(JsonValue& out) const {
  if (has_record_) out = record_;
  return has_record_;
}

std::optional<Post> BlueskyEventReader::post(const BlueskyEvent& event, const std::string& source, UtcTime now) {
  if (!has_record_) return std::nullopt;
  BlueskyRecordOf of;
  of.uri = event.uri;
  of.source = source;
  of.heard_at = event.at;
  of.now = now;
  auto post = bluesky_record_post(record_, of);
  if (post && event.edited) post->edited_at = event.at.value_or(now);
  return post;
}

}  // namespace barometer
