#pragma once

#include <span>
#include <string>
#include <string_view>

#include "connectors/http_message.hpp"
#include "connectors/registry.hpp"
#include "connectors/result.hpp"
#include "connectors/talks.hpp"

namespace barometer {

// What one body of Facebook's held, in its order.
struct FacebookAnswer {
  Page page = {};            // posts and unreadable
  TalkListing listing = {};  // of the posts that may have comments, and which page is next
};

// Shapes that we know by name:
//   feed      {"data":[post …],"paging":…} of /PAGE/feed, /posts, /visitor_posts, /tagged     post     one of them
//   comments  the same of /POST/comments                                                      comment  one of them
//   ratings   the same of /PAGE/ratings                         objects  {"ID":{…}, …} of /?ids=, posts and comments
// A post's text is what its author wrote, or of a bare share the title and description of what is shared. Tags are read from
// the text: the offsets of message_tags count units that differ between answers, and are never used.
// Post::id is "facebook:" and the API's id. A comment without id has the one that its permanent link tells; a rating has that of
// its story, else its page (options.base_url) and moment.
std::span<const std::string_view> facebook_kinds();

// Failures as graph_api.hpp has them; skip for an object that is neither a post nor a list.
Result<FacebookAnswer> read_facebook(const HttpResponse& response, const ParseOptions& options);

}  // namespace barometer
