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

// Reviews by offset and limit, newest first; nothing was removed. What fields are called is ours: nobody wrote it down.
class NhsUkPlay : public PlayedPlatform {
 public:
  SourceConfig source(const std::string& url, const std::filesystem::path& folder) override {
    const auto key = folder / "key";
    std::ofstream(key) << "a-key\n";
    return {.settings = {{"key_file", key.string()},
                         {"api", url + "/comments/Comments"},
                         {"organisation", "HOS"},
                         {"limit", "30"},
                         {"list_field", "entries"},
                         {"id_field", "number"},
                         {"text_field", "words"},
                         {"made_at_field", "when"}}};
  }

  PlayedAnswer answer(const PlayedRequest& request, const std::vector<PlayedPost>& posts) override {
    const bool removed = request.query("status") == "removed";
    const auto from = request.query("fromDate");
    const auto offset = number_of(request.query("offset"));
    const auto limit = number_of(request.query("limit"));
    std::string list;
    std::size_t found = 0;
    for (auto post = posts.rbegin(); post != posts.rend() && !removed; ++post) {
      if (to_iso(post->made_at).substr(0, 10) < from || found++ < offset || found > offset + limit) continue;
      list += (list.empty() ? "" : ",") + ("{\"number\":" + std::to_string(post->number)) + ",\"when\":\"" +
              to_iso(post->made_at) + "\",\"words\":";
      append_json_string(list, post->text);
      list += '}';
    }
    return {200, {{"Content-Type", "application/json"}}, "{\"entries\":[" + list + "]}"};
  }

  std::string id_of(const PlayedPost& post) const override { return "nhsuk:" + std::to_string(post.number); }
};

}  // namespace

std::unique_ptr<PlayedPlatform> nhsuk_play() { return std::make_unique<NhsUkPlay>(); }

}  // namespace barometer
