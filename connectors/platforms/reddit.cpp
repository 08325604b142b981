#include "connectors/platforms/reddit.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "connectors/deep_walk.hpp"
#include "connectors/json_document.hpp"
#include "connectors/platforms/reddit_answer.hpp"
#include "connectors/read_apart.hpp"
#include "connectors/refusal.hpp"
#include "connectors/settings.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

constexpr int unauthorized = 401;
constexpr std::size_t listing_end = 900;  // a listing ends near its thousandth thing, whatever lies below
constexpr std::size_t spare_tokens = 3;
const std::string spares = "spares";  // among Walk::notes: fullnames above the token, blank between

DeepWalkRules rules_of(const RedditConfig& config) {
  DeepWalkRules rules;
  rules.usual.first_pages = config.first_pages;
  return rules;
}

std::string path_of(const RedditConfig& config) {
  const auto base = config.subreddit.empty() ? std::string() : "/r/" + config.subreddit;
  return base + '/' + config.listing;
}

// A search has no time but these words for it.
std::string_view span_of(const Walk& walk, UtcTime now) {
  const auto back = walk.known ? now - *walk.known : 0h;
  if (back < 6 * 24h) return "week";
  return back < 28 * 24h ? "month" : "year";
}

// Where a request for the page came out: elsewhere means that a subreddit is none.
bool was_redirected(const RedditConfig& config, const HttpResponse& response) {
  return !response.url.empty() && !response.url.starts_with(config.api + path_of(config) + '?');
}

std::string take_spare(Walk& walk) {
  const auto note = walk.notes.find(spares);
  if (note == walk.notes.end()) return {};
  const auto rest = std::exchange(note->second, {});
  walk.notes.erase(note);
  const auto end = rest.find(' ');
  if (end != rest.npos) walk.notes[spares] = rest.substr(end + 1);
  return rest.substr(0, end);
}

// Those that stand just above the last of the page.
void note_spares(Walk& walk, const std::vector<Post>& posts) {
  walk.notes.erase(spares);
  std::string list;
  for (std::size_t i = 1; i <= spare_tokens && i < posts.size(); ++i)
    list += (list.empty() ? "" : " ") + posts[posts.size() - 1 - i].native_id;
  if (!list.empty()) walk.notes[spares] = list;
}

// Reddit ends its listings where there is more: what lies between is not to be had.
void note_end(const Walk& walk, const RedditAnswer& answer, const RedditConfig& config, Page& page) {
  const auto read = static_cast<std::size_t>(walk.pages) * static_cast<std::size_t>(config.limit) + answer.things;
  if (!walk.known || !answer.after.empty() || read < listing_end || page.posts.empty()) return;
  auto oldest = page.posts.front().made_at;
  for (const auto& post : page.posts) oldest = std::min(oldest, post.made_at);
  if (oldest > *walk.known) page.missed.push_back({*walk.known, oldest, GapReason::limited});
}

void tidy(std::vector<Post>& posts, UtcTime now) {
  for (auto& post : posts) {
    post.made_at = std::min(post.made_at, now);
    if (post.title && post.text.starts_with(*post.title)) post.title.reset();  // or it would be judged twice
  }
  std::reverse(posts.begin(), posts.end());
}

HttpRequest api_request(const RedditConfig& config, const std::string& path_and_query) {
  HttpRequest request;
  request.source = config.name;
  request.url = config.api + path_and_query;
  request.headers.emplace_back("Accept", "application/json");
  request.headers.emplace_back("User-Agent", config.user_agent);
  return request;
}

std::string native_id_of(const KeptPost& post) {
  constexpr std::string_view prefix = "reddit:";
  if (!post.native_id.empty()) return post.native_id;
  return post.id.starts_with(prefix) ? post.id.substr(prefix.size()) : post.id;
}

constexpr std::string_view word_letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

bool only(const std::string& text, std::string_view also) {
  return text.find_first_not_of(std::string(word_letters).append(also)) == text.npos;
}

