#include "connectors/platforms/lemmy.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <optional>
#include <utility>

#include "connectors/deep_walk.hpp"
#include "connectors/platforms/feed.hpp"
#include "connectors/platforms/lemmy_answer.hpp"
#include "connectors/read_apart.hpp"
#include "connectors/refusal.hpp"
#include "connectors/settings.hpp"
#include "connectors/unread_answer.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

constexpr int most_beginnings = 5;  // of one walk: then the list never stands still, and the walk ends as it is
// Among Walk::notes.
const std::string last_id = "last";  // of the page before, where pages have numbers
const std::string beginnings = "beginnings";

bool has_page_numbers(const LemmyConfig& config) { return config.generation == 3 && config.listing != "posts"; }

// A page that begins one entry before the end of the one before needs a limit that is smaller by one; so they end at half of it.
int most_numbered_pages(const LemmyConfig& config) { return std::max(config.limit / 2, 1); }

int limit_of(const LemmyConfig& config, int page) { return std::max(config.limit - page + 1, 1); }

int number_of(const std::string& text, int otherwise) {
  int number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

DeepWalkRules rules_of(const LemmyConfig& config) {
  DeepWalkRules rules;
  rules.usual.first_pages = config.first_pages;
  if (!has_page_numbers(config)) return rules;
  rules.usual.most_pages = most_numbered_pages(config);
  rules.usual.first_pages = std::min(rules.usual.first_pages, rules.usual.most_pages);
  return rules;
}

std::string target_of(const LemmyConfig& config) {
  const bool old = config.generation == 3;
  std::string target = "/api/v" + std::to_string(config.generation);
  const std::string newest = old ? "?sort=New" : "?sort=new";
  const std::string all = old ? "All" : "all";
  if (config.listing == "search")
    target += "/search" + newest + (old ? "&q=" : "&search_term=") + percent_encoded(config.query) + "&type_=" + all +
              "&listing_type=" + all;
  else
    target += (config.listing == "posts" ? "/post/list" : "/comment/list") + newest + "&type_=" + all;
  if (!config.community.empty()) target += "&community_name=" + percent_encoded(config.community);
  return target;
}

// Forgets the page that the walk stands on: it begins again at the newest.
void begin_again(Walk& walk) {
  walk.token.clear();
  walk.notes.erase(last_id);
  walk.notes[beginnings] = std::to_string(number_of(walk.notes[beginnings], 0) + 1);
  walk.pages = 1;  // still the same walk
}

bool may_begin_again(const Walk& walk) {
  const auto note = walk.notes.find(beginnings);
  return note == walk.notes.end() || number_of(note->second, 0) < most_beginnings;
}

bool has_shifted(const Walk& walk, const std::vector<Post>& posts) {
  const auto last = walk.notes.find(last_id);
  if (last == walk.notes.end() || walk.token.empty()) return false;
  return std::none_of(posts.begin(), posts.end(), [&](const Post& post) { return post.id == last->second; });
}

// The number of the next page; empty after the last.
std::string next_number(const LemmyConfig& config, const Walk& walk, const Page& page) {
  const int number = number_of(walk.token, 1);
  const auto asked = static_cast<std::size_t>(limit_of(config, number));
  if (page.posts.size() + page.unreadable < asked) return {};
  return std::to_string(number + 1);
}

void tidy(std::vector<Post>& posts, UtcTime now) {
  for (auto& post : posts) {
    post.made_at = std::min(post.made_at, now);
    if (post.title && post.text.starts_with(*post.title)) post.title.reset();  // or it would be judged twice
  }
  std::reverse(posts.begin(), posts.end());
}

HttpRequest api_request(const LemmyConfig& config, const std::string& target) {
  HttpRequest request;
  request.source = config.name;
  request.url = config.url + target;
  request.headers.emplace_back("Accept", "application/json");
  return request;
}

ParseOptions options_for(const LemmyConfig& config, UtcTime now) { return {"", config.url, config.name, now}; }

bool looks_like_feed(const std::string& body) {
  constexpr std::size_t far_enough = 1024;
  return looks_like_mark_up(body) && body.substr(0, far_enough).find("<rss") != body.npos;
}

constexpr SourceSetting settings[] = {
    {"url", "", true, "Address of the server, https://HOST."},
    {"listing", "posts", false, "What to read: posts, comments or search."},
    {"community", "", false, "Name of one community, NAME@HOST on another server; empty: all that the server knows."},
    {"query", "", false, "Words of a search; servers limit searches hard."},
    {"generation", "3", false, "3 for Lemmy 0.19 (and 1.0, which still answers it), 4 for 1.0."},
    {"limit", "50", false, "Posts or comments a request, 5 to 50."},
    {"first_pages", "2", false, "Pages of the past that the first fetch reads, 1 to 20."},
};

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_url(config, "url", complaints);
  check_number(config, "generation", 3, 4, complaints);
  check_number(config, "limit", 5, 50, complaints);
  check_number(config, "first_pages", 1, 20, complaints);
  const auto listing = setting(config, "listing", "posts");
  if (listing != "posts" && listing != "comments" && listing != "search")
    complaints.push_back({"listing", "is none of Lemmy's that we read: write posts, comments or search"});
  if (listing == "search" && setting(config, "query").empty())
    complaints.push_back({"query", "is missing: write the words that the search is for"});
  return complaints;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  LemmyConfig lemmy;
  lemmy.name = config.name;
  lemmy.url = setting(config, "url");
  while (lemmy.url.ends_with('/')) lemmy.url.pop_back();
  lemmy.listing = setting(config, "listing", "posts");
  lemmy.community = setting(config, "community");
  lemmy.query = setting(config, "query");
  lemmy.generation = setting(config, "generation", lemmy.generation);
  lemmy.limit = setting(config, "limit", lemmy.limit);
  lemmy.first_pages = setting(config, "first_pages", lemmy.first_pages);
  return std::make_unique<LemmySource>(std::move(lemmy), http);
}

