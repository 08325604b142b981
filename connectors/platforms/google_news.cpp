#include "connectors/platforms/google_news.hpp"

#include <array>

#include "connectors/platforms/feed.hpp"
#include "connectors/settings.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

// "Headline - Outlet", and a text that says both again.
void reshape(Post& post) {
  post.platform = "google-news";
  post.id = "google-news:" + post.native_id;
  auto line = post.title.value_or(post.text);
  const auto dash = line.rfind(" - ");
  if (dash != std::string::npos && dash > 0) {
    post.author = post.author_name = line.substr(dash + 3);
    line.resize(dash);
  }
  post.title = line;
  post.text = std::move(line);
}

constexpr SourceSetting settings[] = {
    {"query", "", true, "Words to search for, with Google's operators (\"…\", OR, -, site:, when:)."},
    {"language", "en-GB", false, "Language of the edition, as hl."},
    {"country", "GB", false, "Country of the edition, as gl."},
    {"terms", "", true,
     "Write accepted once somebody has: Google's feed says that it is for personal, non-commercial readers only."},
    {"api", "https://news.google.com", false, "The server."},
};

constexpr std::array<std::string_view, 1> kinds = {"search"};

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_url(config, "api", complaints);
  if (setting(config, "terms") != "accepted") {
    complaints.push_back({"terms",
                          "is not accepted: read the terms in the feed with whoever may decide, and write accepted; "
                          "the outlets' own feeds and GDELT need no such leave"});
  }
  return complaints;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  const auto language = setting(config, "language", "en-GB");
  const auto country = setting(config, "country", "GB");
  FeedConfig feed;
  feed.name = config.name;
  feed.platform = "google-news";
  feed.reshape = reshape;
  feed.at_least = 15min;
  feed.url = setting(config, "api", "https://news.google.com") +
             "/rss/search?q=" + percent_encoded(setting(config, "query")) + "&hl=" + percent_encoded(language) +
             "&gl=" + percent_encoded(country) + "&ceid=" + percent_encoded(country) + ':' +
             percent_encoded(language.substr(0, language.find('-')));
  return std::make_unique<FeedSource>(std::move(feed), http);
}

}  // namespace

Result<Page> parse_google_news(std::string body, const ParseOptions& options) {
  auto feed_options = options;
  feed_options.kind.clear();
  auto page = parse_feed(std::move(body), feed_options);
  if (!page.has_value()) return page;
  for (auto& post : page->posts) reshape(post);
  return page;
}

Connector google_news_connector() {
  return Connector{"google-news",    "Headlines of Google News that hold some words.", kinds, settings, check, make,
                   parse_google_news};
}

}  // namespace barometer
