#include <algorithm>
#include <charconv>

#include "connectors/json_text.hpp"
#include "connectors/time.hpp"
#include "tests/connectors/plays/played_platform.hpp"

namespace barometer {
namespace {

constexpr const char* json_type = "application/json; charset=utf-8";
constexpr std::size_t a_page = 50;

std::int64_t number_in(const std::string& text, const std::string& after, std::int64_t otherwise) {
  const auto at = text.find(after);
  std::int64_t number = otherwise;
  if (at != std::string::npos) std::from_chars(text.data() + at + after.size(), text.data() + text.size(), number);
  return number;
}

// /posts.json, newest first; `before` counts the id itself in, as today's boards do.
class DiscoursePlay : public PlayedPlatform {
 public:
  SourceConfig source(const std::string& url, const std::filesystem::path&) override {
    host_ = url.substr(url.find("//") + 2);
    return {.settings = {{"url", url}}};
  }

  PlayedAnswer answer(const PlayedRequest& request, const std::vector<PlayedPost>& posts) override {
    if (request.path() == "/posts.json") return {200, {{"Content-Type", json_type}}, latest(request, posts)};
    const auto id = number_in(request.path(), "/posts/", 0);
    const auto post =
        std::find_if(posts.begin(), posts.end(), [id](const PlayedPost& one) { return id_number(one) == id; });
    if (post == posts.end())
      return {404, {{"Content-Type", json_type}}, "{\"errors\":[\"none\"],\"error_type\":\"not_found\"}"};
    return {200, {{"Content-Type", json_type}}, as_json(*post)};
  }

  std::string id_of(const PlayedPost& post) const override {
    return "discourse:" + host_ + '/' + std::to_string(id_number(post));
  }

 private:
  // Some ids are of posts that the public does not see.
  static std::int64_t id_number(const PlayedPost& post) { return 700 + post.number * 3; }

  static std::string as_json(const PlayedPost& post) {
    std::string text;
    append_json_string(text, "<p>" + post.text + "</p>");
    const auto at = to_iso(post.made_at);
    return "{\"id\":" + std::to_string(id_number(post)) + ",\"username\":\"someone\",\"cooked\":" + text +
           ",\"created_at\":\"" + at + "\",\"updated_at\":\"" + at +
           "\",\"post_type\":1,\"version\":1,\"topic_id\":4,\"post_number\":" + std::to_string(post.number + 1) +
           ",\"deleted_at\":null,\"user_deleted\":false,\"hidden\":false}";
  }

  static std::string latest(const PlayedRequest& request, const std::vector<PlayedPost>& posts) {
    const auto before = number_in(request.query("before"), "", 1LL << 60);
    // Pages are parted by ids, in whatever order their posts stand.
    std::vector<std::int64_t> ids;
    for (const auto& post : posts)
      if (id_number(post) <= before) ids.push_back(id_number(post));
    std::sort(ids.rbegin(), ids.rend());
    if (ids.size() > a_page) ids.resize(a_page);
    std::string list;
    for (auto post = posts.rbegin(); post != posts.rend(); ++post)
      if (std::find(ids.begin(), ids.end(), id_number(*post)) != ids.end())
        list += (list.empty() ? "" : ",") + as_json(*post);
    return "{\"latest_posts\":[" + list + "]}";
  }

  std::string host_;
};

}  // namespace

std::unique_ptr<PlayedPlatform> discourse_play() { return std::make_unique<DiscoursePlay>(); }

}  // namespace barometer
