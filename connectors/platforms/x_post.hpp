#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/json_document.hpp"
#include "connectors/post.hpp"

namespace barometer {

// What the objects beside a post's own say about it, and who asks.
struct XContext {
  struct User {
    std::string username = {};
    std::string name = {};
    bool is_protected = false;
  };
  std::map<std::string, User> users = {};  // by id: includes.users
  std::string source = {};
  UtcTime now = {};
};

// A post of API v2, in the names from before August 2026 or those since (referenced_tweets or referenced_posts …). Nothing
// when it has no id or no text. Post::id is "x:" and the id of its first version, because each edit has an id of its own:
// versions of one post are one post. What is withheld in the United Kingdom counts as opted out, what a protected account
// wrote as private.
std::optional<Post> x_post(JsonValue post, const XContext& context);

// "x:" and the id.
std::string x_identity(std::string_view id);
// The last version's id, when the post has a later one than this; else empty.
std::string x_later_version(JsonValue post);

// X's ids since November 2010 hold the millisecond they were given out at.
std::optional<UtcTime> x_time_of_id(std::string_view id);
// The smallest id of that millisecond; "0" before there were any.
std::string x_id_at(UtcTime time);
// Ids are numbers of up to 19 digits: by length, then by digits.
bool x_id_less(std::string_view a, std::string_view b);

}  // namespace barometer
