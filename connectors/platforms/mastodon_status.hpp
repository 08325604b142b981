#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "connectors/json_document.hpp"
#include "connectors/post.hpp"

namespace barometer {

// What a status does not say of itself.
struct StatusContext {
  std::string host = {};       // host[:port] of the server; empty: each account's own address tells
  std::string source = {};     // becomes Post::source
  std::string native_id = {};  // of the status whose history it is; else empty
  UtcTime now = {};            // becomes Post::seen_at, and made_at where a status has no readable date
};

// A Status of Mastodon's API, or of a server that speaks it; a boost gives the post that it passes on.
// Nothing when it is no status. (docs.joinmastodon.org/entities/Status)
//
// Post::text is the content warning, the content, and the descriptions of attached media, each on a line of its own.
std::optional<Post> status_post(JsonValue status, const StatusContext& context);

// One entry of an edit history (StatusEdit), which has neither id nor address: its account's stand in.
std::optional<Post> revision_post(JsonValue revision, const StatusContext& context);

// Whether an account asked not to be indexed: noindex, or indexable false; where a server does not know indexable, discoverable
// false; #nobot in the profile, by custom; a suspended account.
bool account_opted_out(JsonValue account);

}  // namespace barometer
