#pragma once

#include <algorithm>
#include <atomic>
#include <fstream>
#include <functional>

#include "connectors/time.hpp"
#include "connectors/url.hpp"
#include "tests/connectors/plays/played_platform.hpp"

// How Meta's platforms answer, for their plays.

namespace barometer {

inline PlayedAnswer graph_answer(std::string body, int status = 200) {
  return {status, {{"Content-Type", "application/json; charset=UTF-8"}}, std::move(body)};
}

inline PlayedAnswer graph_token_refused() {
  return graph_answer(
      R"({"error":{"message":"Session has expired.","type":"OAuthException","code":190,"error_subcode":463}})", 400);
}

inline PlayedAnswer graph_gone() {
  return graph_answer(
      R"({"error":{"message":"Object does not exist","type":"GraphMethodException","code":100,"error_subcode":33}})",
      400);
}

// "2026-11-18T06:00:00+0000"
inline std::string graph_time(UtcTime time) { return to_iso(time).substr(0, 19) + "+0000"; }

inline void write_secret(const std::filesystem::path& file, const std::string& secret) {
  std::ofstream(file) << secret << '\n';
}

// The `wanted` posts, the last of `posts` first, a page at a time: a cursor names the last post of the page before, and keeps its
// place where that one is gone. The last page has no `next`.
inline PlayedAnswer graph_listing(const PlayedRequest& request, const std::vector<PlayedPost>& posts,
                                  const std::function<bool(const PlayedPost&)>& wanted,
                                  const std::function<std::string(const PlayedPost&)>& json) {
  std::vector<PlayedPost> listed;
  std::copy_if(posts.rbegin(), posts.rend(), std::back_inserter(listed), wanted);
  auto at = listed.begin();
  if (const std::string after = request.query("after"); !after.empty()) {
    const int last = std::stoi(after.substr(after.find('_') + 1));
    at = std::find_if(listed.begin(), listed.end(), [last](const PlayedPost& post) { return post.number == last; });
    at = at == listed.end()
             ? std::find_if(listed.begin(), listed.end(), [last](const auto& post) { return post.number < last; })
             : at + 1;
  }
  const auto limit = std::min<std::ptrdiff_t>(std::stoi(request.query("limit")), listed.end() - at);
  std::string body;
  for (auto post = at; post != at + limit; ++post) body += (body.empty() ? "" : ",") + json(*post);
  std::string paging;
  if (limit > 0) paging = R"("cursors":{"before":"B","after":"C_)" + std::to_string((at + limit - 1)->number) + "\"}";
  if (limit > 0 && at + limit != listed.end())
    paging += R"(,"next":"https://graph.example)" + request.path() +
              "?access_token=secret&limit=" + request.query("limit") + "&after=C_" +
              std::to_string((at + limit - 1)->number) + "\"";
  return graph_answer("{\"data\":[" + body + "],\"paging\":{" + paging + "}}");
}

}  // namespace barometer
