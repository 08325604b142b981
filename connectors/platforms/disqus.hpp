#pragma once

#include <string>
#include <string_view>

#include "connectors/http_client.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// Comments of one forum (a site's shortname) on Disqus, by its API.
struct DisqusConfig {
  std::string name = {};
  std::string api = {};    // https://HOST/PATH of the API, no slash at the end
  std::string forum = {};  // shortname
  std::string key = {};    // goes into the query, Disqus knows no other place: never show a request's address
  int limit = 100;         // comments a request
  int first_pages = 2;     // of the first fetch
};

// Newest first, down to what is known (`since`); every six hours a day deeper, for comments that moderators let through late.
HttpRequest disqus_request(const DisqusConfig& config, const Cursor& cursor, UtcTime now);
Result<Page> disqus_page(const DisqusConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now);

// One kept comment as it is now; a tombstone when it was deleted, called spam, or is no more.
HttpRequest disqus_details_request(const DisqusConfig& config, const KeptPost& kept);
Result<Page> disqus_details_page(const DisqusConfig& config, const KeptPost& kept, const HttpResponse& response,
                                 UtcTime now);

// For `barometer parse`. Kinds: posts (listPosts, list), details, rss.
Result<Page> parse_disqus(std::string body, const ParseOptions& options);

class DisqusSource : public Source {
 public:
  DisqusSource(DisqusConfig config, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;
  std::size_t recheck_limit() const override { return 20; }
  asio::awaitable<Result<Page>> recheck(std::vector<KeptPost> kept, UtcTime now) override;

 private:
  DisqusConfig config_;
  std::string host_;
  HttpClient& http_;
};

// The registry's row.
Connector disqus_connector();

}  // namespace barometer
