#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "connectors/http_client.hpp"
#include "connectors/platforms/youtube_answer.hpp"
#include "connectors/platforms/youtube_place.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// Videos that a search finds, and the comments of these, of listed videos and of a channel, by the Data API v3. Each request
// costs units of a daily quota: a search 100, all others 1.
// API: developers.google.com/youtube/v3/docs
struct YoutubeConfig {
  std::string name = {};
  std::string api = "https://www.googleapis.com/youtube/v3";  // no slash at the end
  std::string key = {};
  std::string query = {};                // empty: no search
  std::string channel = {};              // whose videos' comments are read; empty: none
  std::vector<std::string> videos = {};  // whose comments are read
  std::string region = {};               // of the search, as "GB"; empty: any
  std::string language = {};             // that the search prefers, as "en"; empty: any
  std::int64_t daily_units = 10'000;     //
  std::chrono::minutes search_every{30};
  std::chrono::days follow{14};  // how long comments of found videos are read, and how far the first search goes
  int follow_most = 50;          // found videos at a time, the newest
  int first_pages = 5;           // how many pages of the past the first fetch reads
};

inline constexpr std::chrono::minutes youtube_search_overlap{120};  // its index is that late
inline constexpr std::chrono::minutes youtube_comment_overlap{120};
inline constexpr std::chrono::hours youtube_deep_every{24};  // edits and replies do not move a thread up
inline constexpr std::size_t youtube_recheck_limit = 50;

// What to ask next, and what it costs. Nothing when all that is left is a search whose time has not come.
struct YoutubeQuestion {
  enum class What { search, details, comments, replies };
  What what = What::search;
  HttpRequest request = {};
  std::int64_t units = 1;
};
std::optional<YoutubeQuestion> youtube_question(const YoutubeConfig& config, const Cursor& cursor, UtcTime now);

// The failure when the day has too few units left for it: wait until the next day begins on the Pacific coast.
std::optional<Failure> youtube_capped(const YoutubeConfig& config, const YoutubeTally& tally, std::int64_t units,
                                      UtcTime now);

// What the answer to that question brought, oldest first. `more` until the round is over: search, details of what it found,
// then each target's comments down to what is known, with the replies that its threads did not show. Hints spread what is left
// of the day's units. A video without comments is passed over for a day; a page token that has aged begins its walk anew.
Result<Page> youtube_page(const YoutubeConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now);

// For `barometer parse`: any shape that read_youtube_answer knows, in the order of the body. A failure to skip when it holds
// neither videos nor comments (channels, subscriptions …).
Result<Page> parse_youtube(std::string body, const ParseOptions& options);

class YoutubeSource : public Source {
 public:
  YoutubeSource(YoutubeConfig config, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;

  std::size_t recheck_limit() const override { return youtube_recheck_limit; }
  asio::awaitable<Result<Page>> recheck(std::vector<KeptPost> kept, UtcTime now) override;

 private:
  asio::awaitable<Result<Page>> look_up(std::vector<KeptPost> kept, bool are_videos, UtcTime now);

  YoutubeConfig config_;
  std::string host_;
  HttpClient& http_;
  YoutubeTally tally_;  // also of what no cursor knows
};

// The registry's row.
Connector youtube_connector();

}  // namespace barometer
