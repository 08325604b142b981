#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/json_document.hpp"
#include "connectors/post.hpp"

namespace barometer {

// at://did:plc:…/app.bsky.feed.post/3m4…, in its parts. They point into the text.
struct AtUri {
  std::string_view did = {};  // or the handle, where somebody wrote that
  std::string_view collection = {};
  std::string_view rkey = {};
};
std::optional<AtUri> at_uri(std::string_view text);

inline constexpr std::string_view bluesky_post_collection = "app.bsky.feed.post";
std::string bluesky_post_uri(std::string_view did, std::string_view rkey);

// What a record does not say of itself.
struct BlueskyRecordOf {
  std::string uri = {};     // at://…; becomes Post::id
  std::string handle = {};  // empty: the did stands in
  std::string author_name = {};
  std::string source = {};
  std::optional<UtcTime> heard_at = {};  // when the network first saw it
  UtcTime now = {};
};

// An app.bsky.feed.post record, as a repository, an event or a view holds it. Nothing when it is none.
//
// Post::made_at is the earlier of the author's clock and the network's, by which Bluesky sorts too. Post::tags are those of facets and
// of the record's `tags`. Where there is no text, the descriptions of pictures stand in.
std::optional<Post> bluesky_record_post(JsonValue record, const BlueskyRecordOf& of);

// A postView (app.bsky.feed.defs), as search, getPosts, threads and feeds give it. Nothing when it is no post that can be seen.
std::optional<Post> bluesky_view_post(JsonValue view, const std::string& source, UtcTime now);

// Of an author's profile, a post's view or its record: whether a label asks not to be shown outside, or says that it was taken away
// (!no-unauthenticated, !hide, !takedown). A later label may take an earlier one back.
bool bluesky_withheld(JsonValue labelled);

// Empty for the word that stands where a handle could not be proven.
std::string bluesky_handle(JsonValue profile);

// A post that is gone.
Post bluesky_tombstone(std::string uri, const std::string& source);

}  // namespace barometer
