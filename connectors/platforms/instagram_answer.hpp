#pragma once

#include <span>
#include <string>
#include <string_view>

#include "connectors/http_message.hpp"
#include "connectors/registry.hpp"
#include "connectors/result.hpp"
#include "connectors/talks.hpp"

namespace barometer {

// What one body of Instagram's held, in its order.
struct InstagramAnswer {
  Page page = {};               // posts and unreadable
  TalkListing listing = {};     // media that may have comments, and which page is next
  std::string hashtag_id = {};  // of an answer to /ig_hashtag_search
};

// Shapes that we know by name:
//   recent_media top_media tags media   {"data":[media …],"paging":…}       comments   the same of comments, with their replies
//   mentioned_media mentioned_comment   {"mentioned_…":{…},"id":…}          business_discovery   {"business_discovery":{"media":…}}
//   ig_hashtag_search recently_searched_hashtags   {"data":[{"id":…,"name":…}]}: no posts
// Media found by a hashtag have no author, and may have no caption, time or address. Post::id is "instagram:" and the API's id.
std::span<const std::string_view> instagram_kinds();

// Failures as graph_api.hpp has them; skip for an object that is none of these.
Result<InstagramAnswer> read_instagram(const HttpResponse& response, const ParseOptions& options);

}  // namespace barometer
