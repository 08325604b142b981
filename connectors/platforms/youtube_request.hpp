#pragma once

#include <string>
#include <vector>

#include "connectors/platforms/youtube.hpp"

namespace barometer {

// What is asked of the Data API, in its words. The key goes into a header, so that no log of addresses shows it.
// API: developers.google.com/youtube/v3/docs, each method's page

inline constexpr std::size_t youtube_details_at_most = 50;  // videos a request

// Videos that the search of the settings finds, made since a little before what is known; before the walk's token, if it has one.
HttpRequest youtube_search(const YoutubeConfig& config, const Walk& walk, UtcTime now);
// The first of these videos in full.
HttpRequest youtube_details(const YoutubeConfig& config, const std::vector<std::string>& ids);
// Threads of comments of the channel or a video, the newest first; `token`: of the page, empty for the first.
HttpRequest youtube_comments(const YoutubeConfig& config, const std::string& target, const std::string& token);
HttpRequest youtube_replies(const YoutubeConfig& config, const YoutubePlace::Replies& replies);
// Comments that are known already, by their ids.
HttpRequest youtube_comments_again(const YoutubeConfig& config, const std::vector<std::string>& ids);

// As the API writes moments: to the second.
std::string youtube_second(UtcTime time);

}  // namespace barometer
