#include "connectors/platforms/wordpress.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "connectors/json_document.hpp"
#include "connectors/json_text.hpp"
#include "connectors/platforms/feed.hpp"
#include "connectors/platforms/wordpress_answer.hpp"
#include "connectors/read_apart.hpp"
#include "connectors/refusal.hpp"
#include "connectors/settings.hpp"
#include "connectors/time.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

// Where a round stands, all times on the site's own clock, whatever that is, written as if it were UTC:
//   {"newest":"2026-11-21T20:15:00","after":"2026-11-21T18:15:00","offset":"0","tag":"7"}
struct Place {
  std::string newest = {};  // of all rounds; empty: there was none
  std::string after = {};   // the round under way has read up to here; empty: none is under way
  std::int64_t offset = 0;  // entries of that very moment that have been read
  std::string tag = {};     // the tag's number
};

Place place_of(const Cursor& cursor) {
  Place place;
  JsonDocument document;
  if (cursor.bytes.empty() || JsonDocument::read(document, cursor.bytes) || !document.root().is_object()) return place;
  place.newest = json_text(document.root(), "newest");
  place.after = json_text(document.root(), "after");
  place.offset = json_count(document.root(), "offset");
  place.tag = json_text(document.root(), "tag");
  return place;
}

Cursor cursor_of(const Place& place) {
  Cursor cursor;
  auto& out = cursor.bytes;
  out += "{\"newest\":";
  append_json_string(out, place.newest);
  out += ",\"after\":";
  append_json_string(out, place.after);
  out += ",\"offset\":" + std::to_string(place.offset) + ",\"tag\":";
  append_json_string(out, place.tag);
  out += '}';
  return cursor;
}

std::string stamp_of(UtcTime time) { return to_iso(time).substr(0, 19); }

std::string moved(const std::string& stamp, std::chrono::seconds by) {
  const auto time = parse_iso(stamp);
  return time ? stamp_of(*time + by) : stamp;
}

// The moment to read on from; the first time, the earliest that is wanted.
std::string beginning(const WordpressConfig& config, const Place& place, const Cursor& cursor) {
  if (!place.after.empty()) return place.after;
  if (place.newest.empty()) return stamp_of(cursor.not_before.value_or(UtcTime{}));
  return moved(place.newest, -(config.comments ? wordpress_comments_overlap : wordpress_posts_overlap));
}

bool wants_tag(const WordpressConfig& config, const Place& place) {
  return !config.tag_slug.empty() && place.tag.empty();
}

HttpRequest api_request(const WordpressConfig& config, const std::string& rest) {
  HttpRequest request;
  request.source = config.name;
  // ?rest_route= works where a site has no pretty addresses; with them /wp-json/ does, and both everywhere else.
  request.url = config.url + "/?rest_route=/wp/v2/" + rest;
  request.headers.emplace_back("Accept", "application/json");
  return request;
}

std::string list_of(const WordpressConfig& config) {
  return config.comments ? "comments" : "posts&_embed=author,wp:term";
}

// The next page begins a second before where this one ended, as more of that second may follow; where all of a page is of one
// moment, further on within it.
void move_on(Place& place, const WordpressConfig& config, const std::vector<std::string>& stamps,
             const std::string& after, bool full) {
  const auto& last = stamps.empty() ? after : *std::max_element(stamps.begin(), stamps.end());
  place.newest = std::max(place.newest, stamps.empty() ? place.newest : last);
  if (!full) {
    place.after.clear();
    place.offset = 0;
    return;
  }
  const auto next = moved(last, std::chrono::seconds(-1));
  // Ten fewer than were read: what is deleted meanwhile must not hide what comes after it.
  constexpr std::int64_t overlap = 10;
  const bool stuck = next <= after;
  place.offset = stuck ? place.offset + std::max<std::int64_t>(config.limit - overlap, 1) : 0;
  place.after = stuck ? after : next;
}

Result<Page> failed(const HttpResponse& response, const WordpressConfig& config, UtcTime now) {
  auto failure = refusal(response, now);
  if (failure.remedy != Remedy::ask_operator) return failure;
  const auto said = read_wordpress_answer(response.body, ParseOptions{{}, config.url, config.name, now});
  if (!said.has_value() && said.error().remedy != Remedy::retry) failure.detail += "; " + said.error().detail;
  return failure;
}

