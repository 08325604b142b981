#include "connectors/platforms/feed.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "connectors/digest.hpp"
#include "connectors/platforms/feed_alternate.hpp"
#include "connectors/platforms/feed_cursor.hpp"
#include "connectors/platforms/feed_post.hpp"
#include "connectors/read_apart.hpp"
#include "connectors/refusal.hpp"
#include "connectors/robots.hpp"
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

// The next full hour that the feed does not ask to leave out; nothing when this one is not, or all are.
std::optional<UtcTime> end_of_skipped(const FeedPlace& place, UtcTime now) {
  constexpr int hours_ahead = 7 * 24;
  const auto hour = std::chrono::floor<std::chrono::hours>(now);
  for (int i = 0; i < hours_ahead; ++i) {
    const auto at = hour + i * 1h;
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const auto of_day = (at - day) / 1h;
    const auto of_week = std::chrono::weekday{day}.c_encoding();
    const bool skipped = (place.skip_hours >> of_day & 1) != 0 || (place.skip_days >> of_week & 1) != 0;
    if (!skipped) return i == 0 ? std::nullopt : std::optional<UtcTime>(at);
  }
  return std::nullopt;
}

// As long as the feed, its server or its platform asks, the longest wins.
void set_hints(Page& page, const FeedConfig& config, const FeedPlace& place, const HttpResponse& response,
               UtcTime now) {
  page.hints = hints_from(response, now);
  const auto asked = std::max(page.hints.at_least, std::chrono::seconds(place.at_least));
  page.hints.at_least = std::max(std::min(asked, longest_wait), config.at_least);
  if (const auto end = end_of_skipped(place, now))
    page.hints.not_before = std::max(page.hints.not_before.value_or(*end), *end);
}

Page unchanged_page(const FeedConfig& config, const FeedPlace& place, const HttpResponse& response, UtcTime now) {
  Page page;
  page.next = cursor_of(place);
  page.unchanged = true;
  set_hints(page, config, place, response, now);
  return page;
}

// Where to ask: what the configured page named, or where it has moved.
const std::string& address_of(const FeedConfig& config, const FeedPlace& place) {
  return place.found.empty() ? config.url : place.found;
}

void note_move(FeedPlace& place, const HttpResponse& response, UtcTime now) {
  if (response.permanent_url.empty() || response.permanent_url != place.moved_to) {
    place.moved_to = response.permanent_url;
    place.moved_since = now;
  } else if (now - place.moved_since >= feed_moved_after) {
    place.found = std::exchange(place.moved_to, {});
  }
}

// A page that names a feed; followed only from the configured address, so never in a circle.
std::optional<Page> followed(FeedPlace place, const FeedConfig& config, const HttpResponse& response) {
  if (!place.found.empty() || !looks_like_html_page(response.body)) return std::nullopt;
  const auto url = response.url.empty() ? config.url : response.url;
  const auto feed = alternate_feed(response.body, url);
  if (host_of(feed).empty() || feed == url) return std::nullopt;
  place.found = feed;
  Page page;
  page.next = cursor_of(place);
  page.more = true;
  return page;
}

std::string path_of(std::string_view url) {
  const auto begin = url.find('/', url.find("://") + 3);
  return begin == std::string_view::npos ? "/" : std::string(url.substr(begin, url.find('#') - begin));
}

constexpr std::string_view our_agent = "barometer";  // product token, as robots.txt and X-Robots-Tag name it

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

// What a document may say and a post must not: that it was edited before it was made, that a person can follow "urn:x".
void be_plausible(Post& post, UtcTime now) {
  post.made_at = std::min(post.made_at, now);
  if (post.edited_at <= post.made_at) post.edited_at.reset();
  if (host_of(post.url).empty()) post.url.clear();
}

// Posts without any text are left out, the oldest comes first.
void tidy(Page& page, UtcTime now) {
  const auto silent = std::stable_partition(page.posts.begin(), page.posts.end(), says_something);
  page.unreadable += static_cast<std::uint64_t>(page.posts.end() - silent);
  page.posts.erase(silent, page.posts.end());
  for (auto& post : page.posts) {
    be_plausible(post, now);
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
  FeedConfig feed;
  feed.name = config.name;
  feed.url = setting(config, "url");
  return std::make_unique<FeedSource>(std::move(feed), http);
}

}  // namespace

HttpRequest feed_request(const FeedConfig& config, const Cursor& cursor, UtcTime now) {
  HttpRequest request;
  request.source = config.name;
  const auto place = feed_place_of(cursor);
  request.url = address_of(config, place);
  request.headers.emplace_back("Accept", accepted);
  if (now - place.whole_at >= feed_unconditional_every) return request;
  if (!place.etag.empty()) request.headers.emplace_back("If-None-Match", place.etag);
  if (!place.last_modified.empty()) request.headers.emplace_back("If-Modified-Since", place.last_modified);
  return request;
}

