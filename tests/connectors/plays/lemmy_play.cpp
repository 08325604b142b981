#include <algorithm>
#include <charconv>
#include <utility>

#include "connectors/json_text.hpp"
#include "connectors/time.hpp"
#include "tests/connectors/plays/played_platform.hpp"

namespace barometer {
namespace {

constexpr const char* json_type = "application/json; charset=utf-8";

int number_in(const std::string& text, int otherwise) {
  int number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// A v3 server: posts by page_cursor, which names the last post of the page before, and is refused where that is gone; comments by
// page number.
class LemmyPlay : public PlayedPlatform {
 public:
  explicit LemmyPlay(std::string listing) : listing_(std::move(listing)) {}

  SourceConfig source(const std::string& url, const std::filesystem::path&) override {
    return {.settings = {{"url", url},
                         {"listing", listing_},
                         {"community", "marlbeck"},
                         {"limit", listing_ == "posts" ? "20" : "50"}}};
  }

  PlayedAnswer answer(const PlayedRequest& request, const std::vector<PlayedPost>& posts) override {
    if (request.path() == "/api/v3/post/list") return by_cursor(request, posts);
    if (request.path() == "/api/v3/comment/list") return by_number(request, posts);
    const auto id = number_in(request.query("id"), 0);
    const auto post =
        std::find_if(posts.begin(), posts.end(), [id](const PlayedPost& one) { return one.number == id; });
    if (post == posts.end()) return refused(404, "not_found");
    return {200, {{"Content-Type", json_type}}, "{\"" + thing() + "_view\":" + view(*post) + "}"};
  }

  std::string id_of(const PlayedPost& post) const override {
    return "https://lemmy.example/" + thing() + '/' + std::to_string(post.number);
  }

 private:
  std::string thing() const { return listing_ == "posts" ? "post" : "comment"; }

  static PlayedAnswer refused(int status, const std::string& word) {
    return {status, {{"Content-Type", json_type}}, "{\"error\":\"" + word + "\"}"};
  }

  std::string view(const PlayedPost& post) const {
    std::string text;
    append_json_string(text, post.text);
    const bool is_post = listing_ == "posts";
    return "{\"" + thing() + "\":{\"id\":" + std::to_string(post.number) + ",\"" + (is_post ? "name" : "content") +
           "\":" + text + ",\"published\":\"" + to_iso(post.made_at) +
           "\",\"removed\":false,\"deleted\":false,\"ap_id\":\"" + id_of(post) +
           "\"},\"creator\":{\"name\":\"someone\"}}";
  }

  std::string views(std::vector<PlayedPost>::const_reverse_iterator from,
                    std::vector<PlayedPost>::const_reverse_iterator to) const {
    std::string list;
    for (; from != to; ++from) list += (list.empty() ? "" : ",") + view(*from);
    return list;
  }

  PlayedAnswer by_cursor(const PlayedRequest& request, const std::vector<PlayedPost>& posts) const {
    const auto cursor = request.query("page_cursor");
    auto from = posts.rbegin();
    if (!cursor.empty()) {
      const auto last = number_in(cursor.substr(1), 0);
      from = std::find_if(posts.rbegin(), posts.rend(), [last](const PlayedPost& one) { return one.number == last; });
      if (from == posts.rend()) return refused(400, "couldnt_find_post");
      ++from;
    }
    const auto to = from + std::min<std::ptrdiff_t>(number_in(request.query("limit"), 10), posts.rend() - from);
    const auto next = from == to ? "null" : "\"P" + std::to_string((to - 1)->number) + '"';
    return {200, {{"Content-Type", json_type}}, "{\"posts\":[" + views(from, to) + "],\"next_page\":" + next + "}"};
  }

  PlayedAnswer by_number(const PlayedRequest& request, const std::vector<PlayedPost>& posts) const {
    const std::ptrdiff_t limit = number_in(request.query("limit"), 10);
    const std::ptrdiff_t page = number_in(request.query("page"), 1);
    const auto from = posts.rbegin() + std::min<std::ptrdiff_t>(limit * (page - 1), std::ssize(posts));
    const auto to = from + std::min<std::ptrdiff_t>(limit, posts.rend() - from);
    return {200, {{"Content-Type", json_type}}, "{\"comments\":[" + views(from, to) + "]}"};
  }

  std::string listing_;
};

}  // namespace

std::unique_ptr<PlayedPlatform> lemmy_play() { return std::make_unique<LemmyPlay>("posts"); }

std::unique_ptr<PlayedPlatform> lemmy_comments_play() { return std::make_unique<LemmyPlay>("comments"); }

}  // namespace barometer
