#include "connectors/platforms/discourse.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <optional>
#include <utility>

#include "connectors/deep_walk.hpp"
#include "connectors/platforms/discourse_answer.hpp"
#include "connectors/platforms/feed.hpp"
#include "connectors/read_apart.hpp"
#include "connectors/refusal.hpp"
#include "connectors/settings.hpp"
#include "connectors/unread_answer.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

constexpr std::int64_t ids_a_page = 50;
constexpr int most_empty = 3;

// Where the next page begins: at that id and below; `empty` pages stood above it.
struct Below {
  std::int64_t id = 0;
  int empty = 0;
};

std::optional<Below> below_of(const std::string& token) {
  Below below;
  const auto* end = token.data() + token.size();
  const auto [rest, odd] = std::from_chars(token.data(), end, below.id);
  if (odd != std::errc() || below.id <= 0) return std::nullopt;
  if (rest != end) std::from_chars(rest + 1, end, below.empty);
  return below;
}

std::string token_of(const Below& below) { return std::to_string(below.id) + '/' + std::to_string(below.empty); }

// The page after this one; empty after the last. Whether a board counts the id itself in or out, it is asked for again.
std::string next_token(const DiscourseAnswer& answer, const std::optional<Below>& below) {
  const auto smallest = std::min_element(answer.ids.begin(), answer.ids.end());
  const bool lower = smallest != answer.ids.end() && (!below || *smallest < below->id);
  if (lower) return *smallest > 1 ? token_of({*smallest, 0}) : std::string();
  const bool more = below && below->empty < most_empty && below->id > ids_a_page;
  return more ? token_of({below->id - ids_a_page, below->empty + 1}) : std::string();
}

DeepWalkRules rules_of(const DiscourseConfig& config) {
  DeepWalkRules rules;
  rules.usual.first_pages = config.first_pages;
  return rules;
}

void tidy(std::vector<Post>& posts, UtcTime now) {
  for (auto& post : posts) {
    post.made_at = std::min(post.made_at, now);
    if (post.title && post.text.starts_with(*post.title)) post.title.reset();  // or it would be judged twice
  }
  std::reverse(posts.begin(), posts.end());
}

HttpRequest board_request(const DiscourseConfig& config, const std::string& path) {
  HttpRequest request;
  request.source = config.name;
  request.url = config.url + path;
  request.headers.emplace_back("Accept", "application/json");
  if (config.key.empty()) return request;
  request.headers.emplace_back("Api-Key", config.key);
  request.headers.emplace_back("Api-Username", config.username);
  return request;
}

ParseOptions options_for(const DiscourseConfig& config, UtcTime now) { return {{}, config.url, config.name, now}; }

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

bool looks_like_feed(const std::string& body) {
  constexpr std::size_t far_enough = 1024;
  return looks_like_mark_up(body) && body.substr(0, far_enough).find("<rss") != body.npos;
}

bool printable(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
}

constexpr SourceSetting settings[] = {
    {"url", "", true, "Address of the board."},
    {"api_key_file", "", false, "File that holds an administrator's key; a public board needs none."},
    {"api_username", "system", false, "User that the key acts as."},
    {"first_pages", "2", false, "Pages of 50 posts that the first fetch reads, 1 to 100."},
};

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_url(config, "url", complaints);
  check_secret(config, "api_key_file", complaints);
  check_number(config, "first_pages", 1, 100, complaints);
  if (!printable(setting(config, "api_username")))
    complaints.push_back({"api_username", "has letters that no user name has: write it as the board does"});
  return complaints;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  DiscourseConfig board;
  board.name = config.name;
  board.url = without_slash(setting(config, "url"));
  board.key = read_secret(setting(config, "api_key_file"));
  board.username = setting(config, "api_username", "system");
  board.first_pages = setting(config, "first_pages", board.first_pages);
  return std::make_unique<DiscourseSource>(std::move(board), http);
}

constexpr std::array<std::string_view, 6> kinds = {"posts", "topics", "topic", "post", "search", "rss"};

}  // namespace