bool is_end_of_list(const HttpResponse& response) {
  return response.status == 400 && response.body.find("_invalid_page_number") != std::string::npos;
}

constexpr SourceSetting settings[] = {
    {"url", "", true, "The site, as https://HOST or https://HOST/PATH."},
    {"listen", "posts", false, "posts or comments."},
    {"search", "", false, "Only what holds these words; empty: all."},
    {"tag_slug", "", false, "Only posts with this tag, as its address has it (/tag/SLUG/); empty: all."},
    {"by", "api", false, "api, or feed where a site has closed its REST API."},
    {"limit", "100", false, "Posts a request, 1 to 100; by api only."},
};

constexpr std::array<std::string_view, 4> kinds = {"posts", "comments", "tags", "feed"};

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_url(config, "url", complaints);
  check_number(config, "limit", 1, 100, complaints);
  const auto listen = setting(config, "listen", "posts");
  if (listen != "posts" && listen != "comments")
    complaints.push_back({"listen", "is neither: write posts or comments"});
  const auto by = setting(config, "by", "api");
  if (by != "api" && by != "feed") complaints.push_back({"by", "is neither: write api or feed"});
  if (listen == "comments" && !setting(config, "tag_slug").empty())
    complaints.push_back({"tag_slug", "is of posts only: leave it out, or listen to posts"});
  if (by == "feed" && !setting(config, "search").empty() &&
      (listen == "comments" || !setting(config, "tag_slug").empty()))
    complaints.push_back({"search", "has no feed together with a tag or comments: leave one out, or set by to api"});
  return complaints;
}

std::string site_of(const SourceConfig& config) {
  auto url = setting(config, "url");
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::unique_ptr<Source> make_feed(const SourceConfig& config, HttpClient& http) {
  const auto search = setting(config, "search");
  const auto tag = setting(config, "tag_slug");
  FeedConfig feed;
  feed.name = config.name;
  feed.platform = "wordpress";
  // These work with and without pretty addresses; where a site has them, it sends us on.
  feed.url =
      site_of(config) + "/?feed=" + (setting(config, "listen", "posts") == "comments" ? "comments-rss2" : "rss2");
  if (!search.empty()) feed.url += "&s=" + percent_encoded(search);
  if (!tag.empty()) feed.url += "&tag=" + percent_encoded(tag);
  return std::make_unique<FeedSource>(std::move(feed), http);
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  if (setting(config, "by", "api") == "feed") return make_feed(config, http);
  WordpressConfig wordpress;
  wordpress.name = config.name;
  wordpress.url = site_of(config);
  wordpress.comments = setting(config, "listen", "posts") == "comments";
  wordpress.search = setting(config, "search");
  wordpress.tag_slug = setting(config, "tag_slug");
  wordpress.limit = setting(config, "limit", wordpress.limit);
  return std::make_unique<WordpressSource>(std::move(wordpress), http);
}

bool is_feed(std::string_view body) {
  const auto begin = body.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  return begin == std::string_view::npos || body[begin] == '<';
}

}  // namespace

HttpRequest wordpress_request(const WordpressConfig& config, const Cursor& cursor, UtcTime) {
  const auto place = place_of(cursor);
  if (wants_tag(config, place)) return api_request(config, "tags&slug=" + percent_encoded(config.tag_slug));
  auto rest = list_of(config) + "&order=asc&per_page=" + std::to_string(config.limit);
  rest += config.comments ? "&orderby=date&after=" : "&orderby=modified&modified_after=";
  rest += percent_encoded(beginning(config, place, cursor));
  if (place.offset > 0) rest += "&offset=" + std::to_string(place.offset);
  if (!config.search.empty()) rest += "&search=" + percent_encoded(config.search);
  if (!place.tag.empty()) rest += "&tags=" + percent_encoded(place.tag);
  return api_request(config, rest);
}

