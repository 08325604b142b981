#include <algorithm>

#include "connectors/time.hpp"
#include "tests/connectors/plays/played_platform.hpp"

namespace barometer {
namespace {

// Notes by their ids: newest first below untilId, oldest first just above sinceId.
class MisskeyPlay : public PlayedPlatform {
 public:
  SourceConfig source(const std::string& url, const std::filesystem::path&) override {
    url_ = url;
    return {.settings = {{"url", url}, {"hashtag", "#nhssm"}, {"limit", "20"}}};
  }

  PlayedAnswer answer(const PlayedRequest& request, const std::vector<PlayedPost>& posts) override {
    if (request.method == "POST" && request.path() == "/api/notes/search-by-tag") return search(request.body, posts);
    if (request.method == "POST" && request.path() == "/api/notes/show") return show(request.body, posts);
    return refuse(404, "UNKNOWN_API_ENDPOINT");
  }

  std::string id_of(const PlayedPost& post) const override { return url_ + "/notes/" + native(post); }

 private:
  static std::string native(const PlayedPost& post) { return "a9note" + std::to_string(100'000 + post.number); }

  static std::string field(const std::string& body, const std::string& key) {
    const auto at = body.find('"' + key + "\":\"");
    if (at == std::string::npos) return {};
    const auto begin = at + key.size() + 4;
    return body.substr(begin, body.find('"', begin) - begin);
  }

  static PlayedAnswer json(int status, std::string body) {
    return {status, {{"Content-Type", "application/json; charset=utf-8"}}, std::move(body)};
  }
  static PlayedAnswer refuse(int status, const std::string& code) {
    return json(status, R"({"error":{"message":"no","code":")" + code + R"(","id":"0","kind":"client"}})");
  }

  static std::string note(const PlayedPost& post) {
    return R"({"id":")" + native(post) + R"(","createdAt":")" + to_iso(post.made_at) + R"(","text":")" + post.text +
           R"(","cw":null,"visibility":"public","user":{"username":"member","host":null},"tags":["nhssm"]})";
  }

  static PlayedAnswer search(const std::string& body, std::vector<PlayedPost> posts) {
    constexpr std::size_t limit = 20;
    const std::string below = field(body, "untilId");
    const std::string above = field(body, "sinceId");
    std::erase_if(posts, [&](const PlayedPost& post) {
      return (!below.empty() && native(post) >= below) || (!above.empty() && native(post) <= above);
    });
    if (above.empty()) std::reverse(posts.begin(), posts.end());
    posts.resize(std::min(posts.size(), limit));
    std::string list = "[";
    for (const PlayedPost& post : posts) list += (list.size() > 1 ? "," : "") + note(post);
    return json(200, list + "]");
  }

  static PlayedAnswer show(const std::string& body, const std::vector<PlayedPost>& posts) {
    for (const PlayedPost& post : posts)
      if (native(post) == field(body, "noteId")) return json(200, note(post));
    return refuse(400, "NO_SUCH_NOTE");
  }

  std::string url_;
};

}  // namespace

std::unique_ptr<PlayedPlatform> misskey_play() { return std::make_unique<MisskeyPlay>(); }

}  // namespace barometer
