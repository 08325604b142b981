#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/json_document.hpp"
#include "connectors/post.hpp"

namespace barometer {

// One message of Jetstream, of either wire:
//   1  {"did":…,"time_us":…,"kind":"commit","commit":{"operation":"create","collection":…,"rkey":…,"record":{…},"cid":…}}
//   2  {"$type":"message","payload":{"$type":"…#commit","seq":…,"did":…,"time":…,"operation":…,"collection":…,"record":{…}}}
struct BlueskyEvent {
  enum class Kind : std::uint8_t {
    unreadable,
    other,     // a like, a follow, an account that is well …: only its place counts
    written,   // a post was made or edited
    removed,   // a post was deleted
    inactive,  // an account is gone, or hidden with all its posts
    identity,  // an account's handle may have changed
    outdated,  // the place we asked for is not kept: what follows begins later
    error,     // the last message
  };
  Kind kind = Kind::unreadable;
  std::string did = {};
  std::string uri = {};            // of the post
  std::string version = {};        // cid: changes with the content
  bool edited = false;             // written: by an update
  std::optional<UtcTime> at = {};  // by the server's clock
  std::optional<std::int64_t> place =
      {};                 // to resume from, itself included: a number of the server's, or microseconds since 1970
  bool exact = false;     // the place is a number in order; microseconds are not quite
  std::string word = {};  // of an error
};

// Places from here on are microseconds since 1970, below they count messages.
inline constexpr std::int64_t bluesky_first_time_place = 1'000'000'000'000'000;

// Reads messages one after the other; keeps its memory between them.
class BlueskyEventReader {
 public:
  // Any bytes.
  BlueskyEvent read(std::string_view message);
  // The post of the message read last, whose event that is. Nothing when its record is none.
  std::optional<Post> post(const BlueskyEvent& event, const std::string& source, UtcTime now);
  // Of the same message, without making a post: the record, to look into. False when there is none.
  bool record(JsonValue& out) const;

 private:
  simdjson::dom::parser parser_;
  simdjson::dom::element record_;
  bool has_record_ = false;
};

}  // namespace barometer