HttpRequest discourse_request(const DiscourseConfig& config, const Cursor& cursor) {
  const auto below = below_of(walk_of(cursor).token);
  return board_request(config, below ? "/posts.json?before=" + std::to_string(below->id) : "/posts.json");
}

Result<Page> discourse_page(const DiscourseConfig& config, const Cursor& cursor, const HttpResponse& response,
                            UtcTime now) {
  if (response.status != 200) return discourse_refusal(response, now);
  auto answer = read_discourse(response.body, config.url, options_for(config, now));
  if (!answer.has_value()) return answer.error();
  if (!answer->is_latest) return Failure{Remedy::retry, "the board answered with something other than its posts"};
  auto walk = walk_of(cursor);
  const auto below = below_of(walk.token);
  const auto above = [&](std::int64_t id) { return below && id > below->id; };
  if (std::any_of(answer->ids.begin(), answer->ids.end(), above))
    return Failure{Remedy::retry, "an answer to another question came: its posts are newer than asked for"};
  auto page = std::move(answer->page);
  deep_walk_on(std::move(walk), next_token(*answer, below), rules_of(config), now, page);
  tidy(page.posts, now);
  page.hints = hints_from(response, now);
  return page;
}

HttpRequest discourse_post_request(const DiscourseConfig& config, const KeptPost& kept) {
  return board_request(config, "/posts/" + percent_encoded(kept.native_id) + ".json");
}

Result<Page> discourse_post_page(const DiscourseConfig& config, const KeptPost& kept, const HttpResponse& response,
                                 UtcTime now) {
  Page page;
  if (discourse_says_none(response)) {
    page.posts.push_back({.platform = "discourse", .source = config.name, .id = kept.id, .deleted = true});
    return page;
  }
  if (response.status != 200) return discourse_refusal(response, now);
  auto answer = read_discourse(response.body, config.url, options_for(config, now));
  if (!answer.has_value()) return answer.error();
  page = std::move(answer->page);
  // A topic's first post comes without its title here: what the walk gave of it stands.
  const auto says_less = [](const Post& post) { return !post.deleted && post.url.ends_with("/1"); };
  std::erase_if(page.posts, [&](const Post& post) { return post.id != kept.id || says_less(post); });
  tidy(page.posts, now);
  return page;
}

Result<Page> parse_discourse(std::string body, const ParseOptions& options) {
  if (options.kind == "rss" || (options.kind.empty() && looks_like_feed(body))) {
    auto feed_options = options;
    feed_options.kind.clear();
    return parse_feed(std::move(body), feed_options);
  }
  const auto site = without_slash(resolve_url(options.base_url, "/"));
  auto answer = read_discourse(body, host_of(site).empty() ? std::string_view() : site, options);
  if (!answer.has_value()) return answer.error();
  return std::move(answer->page);
}

DiscourseSource::DiscourseSource(DiscourseConfig config, HttpClient& http)
    : config_(std::move(config)), host_(host_of(config_.url)), http_(http) {}

asio::awaitable<Result<Page>> DiscourseSource::fetch(Cursor cursor, UtcTime now) {
  auto request = discourse_request(config_, cursor);
  auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  co_return co_await read_apart(discourse_page, config_, cursor, *reply, now);
}

asio::awaitable<Result<Page>> DiscourseSource::recheck(std::vector<KeptPost> kept, UtcTime now) {
  Page all;
  for (const auto& post : kept) {
    auto request = discourse_post_request(config_, post);
    auto reply = co_await http_.send(std::move(request));
    if (!reply.has_value()) co_return reply.error();
    auto page = co_await read_apart(discourse_post_page, config_, post, *reply, now);
    if (!page.has_value()) co_return page;
    std::move(page->posts.begin(), page->posts.end(), std::back_inserter(all.posts));
  }
  co_return all;
}

Connector discourse_connector() {
  return Connector{"discourse",    "All public posts of a Discourse board.", kinds, settings, check, make,
                   parse_discourse};
}

}  // namespace barometer
