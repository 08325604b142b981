#include "tests/connectors/plays/graph_listing.hpp"

namespace barometer {
namespace {

// A hashtag's recent media: only roughly in order, and on each page the same cursor; which page is next only the server knows.
class InstagramPlay : public PlayedPlatform {
 public:
  SourceConfig source(const std::string& url, const std::filesystem::path& folder) override {
    write_secret(folder / "token", "user-token");
    return {.settings = {{"api", url},
                         {"user", "2002"},
                         {"hashtag", "#nhssm"},
                         {"limit", "10"},
                         {"token_file", (folder / "token").string()}}};
  }

  PlayedAnswer answer(const PlayedRequest& request, const std::vector<PlayedPost>& posts) override {
    if (request.authorization != "Bearer user-token") return graph_token_refused();
    if (request.path() == "/v23.0/ig_hashtag_search" && request.query("q") == "nhssm")
      return graph_answer(R"({"data":[{"id":"17840000000000001"}]})");
    if (request.path() != "/v23.0/17840000000000001/recent_media") return graph_gone();
    return page(request, listed(posts, request.now));
  }

  std::string id_of(const PlayedPost& post) const override { return "instagram:" + std::to_string(post.number); }

 private:
  // The last 24 hours, newest first, but each four the other way round.
  static std::vector<PlayedPost> listed(const std::vector<PlayedPost>& posts, UtcTime now) {
    std::vector<PlayedPost> out;
    std::copy_if(posts.rbegin(), posts.rend(), std::back_inserter(out),
                 [now](const PlayedPost& post) { return post.made_at > now - std::chrono::hours(24); });
    for (std::size_t at = 0; at + 4 <= out.size(); at += 4) {
      const auto begin = out.begin() + static_cast<std::ptrdiff_t>(at);
      std::reverse(begin, begin + 4);
    }
    return out;
  }

  PlayedAnswer page(const PlayedRequest& request, const std::vector<PlayedPost>& all) {
    if (request.query("after").empty()) place_ = 0;
    const auto end = std::min(place_ + std::stoul(request.query("limit")), all.size());
    std::string body;
    for (; place_ < end; ++place_) body += (body.empty() ? "" : ",") + json(all[place_]);
    std::string paging;
    if (place_ < all.size())
      paging = R"("cursors":{"after":"SAME"},"next":"https://graph.example)" + request.path() +
               R"(?access_token=secret&after=SAME")";
    return graph_answer("{\"data\":[" + body + "],\"paging\":{" + paging + "}}");
  }

  static std::string json(const PlayedPost& post) {
    return R"({"id":")" + std::to_string(post.number) + R"(","caption":")" + post.text +
           R"(","media_type":"IMAGE","timestamp":")" + graph_time(post.made_at) + R"(","comments_count":0})";
  }

  std::size_t place_ = 0;
};

}  // namespace

std::unique_ptr<PlayedPlatform> instagram_play() { return std::make_unique<InstagramPlay>(); }

}  // namespace barometer
