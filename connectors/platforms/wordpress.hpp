#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "connectors/http_client.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// Posts or comments of one WordPress site by its REST API (wp/v2), in the order of their change on the site's own clock. Pages
// are not numbered: the next begins where the last one ended, so that a post deleted between two pages shifts nothing.
struct WordpressConfig {
  std::string name = {};
  std::string url = {};       // https://HOST/PATH of the site, no slash at the end
  bool comments = false;      // else posts
  std::string search = {};    // words; empty: all
  std::string tag_slug = {};  // of posts; empty: all
  int limit = 100;            // a page, the API's most
};

// Behind the newest by so much each round begins: clocks change, and comments wait for a moderator.
inline constexpr std::chrono::hours wordpress_posts_overlap{2};
inline constexpr std::chrono::hours wordpress_comments_overlap{72};

// What to ask next: which number the tag has, then the page that follows what the cursor knows.
HttpRequest wordpress_request(const WordpressConfig& config, const Cursor& cursor, UtcTime now);
Result<Page> wordpress_page(const WordpressConfig& config, const Cursor& cursor, const HttpResponse& response,
                            UtcTime now);

// Up to 100 kept posts by their numbers in one request; those that are not in its answer have been taken away.
HttpRequest wordpress_recheck_request(const WordpressConfig& config, const std::vector<KeptPost>& kept);
Result<Page> wordpress_recheck_page(const WordpressConfig& config, const std::vector<KeptPost>& kept,
                                    const HttpResponse& response, UtcTime now);

// For `barometer parse`: posts, comments and tags of the API, and any of the site's feeds.
Result<Page> parse_wordpress(std::string body, const ParseOptions& options);

class WordpressSource : public Source {
 public:
  WordpressSource(WordpressConfig config, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;
  std::size_t recheck_limit() const override { return 100; }
  asio::awaitable<Result<Page>> recheck(std::vector<KeptPost> kept, UtcTime now) override;

 private:
  WordpressConfig config_;
  std::string host_;
  HttpClient& http_;
};

// The registry's row.
Connector wordpress_connector();

}  // namespace barometer
