#include <algorithm>
#include <fstream>
#include <sstream>

#include "connectors/time.hpp"
#include "tests/connectors/plays/played_platform.hpp"

namespace barometer {

namespace {

// The comments of a channel's videos, of YouTube's Data API v3: newest first, fewer a page than asked for, as it may.
class YoutubePlay : public PlayedPlatform {
 public:
  SourceConfig source(const std::string& url, const std::filesystem::path& folder) override {
    const auto key = folder / "youtube.key";
    std::ofstream(key) << "a-key\n";
    SourceConfig config;
    config.settings = {
        {"channel", "UCmarlbeck"}, {"key_file", key.string()}, {"first_pages", "10"}, {"api", url + "/youtube/v3"}};
    return config;
  }

  PlayedAnswer answer(const PlayedRequest& request, const std::vector<PlayedPost>& posts) override {
    if (request.path() == "/youtube/v3/commentThreads") return threads(request, posts);
    if (request.path() == "/youtube/v3/comments") return comments(request, posts);
    return {404, json, R"({"error":{"code":404,"errors":[{"reason":"notFound"}]}})"};
  }

  std::string id_of(const PlayedPost& post) const override { return "youtube:" + native_id(post.number); }

 private:
  static constexpr std::size_t page_size = 10;

  static std::string native_id(int number) {
    const auto digits = std::to_string(number);
    constexpr std::size_t length = 22;
    return "Ugx" + std::string(length - digits.size(), '0') + digits;
  }

  static std::string comment(const PlayedPost& post) {
    const auto time = to_iso(post.made_at);
    return R"({"kind":"youtube#comment","id":")" + native_id(post.number) +
           R"(","snippet":{"videoId":"MarlbeckV01","textDisplay":")" + post.text +
           R"(","authorDisplayName":"@pat","authorChannelId":{"value":"UCpat"},"likeCount":0,"publishedAt":")" + time +
           R"(","updatedAt":")" + time + R"("}})";
  }

  static PlayedAnswer threads(const PlayedRequest& request, const std::vector<PlayedPost>& posts) {
    if (request.query("allThreadsRelatedToChannelId") != "UCmarlbeck" || request.query("order") != "time")
      return {400, json, R"({"error":{"code":400,"errors":[{"reason":"badRequest"}]}})"};
    const auto token = request.query("pageToken");
    std::vector<int> numbers;
    for (const auto& post : posts)
      if (token.empty() || post.number < std::stoi(token)) numbers.push_back(post.number);
    std::sort(numbers.rbegin(), numbers.rend());
    const bool more = numbers.size() > page_size;
    if (more) numbers.resize(page_size);
    std::string items;
    for (auto post = posts.rbegin(); post != posts.rend(); ++post) {
      if (std::find(numbers.begin(), numbers.end(), post->number) == numbers.end()) continue;
      items += (items.empty() ? "" : ",") + (R"({"kind":"youtube#commentThread","id":")" + native_id(post->number)) +
               R"(","snippet":{"videoId":"MarlbeckV01","totalReplyCount":0,"isPublic":true,"topLevelComment":)" +
               comment(*post) + "}}";
    }
    const auto next = more ? R"("nextPageToken":")" + std::to_string(numbers.back()) + "\"," : std::string();
    return {200, json, R"({"kind":"youtube#commentThreadListResponse",)" + next + R"("items":[)" + items + "]}"};
  }

  static PlayedAnswer comments(const PlayedRequest& request, const std::vector<PlayedPost>& posts) {
    std::string items;
    std::stringstream ids(request.query("id"));
    for (std::string id; std::getline(ids, id, ',');) {
      const auto post =
          std::find_if(posts.begin(), posts.end(), [&](const auto& one) { return native_id(one.number) == id; });
      if (post != posts.end()) items += (items.empty() ? "" : ",") + comment(*post);
    }
    return {200, json, R"({"kind":"youtube#commentListResponse","items":[)" + items + "]}"};
  }

  inline static const std::vector<std::pair<std::string, std::string>> json = {
      {"Content-Type", "application/json; charset=UTF-8"}};
};

}  // namespace

std::unique_ptr<PlayedPlatform> youtube_play() { return std::make_unique<YoutubePlay>(); }

}  // namespace barometer
