#include <algorithm>
#include <charconv>
#include <fstream>

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

// The list of stories, first published first, by skip and take; and single stories. A wrong key leads to the page for signing in.
class CareOpinionPlay : public PlayedPlatform {
 public:
  SourceConfig source(const std::string& url, const std::filesystem::path& folder) override {
    const auto key = folder / "key";
    std::ofstream(key) << "a-key\n";
    return {.settings = {{"key_file", key.string()}, {"api", url + "/api/v2"}, {"limit", "30"}}};
  }

  PlayedAnswer answer(const PlayedRequest& request, const std::vector<PlayedPost>& posts) override {
    if (request.path() == "/login") return {200, {{"Content-Type", "text/html"}}, "<html><body>Sign in</body></html>"};
    if (request.authorization != "SUBSCRIPTION_KEY a-key")
      return {302, {{"Content-Type", "text/html"}, {"Location", "/login"}}, "<html><body>Object moved</body></html>"};
    const std::string stories = "/api/v2/opinions";
    if (request.path() != stories) return one(number_of(request.path().substr(stories.size() + 1)), posts);
    const auto from = request.query("publishedafter");
    const auto skip = number_of(request.query("skip"));
    const auto take = number_of(request.query("take"));
    std::string list;
    std::size_t found = 0;
    for (const auto& post : posts) {
      if (to_iso(post.made_at).substr(0, 10) < from || found++ < skip || found > skip + take) continue;
      list += (list.empty() ? "" : ",") + story(post);
    }
    return {200, {{"Content-Type", "application/json; charset=utf-8"}}, '[' + list + ']'};
  }

  std::string id_of(const PlayedPost& post) const override { return "careopinion:" + std::to_string(post.number); }

 private:
  static std::string story(const PlayedPost& post) {
    const auto time = to_iso(post.made_at).substr(0, 23);
    std::string out = "{\"id\":" + std::to_string(post.number) +
                      ",\"title\":\"A story\",\"authorRole\":\"a relative\"," + "\"dateOfPublication\":\"" + time +
                      "\",\"dateOfSubmission\":\"" + time + "\",\"body\":";
    append_json_string(out, post.text);
    return out + '}';
  }

  static PlayedAnswer one(std::size_t number, const std::vector<PlayedPost>& posts) {
    const auto post = std::find_if(posts.begin(), posts.end(), [number](const PlayedPost& candidate) {
      return static_cast<std::size_t>(candidate.number) == number;
    });
    if (post == posts.end()) return {404, {{"Content-Type", "application/json"}}, "{\"message\":\"not found\"}"};
    return {200, {{"Content-Type", "application/json; charset=utf-8"}}, story(*post)};
  }
};

}  // namespace

std::unique_ptr<PlayedPlatform> careopinion_play() { return std::make_unique<CareOpinionPlay>(); }

}  // namespace barometer
