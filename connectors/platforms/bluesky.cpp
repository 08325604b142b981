#include "connectors/platforms/bluesky.hpp"

#include <algorithm>

#include "connectors/platforms/bluesky_answer.hpp"
#include "connectors/platforms/bluesky_search.hpp"
#include "connectors/platforms/bluesky_stream.hpp"
#include "connectors/settings.hpp"
#include "connectors/tags.hpp"
#include "connectors/web_socket.hpp"

namespace barometer {
namespace {

constexpr std::string_view public_streams =
    "wss://jetstream2.us-east.bsky.network/subscribe, wss://jetstream1.us-east.bsky.network/subscribe, "
    "wss://jetstream1.us-west.bsky.network/subscribe, wss://jetstream2.us-west.bsky.network/subscribe";
constexpr std::string_view public_api = "https://bsky.social";
constexpr std::string_view public_appview = "https://public.api.bsky.app";

constexpr SourceSetting settings[] = {
    {"hashtags", "", false, "Hashtags to listen to, with or without #, between commas."},
    {"phrases", "", false, "Words or phrases to listen to, between commas."},
    {"mode", "jetstream", false,
     "jetstream: all public posts are heard as they appear, and filtered here. search: asked for again and again, "
     "which "
     "needs an account."},
    {"jetstream", public_streams, false,
     "Servers of the stream, wss://HOST/path between commas, tried in turn; a path that ends in subscribeEvents is "
     "version 2."},
    {"api", public_api, false, "mode search: the account's server, as https://HOST."},
    {"appview", public_appview, false,
     "Server that is asked, without an account, who an author is and what has become of a post, as https://HOST."},
    {"identifier", "", false, "mode search: handle or mail address of the account that searches."},
    {"password_file", "", false, "mode search: file with an app password of that account."},
    {"session_file", "", false,
     "mode search: file for that account's session, kept because logging in is scarce; beside password_file, with "
     ".session at its end, when this is empty."},
    {"limit", "100", false, "mode search: posts a request, 1 to 100."},
    {"first_pages", "5", false, "mode search: pages of the past that the first search reads, 1 to 100."},
};

constexpr int most_first_pages = 100;

void check_words(const SourceConfig& config, std::vector<SettingComplaint>& complaints) {
  const auto hashtags = bluesky_list(setting(config, "hashtags"));
  const auto phrases = bluesky_list(setting(config, "phrases"));
  if (hashtags.empty() && phrases.empty())
    complaints.push_back({"hashtags", "is empty, and phrases as well: name what to listen to, as \"#nhssm\""});
  for (const auto& hashtag : hashtags) {
    if (fold_tag(hashtag).find_first_of(" /?#") == std::string::npos) continue;
    complaints.push_back(
        {"hashtags", "holds what is not one hashtag: write words between commas, as \"#nhssm, #nhs\""});
    return;
  }
}

void check_streams(const SourceConfig& config, std::vector<SettingComplaint>& complaints) {
  for (const auto& url : bluesky_list(setting(config, "jetstream"))) {
    if (web_socket_host(url).empty())
      complaints.push_back({"jetstream", "holds what is no address of a stream: write wss://HOST/path"});
  }
}

void check_account(const SourceConfig& config, std::vector<SettingComplaint>& complaints) {
  check_secret(config, "password_file", complaints);
  const bool account = !setting(config, "identifier").empty();
  if (account == setting(config, "password_file").empty())
    complaints.push_back(
        {account ? "password_file" : "identifier", "is missing: an account needs identifier and password_file, both"});
  // A credential of systemd's lies where nobody may write.
  const std::string password = setting(config, "password_file");
  if (secret_place(password) != password && setting(config, "session_file").empty())
    complaints.push_back(
        {"session_file",
         "is needed, since password_file is a credential: name a file in a folder that barometer may write"});
}

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  const auto mode = setting(config, "mode", "jetstream");
  if (mode != "jetstream" && mode != "search") complaints.push_back({"mode", "is neither jetstream nor search"});
  check_words(config, complaints);
  check_streams(config, complaints);
  check_url(config, "api", complaints);
  check_url(config, "appview", complaints);
  check_account(config, complaints);
  check_number(config, "limit", 1, bluesky_most_posts_a_request, complaints);
  check_number(config, "first_pages", 1, most_first_pages, complaints);
  return complaints;
}

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::vector<std::string> folded(std::vector<std::string> words) {
  for (auto& word : words) word = fold_tag(word);
  std::erase(words, "");
  return words;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  BlueskyConfig bluesky;
  bluesky.name = config.name;
  bluesky.hashtags = folded(bluesky_list(setting(config, "hashtags")));
  bluesky.phrases = folded(bluesky_list(setting(config, "phrases")));
  bluesky.streams = bluesky_list(setting(config, "jetstream", public_streams));
  bluesky.api = without_slash(setting(config, "api", public_api));
  bluesky.appview = without_slash(setting(config, "appview", public_appview));
  bluesky.identifier = setting(config, "identifier");
  bluesky.password = read_secret(setting(config, "password_file"));
  bluesky.session_file = setting(config, "session_file", setting(config, "password_file") + ".session");
  bluesky.limit = setting(config, "limit", bluesky.limit);
  bluesky.first_pages = setting(config, "first_pages", bluesky.first_pages);
  if (setting(config, "mode") == "search") return std::make_unique<BlueskySearch>(std::move(bluesky), http);
  return std::make_unique<BlueskyStream>(std::move(bluesky), http);
}

}  // namespace

std::vector<std::string> bluesky_list(std::string_view text) {
  std::vector<std::string> entries;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    const auto entry = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto begin = entry.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) continue;
    entries.emplace_back(entry.substr(begin, entry.find_last_not_of(" \t\r\n") - begin + 1));
  }
  return entries;
}

Connector bluesky_connector() {
  return Connector{"bluesky",       "Hashtags and phrases on Bluesky, as they appear (Jetstream) or by search.",
                   bluesky_kinds(), settings,
                   check,           make,
                   parse_bluesky};
}

}  // namespace barometer
