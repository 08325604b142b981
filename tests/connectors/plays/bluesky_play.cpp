#include <algorithm>
#include <charconv>
#include <fstream>
#include <set>

#include "connectors/json_text.hpp"
#include "connectors/time.hpp"
#include "tests/connectors/plays/played_platform.hpp"

namespace barometer {
namespace {

constexpr std::size_t most_results = 25;  // of one answer, so that there are several
constexpr std::string_view did = "did:plc:wardsister";

PlayedAnswer json(int status, std::string body) {
  return {status, {{"Content-Type", "application/json; charset=utf-8"}}, std::move(body)};
}

std::string uri_of(const PlayedPost& post) {
  return "at://" + std::string(did) + "/app.bsky.feed.post/3m" + std::to_string(post.number);
}

std::string view_of(const PlayedPost& post) {
  const auto time = to_iso(post.made_at);
  std::string out = R"({"uri":")" + uri_of(post) + R"(","cid":"bafy)" + std::to_string(post.number) +
                    R"(","author":{"did":")" + std::string(did) +
                    R"(","handle":"ward.example.org","labels":[]},"record":{"$type":"app.bsky.feed.post","text":)";
  append_json_string(out, post.text);
  out +=
      R"(,"createdAt":")" + time +
      R"(","facets":[{"index":{"byteStart":0,"byteEnd":6},"features":[{"$type":"app.bsky.richtext.facet#tag","tag":"nhssm"}]}]})";
  return out + R"(,"replyCount":0,"repostCount":0,"likeCount":0,"indexedAt":")" + time + R"(","labels":[]})";
}

// An account's server that searches. Results are ordered by time, newest first; its cursor counts results, as the real one does,
// so that a deletion moves all that follow; sessions are renewed, each refresh token once.
class BlueskyPlay : public PlayedPlatform {
 public:
  SourceConfig source(const std::string& url, const std::filesystem::path& folder) override {
    const auto password = folder / "password";
    std::ofstream(password) << "an-app-password\n";
    return {.settings = {{"mode", "search"},
                         {"hashtags", "#nhssm"},
                         {"api", url},
                         {"appview", url},
                         {"identifier", "ward.example.org"},
                         {"password_file", password.string()}}};
  }

  PlayedAnswer answer(const PlayedRequest& request, const std::vector<PlayedPost>& posts) override {
    const auto method = request.path().substr(std::string_view("/xrpc/").size());
    if (method == "com.atproto.server.createSession") return log_in(request);
    if (method == "com.atproto.server.refreshSession") return renew(request);
    if (request.authorization.empty())
      return json(401, R"({"error":"AuthMissing","message":"Authentication Required"})");
    if (request.authorization != "Bearer " + access())
      return json(400, R"({"error":"ExpiredToken","message":"Token has expired"})");
    if (method == "app.bsky.feed.searchPosts") return search(request, posts);
    if (method == "app.bsky.feed.getPosts") return kept(request, posts);
    return json(501, R"({"error":"MethodNotImplemented","message":"Method Not Implemented"})");
  }

  std::string id_of(const PlayedPost& post) const override { return uri_of(post); }

  bool expire_tokens() override {
    ++epoch_;
    return true;
  }

 private:
  std::string access() const { return "access" + std::to_string(epoch_); }
  std::string refresh() const { return "refresh" + std::to_string(session_); }

  PlayedAnswer session() {
    ++session_;
    return json(200, R"({"accessJwt":")" + access() + R"(","refreshJwt":")" + refresh() + R"(","did":")" +
                         std::string(did) + R"(","handle":"ward.example.org","active":true})");
  }

  PlayedAnswer log_in(const PlayedRequest& request) {
    const bool right = request.method == "POST" && request.body.find("an-app-password") != std::string::npos;
    if (!right) return json(401, R"({"error":"AuthenticationRequired","message":"Invalid identifier or password"})");
    return session();
  }

  // The last but one still counts for a while, in case its answer was lost.
  PlayedAnswer renew(const PlayedRequest& request) {
    const auto last = "Bearer refresh" + std::to_string(session_ - 1);
    if (request.authorization != "Bearer " + refresh() && request.authorization != last)
      return json(400, R"({"error":"ExpiredToken","message":"Token has expired"})");
    return session();
  }

  static PlayedAnswer search(const PlayedRequest& request, std::vector<PlayedPost> posts) {
    std::stable_sort(posts.begin(), posts.end(),
                     [](const PlayedPost& a, const PlayedPost& b) { return a.made_at > b.made_at; });
    const auto since = parse_iso(request.query("since"));
    const auto until = parse_iso(request.query("until"));
    std::erase_if(posts, [&](const PlayedPost& post) {
      return (since && post.made_at < *since) || (until && post.made_at >= *until);
    });
    std::size_t at = 0;
    const auto cursor = request.query("cursor");
    std::from_chars(cursor.data(), cursor.data() + cursor.size(), at);
    std::string list;
    const auto end = std::min(at + most_results, posts.size());
    for (std::size_t i = at; i < end; ++i) list += (list.empty() ? "" : ",") + view_of(posts[i]);
    const auto next = end < posts.size() ? R"(,"cursor":")" + std::to_string(end) + '"' : std::string();
    return json(200, R"({"posts":[)" + list + "]" + next + "}");
  }

  static PlayedAnswer kept(const PlayedRequest& request, const std::vector<PlayedPost>& posts) {
    std::set<std::string> asked;
    for (auto at = request.target.find("uris="); at != std::string::npos; at = request.target.find("uris=", at + 1)) {
      PlayedRequest one;
      one.target = "?" + request.target.substr(at, request.target.find('&', at) - at);
      asked.insert(one.query("uris"));
    }
    std::string list;
    for (const PlayedPost& post : posts) {
      if (asked.contains(uri_of(post))) list += (list.empty() ? "" : ",") + view_of(post);
    }
    return json(200, R"({"posts":[)" + list + "]}");
  }

  int epoch_ = 1;
  int session_ = 0;
};

}  // namespace

std::unique_ptr<PlayedPlatform> bluesky_play() { return std::make_unique<BlueskyPlay>(); }

}  // namespace barometer
