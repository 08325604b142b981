#include <algorithm>
#include <charconv>

#include "connectors/json_text.hpp"
#include "connectors/time.hpp"
#include "tests/connectors/plays/played_platform.hpp"

namespace barometer {
namespace {

std::size_t number_of(const std::string& text) {
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string stamp_of(UtcTime time) { return to_iso(time).substr(0, 19); }

// The REST API's posts by when they were changed, oldest first, on a site that keeps Greenwich's clock.
class WordpressPlay : public PlayedPlatform {
 public:
  SourceConfig source(const std::string& url, const std::filesystem::path&) override {
    return {.settings = {{"url", url}, {"limit", "20"}}};
  }

  PlayedAnswer answer(const PlayedRequest& request, const std::vector<PlayedPost>& posts) override {
    if (request.query("rest_route") != "/wp/v2/posts") return {404, json_, R"({"code":"rest_no_route"})"};
    const auto after = request.query("modified_after");
    const auto offset = number_of(request.query("offset"));
    const auto limit = number_of(request.query("per_page"));
    const auto included = ',' + request.query("include") + ',';
    auto in_order = posts;
    std::stable_sort(in_order.begin(), in_order.end(),
                     [](const auto& a, const auto& b) { return a.made_at < b.made_at; });
    std::string list;
    std::size_t found = 0;
    for (const auto& post : in_order) {
      const auto stamp = stamp_of(post.made_at);
      if (included != ",," && included.find(',' + std::to_string(post.number) + ',') == included.npos) continue;
      if (stamp <= after || found++ < offset || found > offset + limit) continue;
      const auto number = std::to_string(post.number);
      list += (list.empty() ? "{\"id\":" : ",{\"id\":") + number + ",\"date_gmt\":\"" + stamp + "\",\"modified\":\"" +
              stamp + "\",\"status\":\"publish\",\"link\":\"" + id_of(post) + "\",\"title\":{\"rendered\":\"\"}," +
              "\"content\":{\"rendered\":";
      append_json_string(list, post.text);
      list += "}}";
    }
    return {200, json_, '[' + list + ']'};
  }

  std::string id_of(const PlayedPost& post) const override {
    return "https://blog.example/" + std::to_string(post.number) + '/';
  }

 private:
  std::vector<std::pair<std::string, std::string>> json_ = {{"Content-Type", "application/json; charset=UTF-8"}};
};

}  // namespace

std::unique_ptr<PlayedPlatform> wordpress_play() { return std::make_unique<WordpressPlay>(); }

}  // namespace barometer
