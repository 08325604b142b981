#include <algorithm>
#include <charconv>
#include <fstream>

#include "connectors/json_text.hpp"
#include "connectors/time.hpp"
#include "tests/connectors/plays/played_platform.hpp"

namespace barometer {
namespace {

constexpr int first_id = 9'000;
constexpr const char* json_type = "application/json; charset=utf-8";

std::int64_t second_of(const PlayedPost& post) {
  return std::chrono::floor<std::chrono::seconds>(post.made_at.time_since_epoch()).count();
}

std::int64_t number_in(const std::string& text, std::int64_t otherwise) {
  std::int64_t number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// listPosts, newest first; its cursors are moments in microseconds. `next` is set on the last page too.
class DisqusPlay : public PlayedPlatform {
 public:
  SourceConfig source(const std::string& url, const std::filesystem::path& folder) override {
    std::ofstream(folder / "key") << "a key\n";
    return {.settings = {{"forum", "marlbeck"},
                         {"api_key_file", (folder / "key").string()},
                         {"limit", "30"},
                         {"api", url + "/api/3.0"}}};
  }

  PlayedAnswer answer(const PlayedRequest& request, const std::vector<PlayedPost>& posts) override {
    if (request.query("api_key") != "a key") return error(401, 5);
    if (request.path() == "/api/3.0/posts/details.json") return details(request, posts);
    return {200,
            {{"Content-Type", json_type}, {"X-Ratelimit-Limit", "1000"}, {"X-Ratelimit-Remaining", "993"}},
            list(request, posts)};
  }

  std::string id_of(const PlayedPost& post) const override {
    return "disqus:" + std::to_string(first_id + post.number);
  }

 private:
  static PlayedAnswer error(int status, int code) {
    return {status, {{"Content-Type", json_type}}, "{\"code\":" + std::to_string(code) + ",\"response\":\"no\"}"};
  }

  static std::string comment(const PlayedPost& post) {
    constexpr std::size_t to_second = 19;
    std::string text;
    append_json_string(text, "<p>" + post.text + "</p>");
    return "{\"id\":\"" + std::to_string(first_id + post.number) + "\",\"message\":" + text + ",\"createdAt\":\"" +
           to_iso(post.made_at).substr(0, to_second) +
           "\",\"isDeleted\":false,\"isSpam\":false,\"isApproved\":true,\"parent\":null}";
  }

  static PlayedAnswer details(const PlayedRequest& request, const std::vector<PlayedPost>& posts) {
    const auto id = number_in(request.query("post"), 0);
    const auto post =
        std::find_if(posts.begin(), posts.end(), [id](const PlayedPost& one) { return one.number + first_id == id; });
    if (post == posts.end()) return error(400, 2);
    return {200, {{"Content-Type", json_type}}, "{\"code\":0,\"response\":" + comment(*post) + "}"};
  }

  static std::string list(const PlayedRequest& request, const std::vector<PlayedPost>& posts) {
    constexpr std::int64_t microseconds = 1'000'000;
    const auto before = number_in(request.query("cursor"), 1LL << 60) / microseconds;
    const auto since = number_in(request.query("since"), 0);
    const auto size = number_in(request.query("limit"), 25);
    // Pages are parted by time, in whatever order their comments stand.
    std::vector<std::int64_t> seconds;
    for (const auto& post : posts)
      if (second_of(post) < before && second_of(post) >= since) seconds.push_back(second_of(post));
    std::sort(seconds.rbegin(), seconds.rend());
    const bool more = std::ssize(seconds) > size;
    if (more) seconds.resize(static_cast<std::size_t>(size));
    std::string out;
    for (auto post = posts.rbegin(); post != posts.rend(); ++post)
      if (std::find(seconds.begin(), seconds.end(), second_of(*post)) != seconds.end())
        out += (out.empty() ? "" : ",") + comment(*post);
    const auto next = seconds.empty() ? "null" : '"' + std::to_string(seconds.back() * microseconds) + ":0:0\"";
    return "{\"cursor\":{\"prev\":null,\"hasNext\":" + std::string(more ? "true" : "false") + ",\"next\":" + next +
           ",\"more\":" + (more ? "true" : "false") + "},\"code\":0,\"response\":[" + out + "]}";
  }
};

}  // namespace

std::unique_ptr<PlayedPlatform> disqus_play() { return std::make_unique<DisqusPlay>(); }

}  // namespace barometer
