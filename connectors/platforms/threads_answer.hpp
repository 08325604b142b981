#pragma once

#include <span>
#include <string_view>

#include "connectors/http_message.hpp"
#include "connectors/registry.hpp"
#include "connectors/result.hpp"
#include "connectors/talks.hpp"

namespace barometer {

// What one body of Threads' held, in its order.
struct ThreadsAnswer {
  Page page = {};            // posts and unreadable
  TalkListing listing = {};  // posts that have replies, and which page is next
  std::size_t entries = 0;   // of the list, readable or not
  std::string after = {};    // paging.cursors.after: a full page without `next` may have another behind it
};

// Shapes that we know by name:
//   keyword_search threads mentions replies conversation   {"data":[post …],"paging":…}      post   one of them
//   threads_publishing_limit recently_searched_keywords    {"data":[…]}: no posts
// Post::id is "threads:" and the API's id. A repost is known by the id of what it passes on; a topic tag is a tag.
std::span<const std::string_view> threads_kinds();

// Failures as graph_api.hpp has them; skip for an object that is none of these.
Result<ThreadsAnswer> read_threads(const HttpResponse& response, const ParseOptions& options);

}  // namespace barometer