Result<Page> wordpress_page(const WordpressConfig& config, const Cursor& cursor, const HttpResponse& response,
                            UtcTime now) {
  auto place = place_of(cursor);
  WordpressAnswer answer;
  if (!is_end_of_list(response)) {
    if (response.status != 200) return failed(response, config, now);
    auto read = read_wordpress_answer(response.body, ParseOptions{{}, config.url, config.name, now});
    if (!read.has_value()) return read.error();
    answer = std::move(*read);
  }
  Page page;
  page.hints = hints_from(response, now);
  page.unreadable = answer.unreadable;
  if (wants_tag(config, place)) {  // a tag that nobody has used yet has no number
    if (!answer.tag_ids.empty()) place.tag = answer.tag_ids.front();
    page.more = !place.tag.empty();
  } else {
    const bool full = answer.posts.size() + answer.unreadable >= static_cast<std::size_t>(config.limit);
    move_on(place, config, answer.stamps, beginning(config, place, cursor), full);
    page.more = full;
  }
  page.next = cursor_of(place);
  for (auto& post : answer.posts) post.made_at = std::min(post.made_at, now);
  page.posts = std::move(answer.posts);
  std::erase_if(page.posts, [](const Post& post) { return post.text.empty(); });
  std::stable_sort(page.posts.begin(), page.posts.end(),
                   [](const Post& a, const Post& b) { return a.made_at < b.made_at; });
  return page;
}

HttpRequest wordpress_recheck_request(const WordpressConfig& config, const std::vector<KeptPost>& kept) {
  std::string numbers;
  for (const auto& one : kept) (numbers += numbers.empty() ? "" : ",") += percent_encoded(one.native_id);
  return api_request(config, list_of(config) + "&per_page=100&include=" + numbers);
}

Result<Page> wordpress_recheck_page(const WordpressConfig& config, const std::vector<KeptPost>& kept,
                                    const HttpResponse& response, UtcTime now) {
  if (response.status != 200) return failed(response, config, now);
  auto answer = read_wordpress_answer(response.body, ParseOptions{{}, config.url, config.name, now});
  if (!answer.has_value()) return answer.error();
  Page page;
  page.posts = std::move(answer->posts);
  const auto found = page.posts.size();
  for (const auto& one : kept) {
    const bool there = std::any_of(page.posts.begin(), page.posts.begin() + static_cast<std::ptrdiff_t>(found),
                                   [&](const Post& post) { return post.native_id == one.native_id; });
    if (there) continue;
    Post gone;
    gone.platform = "wordpress";
    gone.source = config.name;
    gone.id = one.id;
    gone.native_id = one.native_id;
    gone.seen_at = now;
    gone.deleted = true;
    page.posts.push_back(std::move(gone));
  }
  return page;
}

Result<Page> parse_wordpress(std::string body, const ParseOptions& options) {
  if (options.kind == "feed" || (options.kind.empty() && is_feed(body))) {
    auto feed_options = options;
    feed_options.kind.clear();
    auto page = parse_feed(std::move(body), feed_options);
    if (!page.has_value()) return page;
    for (auto& post : page->posts) post.platform = "wordpress";
    return page;
  }
  auto answer = read_wordpress_answer(body, options);
  if (!answer.has_value()) return answer.error();
  Page page;
  page.posts = std::move(answer->posts);
  page.unreadable = answer->unreadable;
  return page;
}

WordpressSource::WordpressSource(WordpressConfig config, HttpClient& http)
    : config_(std::move(config)), host_(host_of(config_.url)), http_(http) {}

asio::awaitable<Result<Page>> WordpressSource::fetch(Cursor cursor, UtcTime now) {
  auto request = wordpress_request(config_, cursor, now);
  auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  co_return co_await read_apart(wordpress_page, config_, cursor, *reply, now);
}

asio::awaitable<Result<Page>> WordpressSource::recheck(std::vector<KeptPost> kept, UtcTime now) {
  // What came by a feed before has no number.
  std::erase_if(kept, [](const KeptPost& one) {
    return one.native_id.empty() || one.native_id.find_first_not_of("0123456789") != std::string::npos;
  });
  if (kept.empty()) co_return Page{};
  if (kept.size() > recheck_limit()) kept.resize(recheck_limit());
  auto request = wordpress_recheck_request(config_, kept);
  auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  co_return co_await read_apart(wordpress_recheck_page, config_, kept, *reply, now);
}

Connector wordpress_connector() {
  return Connector{"wordpress",    "Posts or comments of a WordPress site, by its REST API or its feeds.",
                   kinds,          settings,
                   check,          make,
                   parse_wordpress};
}

}  // namespace barometer
