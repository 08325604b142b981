#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/http_message.hpp"
#include "connectors/post.hpp"
#include "connectors/registry.hpp"
#include "connectors/result.hpp"

namespace barometer {

// What one body of the Data API v3 held, in its order: videos and comments, each thread's first comment before its replies.
struct YoutubeAnswer {
  // A thread that has more replies than its body shows.
  struct Thread {
    std::string id = {};
    std::string video = {};  // may be empty
    std::int64_t replies = 0;
  };
  std::vector<Post> posts = {};  // Post::id is "youtube:" and the id
  std::vector<Thread> unfinished = {};
  std::string next_token = {};  // nextPageToken
  bool listed = false;          // it has items, if none: a whole page
  std::uint64_t unreadable = 0;
};

// Shapes that we know by name: the API's lists search, videos, playlistItems, commentThreads, comments; and feed, the Atom of a
// channel or playlist.
std::span<const std::string_view> youtube_kinds();

// Any bytes. Comments' text is textOriginal, else textDisplay: HTML, unless `plain` says that plain text was asked for.
// Failures: what the error says in an error body; retry when it breaks off, ask_operator when it is a web page. Channels and
// playlists among search results are passed over.
Result<YoutubeAnswer> read_youtube_answer(std::string_view body, const ParseOptions& options, bool plain);

// The `reason` of an error body, which tells more than its status; empty when it has none.
std::string youtube_reason(std::string_view body);

// An answer that is no page, by its reason. A used-up quota is our own budget: wait until the day ends on the Pacific coast.
Failure youtube_refusal(const HttpResponse& response, UtcTime now);

}  // namespace barometer
