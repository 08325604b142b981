#pragma once

#include <string>
#include <string_view>

#include "connectors/post.hpp"
#include "connectors/result.hpp"

namespace barometer {

// The one shape of a post in JSON, on one line without its line end (deploy documents it for users):
//   {"platform":…,"source":…,"id":…,"native_id":…,"url":…,"author":…,"author_name":…,"made_at":"…Z","edited_at":null,
//    "title":null,"text":…,"lang":…,"tags":[…],"reply_to":null,"repost_of":null,"quote_of":null,"visibility":"public",
//    "likes":0,"reposts":0,"replies":0}
// and of a tombstone:  {"platform":…,"source":…,"id":…,"deleted":true}
// Always valid UTF-8 and valid JSON, whatever bytes the post holds.
std::string to_json(const Post& post);
void append_json(std::string& out, const Post& post);

// Reads such a line. Only platform, id, made_at and text are needed (a tombstone needs no made_at and text);
// unknown keys are ignored, null is as good as absent, tags are folded. Text is made valid UTF-8.
// The failure's remedy is skip and its detail names the key and what to write.
Result<Post> post_from_json(std::string_view line, UtcTime now);

}  // namespace barometer
