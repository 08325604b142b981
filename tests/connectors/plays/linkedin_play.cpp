#include <algorithm>
#include <atomic>
#include <fstream>
#include <functional>

#include "connectors/url.hpp"
#include "tests/connectors/plays/played_platform.hpp"

namespace barometer {
namespace {

PlayedAnswer json_answer(std::string body, int status = 200) {
  return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

PlayedAnswer refusal(int status, const std::string& code) {
  return json_answer(R"({"status":)" + std::to_string(status) + R"(,"code":")" + code + R"(","message":"no"})", status);
}

std::string milliseconds(UtcTime time) { return std::to_string(time.time_since_epoch().count()); }

// An organisation's page. Of each ten posts of the test the fifth is a comment on the first, and the tenth answers the first of
// these. Lists are told by offset, so that what is taken away shifts the rest.
class LinkedInPlay : public PlayedPlatform {
 public:
  SourceConfig source(const std::string& url, const std::filesystem::path& folder) override {
    std::ofstream(folder / "token") << token() << '\n';
    std::ofstream(folder / "secret") << "client-secret\n";
    std::ofstream(folder / "refresh") << "refresh-token\n";
    return {.settings = {{"api", url},
                         {"auth", url},
                         {"organization", "1001"},
                         {"limit", "40"},
                         {"token_file", (folder / "token").string()},
                         {"client_id", "client"},
                         {"client_secret_file", (folder / "secret").string()},
                         {"refresh_token_file", (folder / "refresh").string()}}};
  }

  PlayedAnswer answer(const PlayedRequest& request, const std::vector<PlayedPost>& posts) override {
    const std::string path = request.path();
    if (path == "/oauth/v2/accessToken") return new_token(request);
    if (request.authorization != "Bearer " + token()) return refusal(401, "EXPIRED_ACCESS_TOKEN");
    if (path == "/rest/posts") return list(request, posts, [](int number) { return number % 5 != 0; });
    if (path == comments_of(post_urn(1))) return list(request, posts, [](int number) { return number % 10 == 5; });
    if (path == comments_of(comment_urn(5))) return list(request, posts, [](int number) { return number % 10 == 0; });
    for (const PlayedPost& post : posts)
      if (path == item_path(post.number)) return json_answer(json(post));
    const bool other_comments = path.ends_with("/comments");
    return other_comments ? json_answer(R"({"paging":{"start":0,"count":20,"links":[]},"elements":[]})")
                          : refusal(404, "NOT_FOUND");
  }

  std::string id_of(const PlayedPost& post) const override { return "linkedin:" + urn(post.number); }

  bool expire_tokens() override {
    ++generation_;
    return true;
  }

 private:
  static constexpr const char* activity = "urn:li:activity:900";

  static std::string post_urn(int number) { return "urn:li:share:" + std::to_string(number); }
  static std::string comment_urn(int number) {
    return std::string("urn:li:comment:(") + activity + ',' + std::to_string(number) + ')';
  }
  static std::string urn(int number) { return number % 5 == 0 ? comment_urn(number) : post_urn(number); }
  static std::string comments_of(const std::string& urn) {
    return "/rest/socialActions/" + percent_encoded(urn) + "/comments";
  }
  static std::string item_path(int number) {
    if (number % 5 != 0) return "/rest/posts/" + percent_encoded(post_urn(number));
    return comments_of(activity) + '/' + std::to_string(number);
  }
  std::string token() const { return "token-" + std::to_string(generation_); }

  PlayedAnswer new_token(const PlayedRequest& request) const {
    const bool ours =
        request.method == "POST" && request.body ==
                                        "grant_type=refresh_token&refresh_token=refresh-token&client_id=client"
                                        "&client_secret=client-secret";
    if (!ours) return json_answer(R"({"error":"invalid_grant"})", 400);
    return json_answer(R"({"access_token":")" + token() + R"(","expires_in":5184000,"refresh_token":"refresh-token"})");
  }

  static std::string json(const PlayedPost& post) {
    const std::string made = milliseconds(post.made_at);
    if (post.number % 5 != 0)
      return R"({"id":")" + urn(post.number) + R"(","author":"urn:li:organization:1001","commentary":")" + post.text +
             R"(","lifecycleState":"PUBLISHED","visibility":"PUBLIC","publishedAt":)" + made + R"(,"lastModifiedAt":)" +
             made + '}';
    return R"({"id":")" + std::to_string(post.number) + R"(","commentUrn":")" + urn(post.number) + R"(","object":")" +
           activity + R"(","actor":"urn:li:person:a","message":{"text":")" + post.text + R"("},"created":{"time":)" +
           made + R"(},"commentsSummary":{"totalFirstLevelComments":)" + (post.number == 5 ? "9" : "0") + "}}";
  }

  static PlayedAnswer list(const PlayedRequest& request, const std::vector<PlayedPost>& posts,
                           const std::function<bool(int)>& wanted) {
    std::vector<PlayedPost> listed;
    std::copy_if(posts.rbegin(), posts.rend(), std::back_inserter(listed),
                 [&](const PlayedPost& post) { return wanted(post.number); });
    const auto start = std::stoul(request.query("start"));
    const auto end = std::min(start + std::stoul(request.query("count")), listed.size());
    std::string body;
    for (auto at = start; at < end; ++at) body += (body.empty() ? "" : ",") + json(listed[at]);
    const std::string link = end < listed.size() ? R"({"rel":"next","href":"/rest/next"})" : "";
    return json_answer(R"({"paging":{"start":)" + request.query("start") + R"(,"count":)" + request.query("count") +
                       R"(,"links":[)" + link + R"(]},"elements":[)" + body + "]}");
  }

  std::atomic<int> generation_{1};
};

}  // namespace

std::unique_ptr<PlayedPlatform> linkedin_play() { return std::make_unique<LinkedInPlay>(); }

}  // namespace barometer
