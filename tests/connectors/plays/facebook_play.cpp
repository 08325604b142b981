#include "tests/connectors/plays/graph_listing.hpp"

namespace barometer {
namespace {

// A page's feed; every fifth post of the test is a comment on the first.
class FacebookPlay : public PlayedPlatform {
 public:
  SourceConfig source(const std::string& url, const std::filesystem::path& folder) override {
    write_secret(folder / "page", page_token());
    write_secret(folder / "user", user_token);
    return {.settings = {{"api", url},
                         {"page", "1001"},
                         {"limit", "60"},
                         {"token_file", (folder / "page").string()},
                         {"user_token_file", (folder / "user").string()}}};
  }

  PlayedAnswer answer(const PlayedRequest& request, const std::vector<PlayedPost>& posts) override {
    const std::string path = request.path();
    if (path == "/v23.0/me/accounts") return accounts(request);
    if (request.authorization != "Bearer " + page_token()) return graph_token_refused();
    if (path == "/v23.0/1001/feed") return feed(request, posts);
    if (path == "/v23.0/1001_1/comments") return comments(request, posts);
    if (path == "/v23.0/1001") return graph_answer(R"({"id":"1001"})");
    if (path == "/v23.0/") return objects(request, posts);
    return graph_gone();
  }

  std::string id_of(const PlayedPost& post) const override { return "facebook:" + native(post); }

  bool expire_tokens() override {
    ++generation_;
    return true;
  }

 private:
  static constexpr const char* user_token = "user-token";

  static bool is_comment(const PlayedPost& post) { return post.number % 5 == 0; }
  static std::string native(const PlayedPost& post) {
    return (is_comment(post) ? "1_" : "1001_") + std::to_string(post.number);
  }
  std::string page_token() const { return "page-token-" + std::to_string(generation_); }

  PlayedAnswer accounts(const PlayedRequest& request) const {
    if (request.authorization != std::string("Bearer ") + user_token) return graph_token_refused();
    return graph_answer(R"({"data":[{"id":"1000","access_token":"other"},{"id":"1001","access_token":")" +
                        page_token() + R"("}]})");
  }

  static PlayedAnswer feed(const PlayedRequest& request, const std::vector<PlayedPost>& posts) {
    return graph_listing(
        request, posts, [](const PlayedPost& post) { return !is_comment(post); },
        [&](const PlayedPost& post) { return post_json(post, posts); });
  }

  static PlayedAnswer comments(const PlayedRequest& request, const std::vector<PlayedPost>& posts) {
    return graph_listing(request, posts, is_comment, comment_json);
  }

  static PlayedAnswer objects(const PlayedRequest& request, const std::vector<PlayedPost>& posts) {
    const std::string wanted = ',' + request.query("ids") + ',';
    std::string body;
    for (const PlayedPost& post : posts) {
      if (wanted.find(',' + native(post) + ',') == wanted.npos) continue;
      body += (body.empty() ? "{\"" : ",\"") + native(post) +
              "\":" + (is_comment(post) ? comment_json(post) : post_json(post, posts));
    }
    return body.empty() ? graph_gone() : graph_answer(body + '}');
  }

  static std::string post_json(const PlayedPost& post, const std::vector<PlayedPost>& posts) {
    std::size_t count = 0;
    UtcTime updated = post.made_at;
    for (const PlayedPost& other : posts) {
      if (post.number != 1 || !is_comment(other)) continue;
      ++count;
      updated = std::max(updated, other.made_at);
    }
    return R"({"id":")" + native(post) + R"(","message":")" + post.text + R"(","created_time":")" +
           graph_time(post.made_at) + R"(","updated_time":")" + graph_time(updated) +
           R"(","permalink_url":"https://www.facebook.com/1001/posts/)" + std::to_string(post.number) +
           R"(/","comments":{"data":[],"summary":{"total_count":)" + std::to_string(count) + "}}}";
  }

  static std::string comment_json(const PlayedPost& post) {
    return R"({"id":")" + native(post) + R"(","message":")" + post.text + R"(","created_time":")" +
           graph_time(post.made_at) +
           R"(","comment_count":0,"permalink_url":"https://www.facebook.com/1001/posts/1/?comment_id=)" +
           std::to_string(post.number) + R"("})";
  }

  std::atomic<int> generation_{1};
};

}  // namespace

std::unique_ptr<PlayedPlatform> facebook_play() { return std::make_unique<FacebookPlay>(); }

}  // namespace barometer
