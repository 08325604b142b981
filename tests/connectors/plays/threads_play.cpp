#include "tests/connectors/plays/graph_listing.hpp"

namespace barometer {
namespace {

// A search for a topic tag, newest first.
class ThreadsPlay : public PlayedPlatform {
 public:
  SourceConfig source(const std::string& url, const std::filesystem::path& folder) override {
    write_secret(folder / "token", "user-token");
    return {
        .settings = {{"api", url}, {"query", "#nhssm"}, {"limit", "50"}, {"token_file", (folder / "token").string()}}};
  }

  PlayedAnswer answer(const PlayedRequest& request, const std::vector<PlayedPost>& posts) override {
    if (request.authorization != "Bearer user-token") return graph_token_refused();
    const bool search = request.path() == "/v1.0/keyword_search" && request.query("q") == "nhssm" &&
                        request.query("search_type") == "RECENT" && request.query("search_mode") == "TAG";
    if (!search) return graph_gone();
    return graph_listing(
        request, posts, [](const PlayedPost&) { return true; }, json);
  }

  std::string id_of(const PlayedPost& post) const override { return "threads:" + std::to_string(post.number); }

 private:
  static std::string json(const PlayedPost& post) {
    return R"({"id":")" + std::to_string(post.number) + R"(","text":")" + post.text +
           R"(","media_type":"TEXT_POST","username":"sam.example","timestamp":")" + graph_time(post.made_at) +
           R"(","has_replies":false})";
  }
};

}  // namespace

std::unique_ptr<PlayedPlatform> threads_play() { return std::make_unique<ThreadsPlay>(); }

}  // namespace barometer
