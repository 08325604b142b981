#include <algorithm>

#include "connectors/time.hpp"
#include "tests/connectors/plays/played_platform.hpp"

namespace barometer {
namespace {

constexpr std::size_t items = 40;  // an administrator's choice; phpBB's own is 15

// One Atom document of the newest posts.
class PhpbbPlay : public PlayedPlatform {
 public:
  SourceConfig source(const std::string& url, const std::filesystem::path&) override {
    return {.settings = {{"url", url + "/board"}}};
  }

  PlayedAnswer answer(const PlayedRequest& request, const std::vector<PlayedPost>& posts) override {
    if (request.path() != "/board/app.php/feed") return {404, {{"Content-Type", "text/html"}}, "<html></html>"};
    std::string entries;
    for (std::size_t i = 0; i < std::min(items, posts.size()); ++i) entries += entry(posts[posts.size() - 1 - i]);
    return {
        200,
        {{"Content-Type", "application/atom+xml; charset=UTF-8"}},
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Board</title>" +
            entries + "</feed>"};
  }

  std::string id_of(const PlayedPost& post) const override {
    const auto number = std::to_string(post.number);
    return "https://board.example/viewtopic.php?p=" + number + "#p" + number;
  }

  std::size_t window() const override { return items; }

 private:
  std::string entry(const PlayedPost& post) const {
    const auto at = to_iso(post.made_at);
    return "<entry><author><name>someone</name></author><updated>" + at + "</updated><published>" + at +
           "</published><id>" + id_of(post) +
           "</id><title type=\"html\"><![CDATA[General \xE2\x80\xA2 Re: A day]]></title>" +
           "<content type=\"html\"><![CDATA[" + post.text +
           "<p>Statistics: Posted by someone \xE2\x80\x94 some day</p><hr />]]></content></entry>";
  }
};

}  // namespace

std::unique_ptr<PlayedPlatform> phpbb_play() { return std::make_unique<PhpbbPlay>(); }

}  // namespace barometer
