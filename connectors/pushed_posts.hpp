#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/post.hpp"
#include "connectors/result.hpp"

namespace barometer {

// What is wrong with one of several posts that came together, and where.
struct PostFault {
  std::size_t number = 0;   // of the post, from 1: its line, or its place in an array
  bool line = true;         // whether `number` counts lines
  std::string detail = {};  // names the key and what to write; no text of the post
};

// Posts as JSON in the shape of post_json.hpp: one object, an array of objects, or one object a line (NDJSON). Any bytes.
// The first fault ends the reading: `fault` is set, and the posts mean nothing.
struct PushedPosts {
  std::vector<Post> posts = {};
  std::optional<PostFault> fault = {};
};
PushedPosts pushed_posts(std::string_view body, UtcTime now);

}  // namespace barometer
