#include "connectors/platforms/hackernews.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "connectors/html_text.hpp"
#include "connectors/json_document.hpp"
#include "connectors/read_apart.hpp"
#include "connectors/refusal.hpp"
#include "connectors/settings.hpp"
#include "connectors/tags.hpp"
#include "connectors/time.hpp"
#include "connectors/unread_answer.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

using std::chrono::floor;
using std::chrono::seconds;

constexpr std::string_view wall_advice = "something between here and the search refuses programs; check http.proxy";
constexpr WalkRules walk_rules{};
constexpr seconds page_overlap{120};

// Where the next page begins: everything up to that second, and, where a single second fills pages, which of its pages.
struct Below {
  std::int64_t second = 0;
  std::int64_t page = 0;
};

std::optional<Below> below_of(const std::string& token) {
  Below below;
  const auto* end = token.data() + token.size();
  const auto [rest, odd] = std::from_chars(token.data(), end, below.second);
  if (odd != std::errc()) return std::nullopt;
  if (rest != end) std::from_chars(rest + 1, end, below.page);
  return below;
}

std::string token_of(const Below& below) { return std::to_string(below.second) + '/' + std::to_string(below.page); }

std::string identity(std::string_view native) { return "hackernews:" + std::string(native); }

void finish_post(Post& post, const ParseOptions& options) {
  post.platform = "hackernews";
  post.source = options.source;
  post.id = identity(post.native_id);
  post.url = "https://news.ycombinator.com/item?id=" + percent_encoded(post.native_id);
  post.seen_at = options.now;
  post.author_name = post.author;
  if (post.text.empty() && post.title) post.text = *post.title;
  if (post.title) add_hashtags(post.tags, *post.title);
  add_hashtags(post.tags, post.text);
}

// 9999-12-31: later ones are no times.
constexpr std::int64_t last_second = 253'402'300'799;

void put_time(Post& post, std::int64_t at, std::string_view iso, UtcTime now) {
  const auto written = at > 0 && at <= last_second ? std::optional<UtcTime>(UtcTime{seconds{at}}) : parse_iso(iso);
  post.made_at = written.value_or(now);
  post.dated = written.has_value();
}

std::optional<Post> hit_post(JsonValue hit, const ParseOptions& options) {
  Post post;
  post.native_id = valid_utf8(json_id(hit, "objectID"));
  const auto comment = json_text(hit, "comment_text");
  const auto story = json_text(hit, "story_text");
  const auto title = html_to_text(json_text(hit, "title"));
  if (post.native_id.empty() || (comment.empty() && story.empty() && title.empty())) return std::nullopt;
  if (!title.empty()) post.title = title;
  post.text = html_to_text(comment.empty() ? story : comment);
  post.author = valid_utf8(json_text(hit, "author"));
  put_time(post, json_count(hit, "created_at_i"), json_text(hit, "created_at"), options.now);
  if (auto parent = json_id(hit, "parent_id"); !parent.empty()) post.reply_to = valid_utf8(parent);
  post.likes = json_count(hit, "points");
  post.replies = json_count(hit, "num_comments");
  finish_post(post, options);
  return post;
}

Page item_page(JsonValue item, const ParseOptions& options) {
  Page page;
  Post post;
  post.native_id = valid_utf8(json_id(item, "id"));
  if (post.native_id.empty()) {
    page.unreadable = 1;
    return page;
  }
  post.deleted = json_flag(item, "deleted") == 1 || json_flag(item, "dead") == 1;
  if (const auto title = html_to_text(json_text(item, "title")); !title.empty()) post.title = title;
  post.text = html_to_text(json_text(item, "text"));
  post.author = valid_utf8(json_text(item, "by"));
  put_time(post, json_count(item, "time"), {}, options.now);
  if (auto parent = json_id(item, "parent"); !parent.empty()) post.reply_to = valid_utf8(parent);
  post.likes = json_count(item, "score");
  post.replies = json_count(item, "descendants");
  finish_post(post, options);
  page.posts.push_back(std::move(post));
  return page;
}

struct Hits {
  Page page = {};
  std::size_t size = 0;  // readable or not
};