constexpr SourceSetting settings[] = {
    {"listing", "new", false, "What to read: new (posts), comments or search."},
    {"subreddit", "", false, "Its name without r/, several with + between; a search without it is of all Reddit."},
    {"query", "", false, "Words of a search; hashtags mean nothing on Reddit."},
    {"account", "", true,
     "Reddit account that answers for this program, without /u/; Reddit wants it in each request."},
    {"client_id", "", true, "Id of the app that Reddit has approved."},
    {"client_secret_file", "", true, "File that holds the app's secret."},
    {"username", "", false, "Of a script app: the account it was made with."},
    {"password_file", "", false, "Of a script app: file that holds that account's password."},
    {"limit", "100", false, "Posts or comments a request, 1 to 100."},
    {"first_pages", "2", false, "Pages of the past that the first fetch reads, 1 to 10."},
    {"api", "https://oauth.reddit.com", false, "Where the API is."},
    {"login", "https://www.reddit.com", false, "Where tokens are given out."},
};

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_url(config, "api", complaints);
  check_url(config, "login", complaints);
  check_number(config, "limit", 1, 100, complaints);
  check_number(config, "first_pages", 1, 10, complaints);
  check_secret(config, "client_secret_file", complaints);
  check_secret(config, "password_file", complaints);
  const auto listing = setting(config, "listing", "new");
  const bool search = listing == "search";
  if (!search && listing != "new" && listing != "comments")
    complaints.push_back({"listing", "is none of Reddit's that we read: write new, comments or search"});
  if (search && setting(config, "query").empty())
    complaints.push_back({"query", "is missing: write the words that the search is for"});
  if (!search && setting(config, "subreddit").empty())
    complaints.push_back({"subreddit", "is missing: write its name, without r/"});
  if (!only(setting(config, "subreddit"), "+"))
    complaints.push_back({"subreddit", "has letters that no subreddit has: write its name, without r/"});
  if (!only(setting(config, "account"), "-"))
    complaints.push_back({"account", "has letters that no account has: write its name, without /u/"});
  if (setting(config, "username").empty() != setting(config, "password_file").empty())
    complaints.push_back({"username", "goes with password_file: write both, or neither for an app of its own"});
  return complaints;
}

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  RedditConfig reddit;
  reddit.name = config.name;
  reddit.api = without_slash(setting(config, "api", "https://oauth.reddit.com"));
  reddit.listing = setting(config, "listing", "new");
  reddit.subreddit = setting(config, "subreddit");
  reddit.query = setting(config, "query");
  reddit.limit = setting(config, "limit", reddit.limit);
  reddit.first_pages = setting(config, "first_pages", reddit.first_pages);
  reddit.user_agent = reddit_user_agent(http.settings().user_agent, setting(config, "account"));
  reddit.login.url = without_slash(setting(config, "login", "https://www.reddit.com"));
  reddit.login.client_id = setting(config, "client_id");
  reddit.login.client_secret = read_secret(setting(config, "client_secret_file"));
  reddit.login.username = setting(config, "username");
  reddit.login.password = read_secret(setting(config, "password_file"));
  return std::make_unique<RedditSource>(std::move(reddit), http);
}

constexpr std::array<std::string_view, 3> kinds = {"listing", "thread", "rss"};

}  // namespace

std::string reddit_user_agent(std::string_view product, std::string_view account) {
  const auto slash = product.find('/');
  const auto version = slash == product.npos ? "0" : product.substr(slash + 1, product.find(' ') - slash - 1);
  return "linux:barometer:" + std::string(version) + " (by /u/" + std::string(account) + ")";
}

HttpRequest reddit_request(const RedditConfig& config, const Cursor& cursor, UtcTime now) {
  const auto walk = walk_of(cursor);
  std::string query = "?raw_json=1&limit=" + std::to_string(config.limit);
  if (config.listing == "search") {
    query += "&q=" + percent_encoded(config.query) + "&sort=new&type=link&t=" + std::string(span_of(walk, now));
    if (!config.subreddit.empty()) query += "&restrict_sr=1";
  }
  if (!walk.token.empty()) query += "&after=" + percent_encoded(walk.token);
  return api_request(config, path_of(config) + query);
}

Result<Page> reddit_page(const RedditConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now) {
  if (response.status != 200) return reddit_refusal(response, now);
  if (was_redirected(config, response))
    return Failure{Remedy::ask_operator,
                   "Reddit led to another page: there is no such subreddit; check its name in a browser"};
  auto answer = read_reddit(response.body, ParseOptions{"listing", {}, config.name, now});
  if (!answer.has_value()) return answer.error();
  if (!answer->is_listing) return Failure{Remedy::retry, "Reddit answered with something other than the listing"};
  auto walk = walk_of(cursor);
  if (!walk.token.empty() && answer->after == walk.token)
    return Failure{Remedy::retry, "Reddit gave the page before once more"};
  auto page = std::move(answer->page);
  page.hints = hints_from(response, now);
  if (!walk.token.empty() && answer->things == 0) {
    // An end without things, after a page that promised more: the thing it named is gone.
    if (walk.token = take_spare(walk); !walk.token.empty()) {
      page.next = cursor_of(walk);
      page.more = true;
      return page;
    }
  }
  note_end(walk, *answer, config, page);
  note_spares(walk, page.posts);
  deep_walk_on(std::move(walk), answer->after, rules_of(config), now, page);
  tidy(page.posts, now);
  return page;
}

