#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/http_client.hpp"
#include "connectors/platforms/x_answer.hpp"
#include "connectors/platforms/x_place.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// One query to X, by recent search. Every post read is paid for, so a month's posts are capped.
// API: docs.x.com/x-api/posts/search-recent-posts
struct XConfig {
  std::string name = {};
  std::string api = "https://api.x.com";             // no slash at the end
  std::string query = {};                            // in X's own language
  std::string token = {};                            // the app-only bearer token
  std::int64_t monthly_posts = 0;                    // that we let X charge for, in a calendar month (UTC)
  int limit = 100;                                   // posts a request, 10 to 100
  int first_pages = 1;                               // how many pages of the past the first fetch reads
  bool usernames = false;                            // ask for authors' user names: each costs what two posts do
  bool names_of_2026 = false;                        // ask by post.fields, not tweet.fields
  bool jobs = true;                                  // ask by compliance jobs which posts are gone, and look none up
  bool stream = false;                               // listen on the filtered stream, and search only to catch up
  std::chrono::milliseconds stream_wait{60'000};     // how long one fetch listens
  std::chrono::milliseconds stream_silence{30'000};  // X says something every 20 s; more is a broken connection
};

// The fewest posts that recent search can be asked for.
inline constexpr int x_smallest_page = 10;
inline constexpr std::size_t x_lookup_limit = 100;

// What one post may cost, in posts.
std::int64_t x_cost_of_post(const XConfig& config);
// The failure when another page could go beyond the month's cap: wait until the next month begins.
std::optional<Failure> x_capped(const XConfig& config, const XTally& tally, UtcTime now);

// What to ask next; not when x_capped() says no. Fewer posts are asked for when less is left of the month's cap.
HttpRequest x_request(const XConfig& config, const Cursor& cursor, UtcTime now);
// What the answer brought, oldest first. The walk goes from the newest page down to the largest id known (since_id), or to the
// moment when we asked last where that id is older than X's seven days; what was made before those is Page::missed.
// A next_token or since_id that X refuses (400) is dropped, and asked again without it.
Result<Page> x_page(const XConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now);

// A request of X's API by that path and query, with the token.
HttpRequest x_signed_request(const XConfig& config, std::string path_and_query);
// The fields that are asked for of each post, as a part of a query.
std::string x_fields(const XConfig& config);
// What reading that costs, in posts.
std::int64_t x_cost_of(const XAnswer& answer);

// Posts by their ids, x_lookup_limit at most.
HttpRequest x_lookup_request(const XConfig& config, const std::vector<std::string>& ids);
Result<XAnswer> x_lookup_answer(const XConfig& config, const HttpResponse& response, UtcTime now);

// For `barometer parse`: any shape that read_x_answer knows, in the order of the body.
Result<Page> parse_x(std::string body, const ParseOptions& options);

class XCompliance;

class XSource : public Source {
 public:
  XSource(XConfig config, HttpClient& http);
  ~XSource() override;

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;

  // By compliance jobs, which are free and tell what is gone. Or by looking posts up by their ids, which finds edits too, costs, and
  // counts towards the month's cap: a failure when not enough is left, or before the first fetch, which brings what the
  // month has cost so far.
  std::size_t recheck_limit() const override;
  asio::awaitable<Result<Page>> recheck(std::vector<KeptPost> kept, UtcTime now) override;

  // What the month has cost so far, as far as this source or that cursor knows.
  const XTally& tally(const XPlace& place);
  void spend(std::int64_t posts, UtcTime now);

 private:
  asio::awaitable<Result<Page>> ask_jobs(std::vector<KeptPost> kept, UtcTime now);
  asio::awaitable<Result<Page>> look_at(std::vector<KeptPost> kept, UtcTime now);
  asio::awaitable<Result<XAnswer>> look_up(std::vector<std::string> ids, UtcTime now);
  std::optional<Failure> cannot_pay(std::size_t posts, UtcTime now) const;

  XConfig config_;
  std::string host_;
  HttpClient& http_;
  std::unique_ptr<XCompliance> compliance_;  // null when posts are looked up
  std::optional<XTally> tally_;              // also of what no cursor knows yet; empty before the first fetch
};

// The registry's row.
Connector x_connector();

}  // namespace barometer
