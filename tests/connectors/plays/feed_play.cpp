#include "connectors/time.hpp"
#include "tests/connectors/plays/played_platform.hpp"

namespace barometer {
namespace {

constexpr std::size_t shown = 20;

// A blog's RSS: the newest posts and no others, newest first.
class FeedPlay : public PlayedPlatform {
 public:
  SourceConfig source(const std::string& url, const std::filesystem::path&) override {
    url_ = url;
    return {.settings = {{"url", url + "/blog/feed/"}}};
  }

  PlayedAnswer answer(const PlayedRequest& request, const std::vector<PlayedPost>& posts) override {
    for (const auto& post : posts)
      if (request.path() == page_of(post)) return {200, {{"Content-Type", "text/html"}}, {}};
    if (request.path() != "/blog/feed/") return {404, {{"Content-Type", "text/plain"}}, {}};
    std::string body =
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>";
    std::size_t given = 0;
    for (auto post = posts.rbegin(); post != posts.rend() && given++ < shown; ++post) {
      body += "<item><guid isPermaLink=\"false\">" + id_of(*post) + "</guid><link>" + url_ + page_of(*post) +
              "</link><dc:date>" + to_iso(post->made_at) + "</dc:date><description><![CDATA[" + post->text +
              "]]></description></item>";
    }
    return {200, {{"Content-Type", "application/rss+xml"}}, body + "</channel></rss>"};
  }

  std::string id_of(const PlayedPost& post) const override {
    return "https://blog.example/?p=" + std::to_string(post.number);
  }
  std::size_t window() const override { return shown; }

 private:
  static std::string page_of(const PlayedPost& post) { return "/blog/" + std::to_string(post.number); }
  std::string url_;
};

}  // namespace

std::unique_ptr<PlayedPlatform> feed_play() { return std::make_unique<FeedPlay>(); }

}  // namespace barometer
