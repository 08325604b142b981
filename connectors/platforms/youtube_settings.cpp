#include <algorithm>
#include <sstream>

#include "connectors/platforms/youtube.hpp"
#include "connectors/settings.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

constexpr SourceSetting settings[] = {
    {"key_file", "", true, "File with an API key, made in Google's console."},
    {"query", "", false, "Words to search videos for; each search costs 100 units."},
    {"channel", "", false,
     "Id of a channel (UC…) whose videos' comments are read; its videos are for the platform feed."},
    {"videos", "", false, "Ids of videos whose comments are read, with blanks between."},
    {"daily_units", "10000", false, "Units of Google's quota that this source may use in a day (Pacific time)."},
    {"search_every", "30", false, "Minutes between searches, 5 to 1440."},
    {"follow_days", "14", false,
     "Days that comments of found videos are read, and that the first search goes back, 1 to 90."},
    {"follow_most", "50", false, "Found videos whose comments are read at a time, the newest, 0 to 500."},
    {"first_pages", "5", false, "Pages of the past that the first fetch reads, 1 to 100."},
    {"region", "", false, "Country that the search is for, as GB."},
    {"language", "", false, "Language that the search prefers, as en."},
    {"api", "https://www.googleapis.com/youtube/v3", false, "Address of the Data API."},
};

constexpr int most_daily_units = 100'000'000;

std::vector<std::string> words_in(const std::string& text) {
  std::string spaced = text;
  std::replace(spaced.begin(), spaced.end(), ',', ' ');
  std::istringstream in(spaced);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

bool is_id(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_secret(config, "key_file", complaints);
  check_number(config, "daily_units", 1, most_daily_units, complaints);
  check_number(config, "search_every", 5, 1440, complaints);
  check_number(config, "follow_days", 1, 90, complaints);
  check_number(config, "follow_most", 0, 500, complaints);
  check_number(config, "first_pages", 1, 100, complaints);
  check_url(config, "api", complaints);
  const auto channel = setting(config, "channel");
  if (!channel.empty() && (!channel.starts_with("UC") || !is_id(channel)))
    complaints.push_back({"channel", "is no channel's id: write the UC… that its page's address or source has"});
  const auto videos = words_in(setting(config, "videos"));
  if (!std::all_of(videos.begin(), videos.end(), is_id))
    complaints.push_back({"videos", "has what is no video's id: write what stands behind v= in the address"});
  if (setting(config, "query").empty() && channel.empty() && videos.empty())
    complaints.push_back({"query", "is missing, and so are channel and videos: write at least one of them"});
  constexpr int units_a_search = 100;
  if (!setting(config, "query").empty() && setting(config, "daily_units", 10'000) < units_a_search)
    complaints.push_back({"daily_units", "is less than one search costs: write 100 or more"});
  return complaints;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  YoutubeConfig youtube;
  youtube.name = config.name;
  youtube.api = setting(config, "api", youtube.api);
  while (youtube.api.ends_with('/')) youtube.api.pop_back();
  youtube.key = read_secret(setting(config, "key_file"));
  youtube.query = setting(config, "query");
  youtube.channel = setting(config, "channel");
  youtube.videos = words_in(setting(config, "videos"));
  youtube.region = setting(config, "region");
  youtube.language = setting(config, "language");
  youtube.daily_units = setting(config, "daily_units", 10'000);
  youtube.search_every = std::chrono::minutes{setting(config, "search_every", 30)};
  youtube.follow = std::chrono::days{setting(config, "follow_days", 14)};
  youtube.follow_most = setting(config, "follow_most", youtube.follow_most);
  youtube.first_pages = setting(config, "first_pages", youtube.first_pages);
  return std::make_unique<YoutubeSource>(std::move(youtube), http);
}

}  // namespace

Connector youtube_connector() {
  return Connector{"youtube",       "Videos on YouTube that a search finds, and comments on videos, by the Data API.",
                   youtube_kinds(), settings,
                   check,           make,
                   parse_youtube};
}

}  // namespace barometer