Result<Hits> read_hits(JsonValue root, const ParseOptions& options) {
  simdjson::dom::array list;
  if (!json_array(root, "hits", list)) {
    const bool refused = !json_text(root, "message").empty();
    return refused ? Failure{Remedy::ask_operator, "the search refuses the question: check query and limit"}
                   : Failure{Remedy::skip, "the answer holds no list of hits"};
  }
  Hits hits;
  for (const auto hit : list) {
    ++hits.size;
    if (auto post = hit_post(hit, options))
      hits.page.posts.push_back(std::move(*post));
    else
      ++hits.page.unreadable;
  }
  return hits;
}

Result<Hits> read_search(const std::string& body, const ParseOptions& options) {
  JsonDocument document;
  if (JsonDocument::read(document, body)) return unread_answer(body, wall_advice);
  return read_hits(document.root(), options);
}

std::int64_t second_of(const Post& post) { return floor<seconds>(post.made_at.time_since_epoch()).count(); }

// The page after this one; empty after the last. It begins a little above the oldest second, because neighbours may have
// changed places; where nothing is left to move down by, the same second has further pages.
std::string next_token(const Hits& hits, const HackerNewsConfig& config, const std::optional<Below>& below) {
  if (hits.page.posts.empty() || hits.size < static_cast<std::size_t>(config.limit)) return {};
  std::int64_t oldest = second_of(hits.page.posts.front());
  for (const auto& post : hits.page.posts) oldest = std::min(oldest, second_of(post));
  if (!below || oldest + page_overlap.count() < below->second) return token_of({oldest + page_overlap.count(), 0});
  if (oldest < below->second) return token_of({oldest, 0});
  return token_of({below->second, below->page + 1});
}

void tidy(std::vector<Post>& posts, UtcTime now) {
  for (auto& post : posts) {
    post.made_at = std::min(post.made_at, now);
    if (post.title && post.text.starts_with(*post.title)) post.title.reset();  // or it would be judged twice
  }
  std::reverse(posts.begin(), posts.end());
}

constexpr SourceSetting settings[] = {
    {"query", "", true, "Words that a story or comment must hold; quotes make a phrase."},
    {"limit", "100", false, "Hits a request, 1 to 1000."},
    {"first_pages", "5", false, "Pages of the past that the first fetch reads, 1 to 100."},
    {"api", "https://hn.algolia.com", false, "Where the search is."},
    {"items", "https://hacker-news.firebaseio.com", false, "Where an item is asked for again, to find deletions."},
};

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_url(config, "api", complaints);
  check_url(config, "items", complaints);
  check_number(config, "limit", 1, 1000, complaints);
  check_number(config, "first_pages", 1, 100, complaints);
  return complaints;
}

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  HackerNewsConfig news;
  news.name = config.name;
  news.query = setting(config, "query");
  news.api = without_slash(setting(config, "api", "https://hn.algolia.com"));
  news.items = without_slash(setting(config, "items", "https://hacker-news.firebaseio.com"));
  news.limit = setting(config, "limit", news.limit);
  news.first_pages = setting(config, "first_pages", news.first_pages);
  return std::make_unique<HackerNewsSource>(std::move(news), http);
}

constexpr std::array<std::string_view, 2> kinds = {"search", "item"};

}  // namespace

HttpRequest hackernews_request(const HackerNewsConfig& config, const Cursor& cursor) {
  const auto walk = walk_of(cursor);
  const auto below = below_of(walk.token);
  std::string range;
  if (walk.known) {
    const auto from = floor<seconds>((*walk.known - walk_rules.overlap).time_since_epoch());
    range = "created_at_i>" + std::to_string(from.count());
  }
  if (below) range += (range.empty() ? "" : ",") + ("created_at_i<=" + std::to_string(below->second));
  HttpRequest request;
  request.source = config.name;
  request.url = config.api + "/api/v1/search_by_date?query=" + percent_encoded(config.query) +
                "&tags=" + percent_encoded("(story,comment)") + "&hitsPerPage=" + std::to_string(config.limit);
  if (!range.empty()) request.url += "&numericFilters=" + percent_encoded(range);
  if (below && below->page > 0) request.url += "&page=" + std::to_string(below->page);
  request.headers.emplace_back("Accept", "application/json");
  return request;
}

