#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "connectors/platforms/mastodon_answer.hpp"
#include "connectors/platforms/mastodon_source.hpp"
#include "connectors/settings.hpp"
#include "connectors/tags.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

constexpr SourceSetting settings[] = {
    {"url", "", true, "The server, as https://HOST."},
    {"hashtag", "", true, "The hashtag to listen to; with or without #."},
    {"any", "", false, "Up to 4 more hashtags, with blanks between them: posts that have one of these instead."},
    {"all", "", false, "Up to 4 more hashtags: only posts that have each of these as well."},
    {"none", "", false, "Up to 4 hashtags: no posts that have one of these."},
    {"local", "no", false, "Only posts by the server's own members (yes or no)."},
    {"remote", "no", false, "Only posts by members of other servers (yes or no)."},
    {"token_file", "", false,
     "File with an access token (read:statuses) where the server shows timelines to members only."},
    {"stream", "no", false,
     "Hear posts as they are made, on an open connection (yes or no); needs token_file. Polling fills what it misses."},
    {"streaming_url", "", false, "The streaming server, as https://HOST; empty: as the server says."},
    {"limit", "40", false, "Posts a request, 1 to 40."},
    {"first_pages", "10", false, "Pages of the past that the first fetch reads, 1 to 100."},
};

constexpr int most_posts_a_request = 40;
constexpr int most_first_pages = 100;
constexpr std::size_t most_more_tags = 4;

bool is_yes(const SourceConfig& config, std::string_view key) {
  const auto text = setting(config, key);
  return text == "yes" || text == "true";
}

void check_yes_or_no(const SourceConfig& config, std::string_view key, std::vector<SettingComplaint>& complaints) {
  constexpr std::array<std::string_view, 5> words = {"", "yes", "no", "true", "false"};
  if (std::find(words.begin(), words.end(), setting(config, key)) == words.end())
    complaints.push_back({std::string(key), "is neither yes nor no: write one of them"});
}

bool is_one_tag(std::string_view tag) { return tag.find_first_of(" /?#") == tag.npos; }

std::vector<std::string> tags_of(const SourceConfig& config, std::string_view key) {
  std::vector<std::string> tags;
  const auto text = setting(config, key);
  constexpr std::string_view between = " ,\t\n";
  for (auto begin = text.find_first_not_of(between); begin != text.npos;) {
    const auto end = std::min(text.find_first_of(between, begin), text.size());
    add_tag(tags, text.substr(begin, end - begin));
    begin = text.find_first_not_of(between, end);
  }
  return tags;
}

void check_tags(const SourceConfig& config, std::string_view key, std::vector<SettingComplaint>& complaints) {
  const auto tags = tags_of(config, key);
  if (tags.size() > most_more_tags || !std::all_of(tags.begin(), tags.end(), is_one_tag))
    complaints.push_back({std::string(key), "is not a list of up to 4 hashtags: write them with blanks between"});
}

void check_stream(const SourceConfig& config, std::vector<SettingComplaint>& complaints) {
  if (!is_yes(config, "stream")) return;
  if (setting(config, "token_file").empty())
    complaints.push_back({"stream", "needs token_file: servers stream to their members only"});
  if (!setting(config, "any").empty())
    complaints.push_back({"stream", "tells of one hashtag: make a source of its own for each of `any`"});
  if (is_yes(config, "remote"))
    complaints.push_back({"stream", "cannot tell of other servers' members alone: leave `remote` out"});
}

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_url(config, "url", complaints);
  check_url(config, "streaming_url", complaints);
  check_secret(config, "token_file", complaints);
  check_number(config, "limit", 1, most_posts_a_request, complaints);
  check_number(config, "first_pages", 1, most_first_pages, complaints);
  for (const auto key : {"any", "all", "none"}) check_tags(config, key, complaints);
  for (const auto key : {"local", "remote", "stream"}) check_yes_or_no(config, key, complaints);
  if (is_yes(config, "local") && is_yes(config, "remote"))
    complaints.push_back({"remote", "leaves nothing together with `local`: choose one"});
  check_stream(config, complaints);
  if (!is_one_tag(fold_tag(setting(config, "hashtag"))))
    complaints.push_back({"hashtag", "is not one hashtag: write one word, as \"#nhssm\""});
  return complaints;
}

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  MastodonConfig mastodon;
  mastodon.name = config.name;
  mastodon.url = without_slash(setting(config, "url"));
  mastodon.tag = fold_tag(setting(config, "hashtag"));
  mastodon.token = read_secret(setting(config, "token_file"));
  mastodon.limit = setting(config, "limit", mastodon.limit);
  mastodon.first_pages = setting(config, "first_pages", mastodon.first_pages);
  mastodon.any = tags_of(config, "any");
  mastodon.all = tags_of(config, "all");
  mastodon.none = tags_of(config, "none");
  mastodon.local = is_yes(config, "local");
  mastodon.remote = is_yes(config, "remote");
  mastodon.stream = is_yes(config, "stream");
  mastodon.streaming_url = without_slash(setting(config, "streaming_url"));
  return std::make_unique<MastodonSource>(std::move(mastodon), http);
}

}  // namespace

Connector mastodon_connector() {
  return Connector{"mastodon",
                   "A hashtag on a Mastodon server, or one that speaks its API.",
                   mastodon_kinds(),
                   settings,
                   check,
                   make,
                   parse_mastodon};
}

}  // namespace barometer
