#include <algorithm>
#include <fstream>

#include "connectors/json_text.hpp"
#include "tests/connectors/plays/played_platform.hpp"

namespace barometer {
namespace {

constexpr const char* json_type = "application/json; charset=UTF-8";

// Listings newest first, read down by `after`; a thing that is gone names no place in them. Tokens live an hour.
class RedditPlay : public PlayedPlatform {
 public:
  SourceConfig source(const std::string& url, const std::filesystem::path& folder) override {
    std::ofstream(folder / "secret") << "a secret\n";
    return {.settings = {{"subreddit", "marlbeck"},
                         {"account", "marlbeck_comms"},
                         {"client_id", "app"},
                         {"client_secret_file", (folder / "secret").string()},
                         {"limit", "25"},
                         {"api", url},
                         {"login", url}}};
  }

  PlayedAnswer answer(const PlayedRequest& request, const std::vector<PlayedPost>& posts) override {
    if (request.path() == "/api/v1/access_token") return token(request);
    if (request.authorization != "bearer token-" + std::to_string(tokens_) || tokens_ == 0)
      return {401,
              {{"Content-Type", json_type}, {"www-authenticate", "Bearer realm=\"reddit\", error=\"invalid_token\""}},
              "{\"message\": \"Unauthorized\", \"error\": 401}"};
    const bool info = request.path() == "/api/info";
    return {200,
            {{"Content-Type", json_type},
             {"x-ratelimit-used", "3"},
             {"x-ratelimit-remaining", "597.0"},
             {"x-ratelimit-reset", "485"}},
            info ? told(request.query("id"), posts) : listing(request, posts)};
  }

  std::string id_of(const PlayedPost& post) const override { return "reddit:" + fullname(post.number); }

  bool expire_tokens() override {
    ++tokens_;
    return true;
  }

 private:
  static std::string fullname(int number) { return "t3_m" + std::to_string(number); }

  PlayedAnswer token(const PlayedRequest& request) {
    const bool right = request.method == "POST" && request.authorization == "Basic YXBwOmEgc2VjcmV0" &&
                       request.body == "grant_type=client_credentials";
    if (!right) return {401, {{"Content-Type", json_type}}, "{\"message\": \"Unauthorized\", \"error\": 401}"};
    ++tokens_;
    return {200,
            {{"Content-Type", json_type}},
            "{\"access_token\": \"token-" + std::to_string(tokens_) +
                "\", \"token_type\": \"bearer\", \"expires_in\": 3600, \"scope\": \"*\"}"};
  }

  static std::string thing(const PlayedPost& post) {
    const auto at = std::chrono::floor<std::chrono::seconds>(post.made_at.time_since_epoch()).count();
    std::string text;
    append_json_string(text, post.text);
    return "{\"kind\": \"t3\", \"data\": {\"name\": \"" + fullname(post.number) +
           "\", \"author\": \"someone\", \"edited\": false, \"title\": \"A day\", \"selftext\": " + text +
           ", \"created_utc\": " + std::to_string(at) + ".0}}";
  }

  static std::string listing(const PlayedRequest& request, const std::vector<PlayedPost>& posts) {
    const auto after = request.query("after");
    const auto size = static_cast<std::size_t>(std::stoi(request.query("limit")));
    const auto named = [&](const PlayedPost& post) { return fullname(post.number) == after; };
    auto post = posts.rbegin();
    if (!after.empty()) post = std::find_if(posts.rbegin(), posts.rend(), named);
    if (!after.empty() && post != posts.rend()) ++post;
    std::string list;
    std::string last = "null";
    for (std::size_t count = 0; post != posts.rend() && count < size; ++post, ++count) {
      list += (list.empty() ? "" : ", ") + thing(*post);
      last = '"' + fullname(post->number) + '"';
    }
    if (post == posts.rend()) last = "null";
    return "{\"kind\": \"Listing\", \"data\": {\"children\": [" + list + "], \"after\": " + last +
           ", \"before\": null}}";
  }

  static std::string told(const std::string& ids, const std::vector<PlayedPost>& posts) {
    std::string list;
    for (const auto& post : posts)
      if ((',' + ids + ',').find(',' + fullname(post.number) + ',') != std::string::npos)
        list += (list.empty() ? "" : ", ") + thing(post);
    return "{\"kind\": \"Listing\", \"data\": {\"children\": [" + list + "], \"after\": null, \"before\": null}}";
  }

  int tokens_ = 0;
};

}  // namespace

std::unique_ptr<PlayedPlatform> reddit_play() { return std::make_unique<RedditPlay>(); }

}  // namespace barometer