HttpRequest reddit_info_request(const RedditConfig& config, const std::vector<KeptPost>& kept) {
  std::string ids;
  for (const auto& post : kept) ids += (ids.empty() ? "" : ",") + percent_encoded(native_id_of(post));
  return api_request(config, "/api/info?raw_json=1&id=" + ids);
}

Result<Page> reddit_info_page(const RedditConfig& config, const std::vector<KeptPost>& kept,
                              const HttpResponse& response, UtcTime now) {
  if (response.status != 200) return reddit_refusal(response, now);
  auto answer = read_reddit(response.body, ParseOptions{"listing", {}, config.name, now});
  if (!answer.has_value()) return answer.error();
  if (!answer->is_listing) return Failure{Remedy::retry, "Reddit answered with something other than the listing"};
  auto page = std::move(answer->page);
  tidy(page.posts, now);
  std::set<std::string> told;
  for (const auto& post : page.posts) told.insert(post.id);
  std::set<std::string> asked;
  for (const auto& post : kept) asked.insert(reddit_identity(native_id_of(post)));
  if (!std::includes(asked.begin(), asked.end(), told.begin(), told.end()))
    return Failure{Remedy::retry, "an answer to another question came: it tells of posts not asked for"};
  for (const auto& post : kept)
    if (!told.contains(reddit_identity(native_id_of(post))))  // Reddit says nothing at all of some that are gone
      page.posts.push_back({.platform = "reddit", .source = config.name, .id = post.id, .deleted = true});
  return page;
}

Result<Page> parse_reddit(std::string body, const ParseOptions& options) {
  auto answer = read_reddit(body, options);
  if (!answer.has_value()) return answer.error();
  return std::move(answer->page);
}

RedditSource::RedditSource(RedditConfig config, HttpClient& http)
    : config_(std::move(config)), host_(host_of(config_.api)), http_(http) {}

asio::awaitable<std::optional<Failure>> RedditSource::renew_token(UtcTime now) {
  auto request = reddit_token_request(config_.login);
  request.source = config_.name;
  request.headers.emplace_back("User-Agent", config_.user_agent);
  auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  auto token = reddit_token(*reply, now);
  if (!token.has_value()) co_return token.error();
  token_ = std::move(*token);
  co_return std::nullopt;
}

asio::awaitable<Result<HttpResponse>> RedditSource::ask(HttpRequest request, UtcTime now) {
  constexpr int tries = 2;
  for (int attempt = 1;; ++attempt) {
    if (!token_ || token_->good_until <= now) {
      const auto failure = co_await renew_token(now);
      if (failure) co_return *failure;
    }
    auto signed_request = request;
    signed_request.headers.emplace_back("Authorization", "bearer " + token_->text);
    auto reply = co_await http_.send(std::move(signed_request));
    const bool refused = reply.has_value() && reply->status == unauthorized;
    if (!refused) co_return reply;
    token_.reset();
    if (attempt == tries) co_return reply;
  }
}

asio::awaitable<Result<Page>> RedditSource::fetch(Cursor cursor, UtcTime now) {
  auto request = reddit_request(config_, cursor, now);
  auto reply = co_await ask(std::move(request), now);
  if (!reply.has_value()) co_return reply.error();
  co_return co_await read_apart(reddit_page, config_, cursor, *reply, now);
}

asio::awaitable<Result<Page>> RedditSource::recheck(std::vector<KeptPost> kept, UtcTime now) {
  if (kept.size() > recheck_limit()) kept.resize(recheck_limit());
  if (kept.empty()) co_return Page{};
  auto request = reddit_info_request(config_, kept);
  auto reply = co_await ask(std::move(request), now);
  if (!reply.has_value()) co_return reply.error();
  co_return co_await read_apart(reddit_info_page, config_, kept, *reply, now);
}

Connector reddit_connector() {
  return Connector{
      "reddit",    "New posts or comments of a subreddit, or a search, on Reddit.", kinds, settings, check, make,
      parse_reddit};
}

}  // namespace barometer
