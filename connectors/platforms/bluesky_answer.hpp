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

// What one body held, in its order; each post once.
struct BlueskyAnswer {
  std::vector<Post> posts = {};
  std::string cursor = {};       // of the next page; empty: none
  std::uint64_t unreadable = 0;  // entries that should have been posts
};

// Shapes that we know by name, after the API's words:
//   search   {"posts":[…],"cursor":…}, of searchPosts       posts   {"posts":[…]} of getPosts, or one post's view alone
//   thread   {"thread":{"post":…,"parent":…,"replies":[…]}} feed    {"feed":[{"post":…}]} of all feeds and lists
//   quotes   {"uri":…,"posts":[…]}                          record  {"uri":…,"value":…}, or {"records":[…]}
//   jetstream  events, one a line, of either wire           session what createSession and refreshSession give: no posts
std::span<const std::string_view> bluesky_kinds();

// Any bytes. Failures: what {"error":…} says (bluesky_refusal), retry when the body breaks off, ask_operator when it is a web
// page, skip when it is no JSON at all, or not what `options.kind` says.
Result<BlueskyAnswer> read_bluesky_answer(std::string_view body, const ParseOptions& options);

// What an error body asks for, by its `error` (XRPC). `status` 0: unknown. The detail names the error and repeats nothing else.
//   expired or wrong tokens, wrong passwords, accounts that are gone    ask_operator (who holds a session renews it first)
//   RateLimitExceeded and trouble of the server's                      retry
//   NotFound and the like                                              skip
Failure bluesky_refusal(std::string_view error);

// The `error` of such a body; empty when there is none that is one word.
std::string bluesky_error(std::string_view body);

// For `barometer parse`.
Result<Page> parse_bluesky(std::string body, const ParseOptions& options);

}  // namespace barometer
