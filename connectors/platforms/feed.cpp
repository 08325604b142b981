#include "connectors/platforms/feed.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "connectors/platforms/feed_alternate.hpp"
#include "connectors/platforms/feed_cursor.hpp"
#include "connectors/platforms/feed_digest.hpp"
#include "connectors/refusal.hpp"
#include "connectors/settings.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view accepted =
    "application/feed+json, application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, "
    "text/xml;q=0.7, */*;q=0.1";

constexpr std::chrono::seconds longest_wait = 24h;  // whatever a feed asks for

// As long as the feed or its server asks, the longer of the two wins.
void set_hints(Page& page, const FeedPlace& place, const HttpResponse& response, UtcTime now) {
  page.hints = hints_from(response, now);
  page.hints.at_least = std::min(std::max(page.hints.at_least, std::chrono::seconds(place.at_least)), longest_wait);
}

Page unchanged_page(const FeedPlace& place, const HttpResponse& response, UtcTime now) {
  Page page;
  page.next = cursor_of(place);
  page.unchanged = true;
  set_hints(page, place, response, now);
  return page;
}

// 410 means for good, 404 may pass: WordPress says it for a moment when its permalinks are saved.
Failure refused(const HttpResponse& response, UtcTime now) {
  auto failure = refusal(response, now);
  if (response.status == 404) {
    failure.remedy = Remedy::retry;
    failure.detail =
        "the server answered 404: there is no feed at this address now; if it stays so, check it in a browser";
  }
  return failure;
}

bool says_something(const Post& post) { return !post.text.empty(); }

// A title that the text is or begins with would be judged twice.
void say_once(Post& post) {
  if (post.title && post.text.starts_with(*post.title)) post.title.reset();
}

// Posts without any text are left out, none is made later than now, the oldest comes first.
void tidy(Page& page, UtcTime now) {
  const auto silent = std::stable_partition(page.posts.begin(), page.posts.end(), says_something);
  page.unreadable += static_cast<std::uint64_t>(page.posts.end() - silent);
  page.posts.erase(silent, page.posts.end());
  for (auto& post : page.posts) {
    post.made_at = std::min(post.made_at, now);
    say_once(post);
  }
  std::reverse(page.posts.begin(), page.posts.end());  // most feeds have the newest first; of equal times it stays last
  std::stable_sort(page.posts.begin(), page.posts.end(),
                   [](const Post& a, const Post& b) { return a.made_at < b.made_at; });
}

constexpr SourceSetting settings[] = {
    {"url", "", true, "Address of the RSS, Atom or JSON Feed."},
};

constexpr std::array<std::string_view, 3> kinds = {"rss", "atom", "json"};

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_url(config, "url", complaints);
  return complaints;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  FeedConfig feed{config.name, setting(config, "url")};
  return std::make_unique<FeedSource>(std::move(feed), http);
}

}  // namespace

HttpRequest feed_request(const FeedConfig& config, const Cursor& cursor, UtcTime now) {
  HttpRequest request;
  request.source = config.name;
  request.url = config.url;
  request.headers.emplace_back("Accept", accepted);
  const auto place = feed_place_of(cursor);
  if (now - place.whole_at >= feed_unconditional_every) return request;
  if (!place.etag.empty()) request.headers.emplace_back("If-None-Match", place.etag);
  if (!place.last_modified.empty()) request.headers.emplace_back("If-Modified-Since", place.last_modified);
  return request;
}

Result<Page> feed_page(const FeedConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now) {
  auto place = feed_place_of(cursor);
  if (response.status == 304) return unchanged_page(place, response, now);
  if (response.status != 200) return refused(response, now);
  const auto body = sha256_hex(response.body);
  FeedPlace next{std::string(response.header("etag")), std::string(response.header("last-modified")), body, now,
                 place.at_least};
  if (body == place.body) return unchanged_page(next, response, now);
  const ParseOptions options{{}, response.url.empty() ? config.url : response.url, config.name, now};
  auto page = parse_feed(response.body, response.header("content-type"), config.url, options);
  if (!page.has_value()) return page;
  const bool cut = page->unreadable > 0;
  next.at_least = page->hints.at_least.count();
  page->next = cursor_of(cut ? place : next);
  set_hints(*page, next, response, now);
  tidy(*page, now);
  return page;
}

FeedSource::FeedSource(FeedConfig config, HttpClient& http)
    : config_(std::move(config)), host_(host_of(config_.url)), http_(http) {}

asio::awaitable<Result<Page>> FeedSource::fetch(Cursor cursor, UtcTime now) {
  auto request = feed_request(config_, cursor, now);
  auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  co_return feed_page(config_, cursor, *reply, now);
}

Connector feed_connector() {
  Connector row{
      "feed",    "RSS, Atom or JSON Feed: a blog, comments, a tag or search feed.", kinds, settings, check, make,
      parse_feed};
  return row;
}

}  // namespace barometer
