#include <algorithm>
#include <charconv>

#include "connectors/json_text.hpp"
#include "tests/connectors/plays/played_platform.hpp"

namespace barometer {
namespace {

constexpr int first_id = 42'000'000;

std::int64_t second_of(const PlayedPost& post) {
  return std::chrono::floor<std::chrono::seconds>(post.made_at.time_since_epoch()).count();
}

std::int64_t number_in(const std::string& text, const std::string& after, std::int64_t otherwise) {
  const auto at = text.find(after);
  if (at == std::string::npos) return otherwise;
  std::int64_t number = otherwise;
  std::from_chars(text.data() + at + after.size(), text.data() + text.size(), number);
  return number;
}

// Algolia's search, newest first, within created_at_i's bounds; and the official API of items.
class HackerNewsPlay : public PlayedPlatform {
 public:
  SourceConfig source(const std::string& url, const std::filesystem::path&) override {
    return {.settings = {{"query", "marlbeck"}, {"api", url}, {"items", url}, {"limit", "30"}}};
  }

  PlayedAnswer answer(const PlayedRequest& request, const std::vector<PlayedPost>& posts) override {
    const bool search = request.path() == "/api/v1/search_by_date";
    return {200,
            {{"Content-Type", "application/json; charset=utf-8"}},
            search ? hits(request, posts) : item(request, posts)};
  }

  std::string id_of(const PlayedPost& post) const override {
    return "hackernews:" + std::to_string(first_id + post.number);
  }

 private:
  static std::string fields(const PlayedPost& post, const char* text) {
    std::string out = std::string("\"") + text + "\":";
    append_json_string(out, post.text);
    return out;
  }

  static std::string hits(const PlayedRequest& request, const std::vector<PlayedPost>& posts) {
    const auto range = request.query("numericFilters");
    const auto above = number_in(range, "created_at_i>", 0);
    const auto to = number_in(range, "created_at_i<=", 1LL << 60);
    const auto size = static_cast<std::size_t>(number_in(request.query("hitsPerPage"), "", 20));
    const auto page = static_cast<std::size_t>(number_in(request.query("page"), "", 0));
    std::string list;
    std::size_t found = 0;
    for (auto post = posts.rbegin(); post != posts.rend(); ++post) {
      if (second_of(*post) <= above || second_of(*post) > to || found++ / size != page) continue;
      list += (list.empty() ? "" : ",") + ("{\"objectID\":\"" + std::to_string(first_id + post->number)) +
              "\",\"author\":\"someone\",\"created_at_i\":" + std::to_string(second_of(*post)) + "," +
              fields(*post, "comment_text") + "}";
    }
    return "{\"hits\":[" + list + "],\"nbHits\":" + std::to_string(found) + "}";
  }

  static std::string item(const PlayedRequest& request, const std::vector<PlayedPost>& posts) {
    const auto id = number_in(request.path(), "/v0/item/", 0);
    const auto post =
        std::find_if(posts.begin(), posts.end(), [id](const PlayedPost& one) { return one.number + first_id == id; });
    if (post == posts.end()) return "{\"id\":" + std::to_string(id) + ",\"deleted\":true,\"type\":\"comment\"}";
    return "{\"id\":" + std::to_string(id) + ",\"by\":\"someone\",\"time\":" + std::to_string(second_of(*post)) + "," +
           fields(*post, "text") + "}";
  }
};

}  // namespace

std::unique_ptr<PlayedPlatform> hackernews_play() { return std::make_unique<HackerNewsPlay>(); }

}  // namespace barometer
