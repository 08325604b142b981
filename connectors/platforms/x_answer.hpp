#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/post.hpp"
#include "connectors/registry.hpp"
#include "connectors/result.hpp"

namespace barometer {

// What one body of API v2 held, in its order.
struct XAnswer {
  std::vector<Post> posts = {};         // and a tombstone for each id asked for that is gone or not shown any more
  std::vector<std::string> later = {};  // ids of versions that have replaced posts of this body
  std::string newest_id = {};           // the largest of meta's and the posts'; empty when there is none
  std::string next_token = {};          // of the next older page
  bool listed = false;                  // it says itself how many it holds: a whole page of a list
  std::int64_t posts_read = 0;          // what it cost, in posts; those in includes too
  std::int64_t users_read = 0;          // and in users
  std::uint64_t unreadable = 0;         // entries that are no post
  bool disconnected = false;            // of a stream: X says that it closes it
};

// Shapes that we know by name:
//   search, timeline, lookup   {"data":[…],"includes":…,"meta":…}, or one post as data
//   stream                     one such object a line, empty lines between
std::span<const std::string_view> x_kinds();

// Any bytes. Failures: what x_problem says of an error body; retry when it breaks off, ask_operator when it is a web page,
// skip when it is something else without posts (rules, counts, usage, compliance jobs).
Result<XAnswer> read_x_answer(std::string_view body, const ParseOptions& options);

}  // namespace barometer
