#include "connectors/platforms/youtube_request.hpp"

#include <algorithm>
#include <utility>

#include "connectors/time.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

HttpRequest keyed_request(const YoutubeConfig& config, std::string path_and_query) {
  HttpRequest request;
  request.source = config.name;
  request.url = config.api + std::move(path_and_query);
  request.headers.emplace_back("Accept", "application/json");
  request.headers.emplace_back("X-Goog-Api-Key", config.key);
  return request;
}

std::string joined(const std::vector<std::string>& ids, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < std::min(most, ids.size()); ++i) out += (i == 0 ? "" : ",") + percent_encoded(ids[i]);
  return out;
}

}  // namespace

std::string youtube_second(UtcTime time) { return to_iso(std::chrono::floor<std::chrono::seconds>(time)); }

HttpRequest youtube_search(const YoutubeConfig& config, const Walk& walk, UtcTime now) {
  const auto since = walk.known ? *walk.known - youtube_search_overlap : now - config.follow;
  std::string target = "/search?part=snippet&type=video&order=date&maxResults=50&q=" + percent_encoded(config.query) +
                       "&publishedAfter=" + percent_encoded(youtube_second(since));
  if (!walk.token.empty()) target += "&publishedBefore=" + percent_encoded(walk.token);
  if (!config.region.empty()) target += "&regionCode=" + percent_encoded(config.region);
  if (!config.language.empty()) target += "&relevanceLanguage=" + percent_encoded(config.language);
  return keyed_request(config, std::move(target));
}

HttpRequest youtube_details(const YoutubeConfig& config, const std::vector<std::string>& ids) {
  return keyed_request(
      config, "/videos?part=snippet,statistics,status&maxResults=50&id=" + joined(ids, youtube_details_at_most));
}

HttpRequest youtube_comments(const YoutubeConfig& config, const std::string& target, const std::string& token) {
  std::string query = "/commentThreads?part=snippet,replies&order=time&textFormat=plainText&maxResults=100";
  query += target == config.channel ? "&allThreadsRelatedToChannelId=" : "&videoId=";
  query += percent_encoded(target);
  if (!token.empty()) query += "&pageToken=" + percent_encoded(token);
  return keyed_request(config, std::move(query));
}

HttpRequest youtube_replies(const YoutubeConfig& config, const YoutubePlace::Replies& replies) {
  std::string query =
      "/comments?part=snippet&textFormat=plainText&maxResults=100&parentId=" + percent_encoded(replies.thread);
  if (!replies.token.empty()) query += "&pageToken=" + percent_encoded(replies.token);
  return keyed_request(config, std::move(query));
}

HttpRequest youtube_comments_again(const YoutubeConfig& config, const std::vector<std::string>& ids) {
  return keyed_request(config, "/comments?part=snippet&textFormat=plainText&id=" + joined(ids, youtube_recheck_limit));
}

}  // namespace barometer