constexpr std::array<std::string_view, 5> kinds = {"posts", "comments", "search", "view", "rss"};

}  // namespace

HttpRequest lemmy_request(const LemmyConfig& config, const Cursor& cursor) {
  const auto walk = walk_of(cursor);
  auto target = target_of(config);
  if (!has_page_numbers(config)) {
    target += "&limit=" + std::to_string(config.limit);
    if (!walk.token.empty()) target += "&page_cursor=" + percent_encoded(walk.token);
    return api_request(config, target);
  }
  const int page = number_of(walk.token, 1);
  return api_request(config,
                     target + "&limit=" + std::to_string(limit_of(config, page)) + "&page=" + std::to_string(page));
}

Result<Page> lemmy_page(const LemmyConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now) {
  auto walk = walk_of(cursor);
  Page page;
  const bool stale_cursor = (response.status == 400 || response.status == 404) && !walk.token.empty();
  const auto word = lemmy_refusal(response, now).remedy;
  if (stale_cursor && word != Remedy::retry && word != Remedy::wait && may_begin_again(walk)) {
    begin_again(walk);  // the post that page_cursor named is gone
    page.next = cursor_of(walk);
    page.more = true;
    return page;
  }
  if (response.status != 200) return lemmy_refusal(response, now);
  auto answer = read_lemmy(response.body, options_for(config, now));
  if (!answer.has_value()) return answer.error();
  if (!answer->is_list) return Failure{Remedy::retry, "the server answered with something other than a list"};
  if (!walk.token.empty() && answer->next == walk.token)
    return Failure{Remedy::retry, "the server gave the page before once more"};
  page = std::move(answer->page);
  const bool numbered = has_page_numbers(config);
  const bool again = numbered && has_shifted(walk, page.posts) && may_begin_again(walk);
  if (again) {
    begin_again(walk);
    page.next = cursor_of(walk);
    page.more = true;
  } else {
    const auto next = numbered ? next_number(config, walk, page) : answer->next;
    walk.notes.erase(last_id);
    if (numbered && !page.posts.empty()) walk.notes[last_id] = page.posts.back().id;
    if (next.empty()) walk.notes.erase(beginnings);
    deep_walk_on(std::move(walk), next, rules_of(config), now, page);
  }
  tidy(page.posts, now);
  page.hints = hints_from(response, now);
  return page;
}

HttpRequest lemmy_view_request(const LemmyConfig& config, const KeptPost& kept) {
  const auto slash = kept.native_id.find('/');
  const bool comment = kept.native_id.starts_with("comment/");
  const auto id = slash == kept.native_id.npos ? kept.native_id : kept.native_id.substr(slash + 1);
  return api_request(config, "/api/v" + std::to_string(config.generation) + (comment ? "/comment?id=" : "/post?id=") +
                                 percent_encoded(id));
}

Result<Page> lemmy_view_page(const LemmyConfig& config, const KeptPost& kept, const HttpResponse& response,
                             UtcTime now) {
  Page page;
  if (lemmy_says_none(response)) {
    page.posts.push_back({.platform = "lemmy", .source = config.name, .id = kept.id, .deleted = true});
    return page;
  }
  if (response.status != 200) return lemmy_refusal(response, now);
  auto answer = read_lemmy(response.body, options_for(config, now));
  if (!answer.has_value()) return answer.error();
  page = std::move(answer->page);
  std::erase_if(page.posts, [&](const Post& post) { return post.id != kept.id; });
  tidy(page.posts, now);
  return page;
}

Result<Page> parse_lemmy(std::string body, const ParseOptions& options) {
  if (options.kind == "rss" || (options.kind.empty() && looks_like_feed(body))) {
    auto feed_options = options;
    feed_options.kind.clear();
    return parse_feed(std::move(body), feed_options);
  }
  auto answer = read_lemmy(body, options);
  if (!answer.has_value()) return answer.error();
  return std::move(answer->page);
}

LemmySource::LemmySource(LemmyConfig config, HttpClient& http)
    : config_(std::move(config)), host_(host_of(config_.url)), http_(http) {}

asio::awaitable<Result<Page>> LemmySource::fetch(Cursor cursor, UtcTime now) {
  auto request = lemmy_request(config_, cursor);
  auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  co_return co_await read_apart(lemmy_page, config_, cursor, *reply, now);
}

asio::awaitable<Result<Page>> LemmySource::recheck(std::vector<KeptPost> kept, UtcTime now) {
  Page all;
  for (const auto& post : kept) {
    auto request = lemmy_view_request(config_, post);
    auto reply = co_await http_.send(std::move(request));
    if (!reply.has_value()) co_return reply.error();
    auto page = co_await read_apart(lemmy_view_page, config_, post, *reply, now);
    if (!page.has_value()) co_return page;
    std::move(page->posts.begin(), page->posts.end(), std::back_inserter(all.posts));
  }
  co_return all;
}

Connector lemmy_connector() {
  return Connector{"lemmy",    "Posts, comments or a search of a Lemmy server.", kinds, settings, check, make,
                   parse_lemmy};
}

}  // namespace barometer
