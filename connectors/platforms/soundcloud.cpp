#include "connectors/platforms/soundcloud.hpp"

#include <array>

#include "connectors/platforms/feed.hpp"
#include "connectors/settings.hpp"

namespace barometer {
namespace {

void reshape(Post& post) { post.platform = "soundcloud"; }

constexpr SourceSetting settings[] = {
    {"user", "", true, "The account's number (soundcloud:users:NUMBER in its feed's address)."},
    {"api", "https://feeds.soundcloud.com", false, "The server of feeds."},
};

constexpr std::array<std::string_view, 1> kinds = {"sounds"};

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_url(config, "api", complaints);
  if (setting(config, "user").find_first_not_of("0123456789") != std::string::npos) {
    complaints.push_back({"user", "is not a number: look it up in the address of the account's RSS feed"});
  }
  return complaints;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  FeedConfig feed;
  feed.name = config.name;
  feed.platform = "soundcloud";
  feed.url = setting(config, "api", "https://feeds.soundcloud.com") +
             "/users/soundcloud:users:" + setting(config, "user") + "/sounds.rss";
  return std::make_unique<FeedSource>(std::move(feed), http);
}

}  // namespace

Result<Page> parse_soundcloud(std::string body, const ParseOptions& options) {
  auto feed_options = options;
  feed_options.kind.clear();
  auto page = parse_feed(std::move(body), feed_options);
  if (!page.has_value()) return page;
  for (auto& post : page->posts) reshape(post);
  return page;
}

Connector soundcloud_connector() {
  return Connector{"soundcloud",    "The tracks of a SoundCloud account, by its feed.", kinds, settings, check, make,
                   parse_soundcloud};
}

}  // namespace barometer
