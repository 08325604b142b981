#include <algorithm>

#include "connectors/time.hpp"
#include "tests/connectors/plays/played_platform.hpp"

namespace barometer {
namespace {

constexpr long long first_id = 117'000'000'000'000'000;

// A hashtag's timeline: newest first, the page below max_id or just above min_id; and statuses by their ids.
class MastodonPlay : public PlayedPlatform {
 public:
  SourceConfig source(const std::string& url, const std::filesystem::path&) override {
    return {.settings = {{"url", url}, {"hashtag", "#nhssm"}, {"limit", "20"}}};
  }

  PlayedAnswer answer(const PlayedRequest& request, const std::vector<PlayedPost>& posts) override {
    const std::string path = request.path();
    const std::string one = "/api/v1/statuses/";
    if (path == "/api/v1/timelines/tag/nhssm") return timeline(request, posts);
    if (path == "/api/v1/statuses") return several(request, posts);
    if (path.starts_with(one)) return single(path.substr(one.size()), posts);
    return not_found();
  }

  std::string id_of(const PlayedPost& post) const override {
    return "https://social.example/users/member/statuses/" + native(post);
  }

 private:
  static std::string native(const PlayedPost& post) { return std::to_string(first_id + post.number); }

  static PlayedAnswer json(int status, std::string body) {
    return {
        status, {{"Content-Type", "application/json; charset=utf-8"}, {"X-RateLimit-Limit", "300"}}, std::move(body)};
  }
  static PlayedAnswer not_found() { return json(404, R"({"error":"Record not found"})"); }

  std::string status(const PlayedPost& post) const {
    return R"({"id":")" + native(post) + R"(","uri":")" + id_of(post) + R"(","created_at":")" + to_iso(post.made_at) +
           R"(","edited_at":null,"visibility":"public","content":"<p>)" + post.text +
           R"(</p>","account":{"acct":"member"},"tags":[{"name":"nhssm"}]})";
  }

  std::string list(const std::vector<PlayedPost>& posts) const {
    std::string body = "[";
    for (const PlayedPost& post : posts) body += (body.size() > 1 ? "," : "") + status(post);
    return body + "]";
  }

  PlayedAnswer timeline(const PlayedRequest& request, std::vector<PlayedPost> posts) const {
    const std::string below = request.query("max_id");
    const std::string above = request.query("min_id");
    std::erase_if(posts, [&](const PlayedPost& post) {
      return (!below.empty() && native(post) >= below) || (!above.empty() && native(post) <= above);
    });
    const auto size = std::min(posts.size(), static_cast<std::size_t>(std::stoul(request.query("limit"))));
    if (above.empty())
      posts.erase(posts.begin(), posts.end() - static_cast<std::ptrdiff_t>(size));
    else
      posts.resize(size);
    std::reverse(posts.begin(), posts.end());
    return json(200, list(posts));
  }

  PlayedAnswer several(const PlayedRequest& request, std::vector<PlayedPost> posts) const {
    std::erase_if(posts, [&](const PlayedPost& post) {
      return request.target.find("id%5B%5D=" + native(post)) == std::string::npos;
    });
    return json(200, list(posts));
  }

  PlayedAnswer single(const std::string& id, const std::vector<PlayedPost>& posts) const {
    for (const PlayedPost& post : posts)
      if (native(post) == id) return json(200, status(post));
    return not_found();
  }
};

}  // namespace

std::unique_ptr<PlayedPlatform> mastodon_play() { return std::make_unique<MastodonPlay>(); }

}  // namespace barometer