Result<Page> hackernews_page(const HackerNewsConfig& config, const Cursor& cursor, const HttpResponse& response,
                             UtcTime now) {
  if (response.status != 200) return refusal(response, now);
  auto hits = read_search(response.body, ParseOptions{"search", {}, config.name, now});
  if (!hits.has_value()) return hits.error();
  auto walk = walk_of(cursor);
  const auto below = below_of(walk.token);
  const auto above = [&](const Post& post) { return below && post.dated && second_of(post) > below->second; };
  if (std::any_of(hits->page.posts.begin(), hits->page.posts.end(), above))
    return Failure{Remedy::retry, "an answer to another question came: its posts are newer than asked for"};
  const auto token = next_token(*hits, config, below);
  auto page = std::move(hits->page);
  tidy(page.posts, now);
  auto rules = walk_rules;
  rules.first_pages = config.first_pages;
  walk_on(std::move(walk), token, rules, now, page);
  page.hints = hints_from(response, now);
  page.hints.at_least = seconds{0};  // the search lets caches keep its answers; new posts are in none of them
  return page;
}

HttpRequest hackernews_item_request(const HackerNewsConfig& config, const KeptPost& kept) {
  HttpRequest request;
  request.source = config.name;
  request.url = config.items + "/v0/item/" + percent_encoded(kept.native_id) + ".json";
  request.headers.emplace_back("Accept", "application/json");
  return request;
}

Result<Page> hackernews_item_page(const HackerNewsConfig& config, const KeptPost& kept, const HttpResponse& response,
                                  UtcTime now) {
  if (response.status != 200) return refusal(response, now);
  const ParseOptions options{"item", {}, config.name, now};
  auto page = parse_hackernews(response.body, options);
  if (!page.has_value()) return page;
  const bool gone = page->posts.empty() && page->unreadable == 0;  // null: there is no such item
  if (gone) page->posts.push_back({.platform = "hackernews", .source = config.name, .id = kept.id, .deleted = true});
  std::erase_if(page->posts, [&](const Post& post) { return post.id != kept.id; });
  tidy(page->posts, now);
  return page;
}

Result<Page> parse_hackernews(std::string body, const ParseOptions& options) {
  JsonDocument document;
  if (JsonDocument::read(document, body)) return unread_answer(body, wall_advice);
  const auto root = document.root();
  if (root.is_null()) return Page{};  // what the official API says of an item that is not there
  JsonValue found;
  const bool item =
      options.kind.empty() ? !json_field(root, "hits", found) && json_field(root, "id", found) : options.kind == "item";
  if (item) return item_page(root, options);
  auto hits = read_hits(root, options);
  if (!hits.has_value()) return hits.error();
  return std::move(hits->page);
}

HackerNewsSource::HackerNewsSource(HackerNewsConfig config, HttpClient& http)
    : config_(std::move(config)), host_(host_of(config_.api)), http_(http) {}

asio::awaitable<Result<Page>> HackerNewsSource::fetch(Cursor cursor, UtcTime now) {
  auto request = hackernews_request(config_, cursor);
  auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  co_return co_await read_apart(hackernews_page, config_, cursor, *reply, now);
}

asio::awaitable<Result<Page>> HackerNewsSource::recheck(std::vector<KeptPost> kept, UtcTime now) {
  Page all;
  for (const auto& post : kept) {
    auto request = hackernews_item_request(config_, post);
    auto reply = co_await http_.send(std::move(request));
    if (!reply.has_value()) co_return reply.error();
    auto page = co_await read_apart(hackernews_item_page, config_, post, *reply, now);
    if (!page.has_value()) co_return page;
    std::move(page->posts.begin(), page->posts.end(), std::back_inserter(all.posts));
  }
  co_return all;
}

Connector hackernews_connector() {
  return Connector{
      "hackernews",    "Stories and comments of Hacker News that hold some words.", kinds, settings, check, make,
      parse_hackernews};
}

}  // namespace barometer
