#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "connectors/result.hpp"

namespace barometer {

// Who may see a post on its platform. Only public_ (and unlisted, where the operator says so) is ever kept.
enum class Visibility { public_, unlisted, private_, direct };

// One utterance, the same shape whatever platform it came from, as its author wrote it.
// A connector makes it; after that it is only read (and its author replaced by a pseudonym before it is stored).
struct Post {
  std::string platform = {};              // "mastodon", "feed", …: the connector's name
  std::string source = {};                // name of the configured source that heard it
  std::string id = {};                    // identity across servers (Mastodon uri, feed guid …); opaque
  std::string native_id = {};             // what the platform calls it on this server
  std::string url = {};                   // where a person can read it; may be empty
  std::string author = {};                // handle; a keyed pseudonym once past connectors/pseudonym.hpp
  std::string author_name = {};           // display name; emptied together with the handle
  UtcTime made_at = {};                   // by the platform's clock
  UtcTime seen_at = {};                   // by ours: when the answer that held it arrived
  std::optional<UtcTime> edited_at = {};  //
  std::optional<std::string> title = {};  // plain text, on one line
  std::string text = {};                  // valid UTF-8, mark-up removed; the title again where there is nothing else
  std::optional<std::string> lang = {};   // BCP 47, as the platform claims
  std::vector<std::string> tags = {};     // folded hashtags, no '#', in order of appearance
  std::optional<std::string> reply_to = {};     // platform's id of the post that this answers
  std::optional<std::string> repost_of = {};    // id of the post that this passes on
  std::optional<std::string> quote_of = {};     // id of the post that this quotes
  Visibility visibility = Visibility::public_;  //
  std::int64_t likes = 0;                       //
  std::int64_t reposts = 0;                     //
  std::int64_t replies = 0;                     //
  bool deleted = false;                         // a tombstone: only platform, source and id mean anything
  bool opted_out = false;                       // the author asked not to be indexed: never kept
  bool dated = true;                            // false: no readable date, made_at is when we first saw it
};

constexpr const char* name_of(Visibility visibility) {
  switch (visibility) {
    case Visibility::public_: return "public";
    case Visibility::unlisted: return "unlisted";
    case Visibility::private_: return "private";
    case Visibility::direct: return "direct";
  }
  return "";
}

}  // namespace barometer