bool keeps_robots_out(const HttpResponse& response) {
  for (const auto& [name, value] : response.headers) {
    if (name != "x-robots-tag") continue;
    std::string words = value;
    std::transform(words.begin(), words.end(), words.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    const auto colon = words.find(':');
    const auto agent = words.substr(0, colon == std::string::npos ? 0 : colon);
    const bool to_us = agent == our_agent;
    const bool to_all = agent.empty() || agent.find_first_of(", ") != std::string::npos || agent.starts_with("max-") ||
                        agent == "unavailable_after";
    if (!to_us && !to_all) continue;
    std::replace(words.begin(), words.end(), ',', ' ');
    const auto padded = ' ' + words.substr(to_us ? colon + 1 : 0) + ' ';
    if (padded.find(" none ") != std::string::npos) return true;
    if (to_us && padded.find(" noindex ") != std::string::npos) return true;
  }
  return false;
}

Result<Page> feed_page(const FeedConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now) {
  auto place = feed_place_of(cursor);
  if (response.status == 304) return unchanged_page(config, place, response, now);
  if (response.status != 200) return refused(response, now);
  if (auto page = followed(place, config, response)) return std::move(*page);
  auto next = place;
  next.etag = response.header("etag");
  next.last_modified = response.header("last-modified");
  next.body = sha256_hex(response.body);
  next.whole_at = now;
  note_move(next, response, now);
  if (next.body == place.body) return unchanged_page(config, next, response, now);
  const ParseOptions options{{}, response.url.empty() ? config.url : response.url, config.name, now};
  auto feed = read_feed(response.body, response.header("content-type"), options);
  if (!feed.has_value()) return feed.error();
  next.at_least = feed->at_least.count();
  next.hub = feed->hub.empty() ? link_header(response, "hub") : feed->hub;
  next.skip_hours = feed->skip_hours;
  next.skip_days = feed->skip_days;
  const bool cut = feed->cut;
  auto page = posts_of(std::move(*feed), config.url, options, true);
  page.next = cursor_of(cut ? place : next);
  set_hints(page, config, next, response, now);
  const bool out = keeps_robots_out(response);
  for (auto& post : page.posts) {
    post.platform = config.platform;
    post.opted_out = out;
    if (config.reshape) config.reshape(post);
  }
  tidy(page, now);
  return page;
}

HttpRequest feed_recheck_request(const FeedConfig& config, const KeptPost& kept, std::string method) {
  HttpRequest request;
  request.method = std::move(method);
  request.url = kept.url;
  request.source = config.name;
  return request;
}

FeedSource::FeedSource(FeedConfig config, HttpClient& http)
    : config_(std::move(config)), host_(host_of(config_.url)), http_(http) {}

asio::awaitable<bool> FeedSource::kept_out(std::string url, UtcTime now) {
  if (now - robots_asked_ < feed_robots_every) co_return kept_out_;
  robots_asked_ = now;
  HttpRequest request;
  request.source = config_.name;
  request.url = url.substr(0, url.find('/', url.find("://") + 3)) + "/robots.txt";
  auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return kept_out_;  // the feed is made for programs: silence forbids nothing
  kept_out_ = reply->status == 200 && robots_verdict(reply->body, our_agent, path_of(url)) == RobotsVerdict::disallowed;
  co_return kept_out_;
}

Failure FeedSource::still_missing(Failure failure, UtcTime now) {
  missing_since_ = missing_since_.value_or(now);
  if (now - *missing_since_ < feed_missing_after) return failure;
  failure.remedy = Remedy::ask_operator;
  failure.detail = "the server has answered 404 for days: find the feed's new address, or remove the source";
  return failure;
}

asio::awaitable<Result<Page>> FeedSource::fetch(Cursor cursor, UtcTime now) {
  auto request = feed_request(config_, cursor, now);
  if (co_await kept_out(request.url, now)) {
    co_return Failure{Remedy::ask_operator,
                      "the site's robots.txt forbids this feed to programs: ask the site, or remove the source",
                      std::nullopt};
  }
  auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  auto page = co_await read_apart(feed_page, config_, cursor, *reply, now);
  if (reply->status == 404) co_return still_missing(page.error(), now);
  missing_since_.reset();
  co_return page;
}

asio::awaitable<bool> FeedSource::gone(KeptPost kept) {
  // Some servers know no HEAD, so only GET's word counts.
  for (const char* method : {"HEAD", "GET"}) {
    auto request = feed_recheck_request(config_, kept, method);
    auto reply = co_await http_.send(std::move(request));
    if (!reply.has_value() || (reply->status != 404 && reply->status != 410)) co_return false;
  }
  co_return true;
}

asio::awaitable<Result<Page>> FeedSource::recheck(std::vector<KeptPost> kept, UtcTime now) {
  Page page;
  if (kept.size() > feed_recheck_limit) kept.resize(feed_recheck_limit);
  for (auto& one : kept) {
    if (host_of(one.url) != host_) continue;
    Post post;
    post.platform = config_.platform;
    post.source = config_.name;
    post.id = one.id;
    post.native_id = one.native_id;
    post.seen_at = now;
    post.deleted = true;
    if (co_await gone(std::move(one))) page.posts.push_back(std::move(post));
  }
  co_return page;
}

Connector feed_connector() {
  Connector row{
      "feed",    "RSS, Atom or JSON Feed: a blog, comments, a tag or search feed.", kinds, settings, check, make,
      parse_feed};
  return row;
}

}  // namespace barometer
