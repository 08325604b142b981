#include "connectors/platforms/disqus.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

#include "connectors/deep_walk.hpp"
#include "connectors/html_text.hpp"
#include "connectors/json_document.hpp"
#include "connectors/platforms/feed.hpp"
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

constexpr std::string_view default_api = "https://disqus.com/api/3.0";
constexpr std::string_view wall_advice = "something between here and Disqus refuses programs; check http.proxy and api";
constexpr std::int64_t bad_argument = 2;

struct Code {
  std::int64_t code;
  Remedy remedy;
  std::string_view advice;
};

// `code` of an answer that is an error; `response` then is a text, which is not repeated.
constexpr Code codes[] = {
    {bad_argument, Remedy::ask_operator, "does not understand the request: check forum"},
    {5, Remedy::ask_operator, "refuses the key: check api_key_file"},
    {11, Remedy::ask_operator, "does not let this key read the forum: check its rights"},
    {12, Remedy::ask_operator, "does not let this application in: check its settings there"},
    {13, Remedy::retry, "says that the hour's requests are used up"},
    {14, Remedy::retry, "says that the hour's requests are used up"},
    {15, Remedy::retry, "is in trouble"},
};
constexpr Code other_code{0, Remedy::ask_operator, "answers with an error: check the source's settings"};

Failure code_failure(std::int64_t code) {
  const auto found =
      std::find_if(std::begin(codes), std::end(codes), [&](const Code& one) { return one.code == code; });
  const Code& row = found == std::end(codes) ? other_code : *found;
  return Failure{row.remedy, "Disqus " + std::string(row.advice) + " (code " + std::to_string(code) + ")"};
}

std::optional<std::string> filled(std::string text) {
  if (text.empty()) return std::nullopt;
  return text;
}

std::string identity(const std::string& native) { return "disqus:" + native; }

void read_author(JsonValue comment, Post& post) {
  JsonValue author;
  if (!json_field(comment, "author", author)) return;
  post.author = valid_utf8(json_text(author, "username"));  // none where the writer is anonymous
  post.author_name = valid_utf8(json_text(author, "name"));
}

std::string url_of(JsonValue comment, const std::string& native) {
  JsonValue thread;
  if (!json_field(comment, "thread", thread)) return {};
  const auto link = valid_utf8(json_text(thread, "link"));
  return host_of(link).empty() ? std::string() : link + "#comment-" + percent_encoded(native);
}

std::optional<Post> comment_post(JsonValue comment, const ParseOptions& options) {
  Post post;
  post.native_id = valid_utf8(json_id(comment, "id"));
  JsonValue words;
  const bool has_words = json_field(comment, "message", words) || json_field(comment, "raw_message", words);
  if (post.native_id.empty() || !has_words) return std::nullopt;
  post.platform = "disqus";
  post.source = options.source;
  post.id = identity(post.native_id);
  post.seen_at = options.now;
  const auto made = parse_iso(json_text(comment, "createdAt"));
  post.made_at = made.value_or(options.now);
  post.dated = made.has_value();
  post.deleted = json_flag(comment, "isDeleted") == 1 || json_flag(comment, "isSpam") == 1 ||
                 json_flag(comment, "isApproved") == 0;
  if (post.deleted) return post;
  post.text = html_to_text(json_text(comment, "message"));
  if (post.text.empty()) post.text = valid_utf8(json_text(comment, "raw_message"));
  read_author(comment, post);
  post.url = url_of(comment, post.native_id);
  post.reply_to = filled(valid_utf8(json_id(comment, "parent")));
  post.likes = json_count(comment, "likes");
  add_hashtags(post.tags, post.text);
  return post;
}

struct Comments {
  Page page = {};         // in the order of the body
  std::string next = {};  // cursor of the next older page; empty after the last
  bool listed = false;    // the answer says how it is paged
};

void read_paging(JsonValue root, Comments& comments) {
  JsonValue cursor;
  if (!json_field(root, "cursor", cursor)) return;
  comments.listed = true;
  // `next` is set on the last page as well.
  if (json_flag(cursor, "hasNext") == 1) comments.next = valid_utf8(json_text(cursor, "next"));
}

Result<Comments> read_comments(const std::string& body, const ParseOptions& options) {
  JsonDocument document;
  if (JsonDocument::read(document, body)) return unread_answer(body, wall_advice);
  const auto root = document.root();
  JsonValue code;
  JsonValue response;
  std::int64_t number = 0;
  if (!json_field(root, "code", code) || code.get(number) || !json_field(root, "response", response))
    return Failure{Remedy::skip, "the answer is none of Disqus' API"};
  if (number != 0) return code_failure(number);
  Comments comments;
  read_paging(root, comments);
  const auto take = [&](JsonValue comment) {
    if (auto post = comment_post(comment, options))
      comments.page.posts.push_back(std::move(*post));
    else
      ++comments.page.unreadable;
  };
  simdjson::dom::array list;
  if (!response.get(list))
    for (const auto comment : list) take(comment);
  else
    take(response);
  return comments;
}

// Codes say more than the status: a limit comes as 400.
Failure disqus_refusal(const HttpResponse& response, UtcTime now) {
  JsonDocument document;
  if (JsonDocument::read(document, response.body)) return refusal(response, now);
  const auto code = json_count(document.root(), "code");
  if (code == 0) return refusal(response, now);
  auto failure = code_failure(code);
  if (failure.remedy != Remedy::retry) return failure;
  const auto hints = hints_from(response, now);
  failure.not_before = hints.not_before ? hints.not_before : hints.limit_resets_at;
  if (failure.not_before) failure.remedy = Remedy::wait;
  return failure;
}

void tidy(std::vector<Post>& posts, UtcTime now) {
  for (auto& post : posts) post.made_at = std::min(post.made_at, now);
  std::reverse(posts.begin(), posts.end());
}

DeepWalkRules rules_of(const DisqusConfig& config) {
  DeepWalkRules rules;
  rules.usual.first_pages = config.first_pages;
  return rules;
}

HttpRequest api_request(const DisqusConfig& config, const std::string& path_and_query) {
  HttpRequest request;
  request.source = config.name;
  request.url = config.api + path_and_query + "&related=thread&api_key=" + percent_encoded(config.key);
  request.headers.emplace_back("Accept", "application/json");
  return request;
}

std::string native_id_of(const KeptPost& post) {
  constexpr std::string_view prefix = "disqus:";
  if (!post.native_id.empty()) return post.native_id;
  return post.id.starts_with(prefix) ? post.id.substr(prefix.size()) : post.id;
}

bool says_unknown(const HttpResponse& response) {
  JsonDocument document;
  if (response.status == 404) return true;
  return response.status == 400 && !JsonDocument::read(document, response.body) &&
         json_count(document.root(), "code") == bad_argument;
}

bool looks_like_feed(const std::string& body) {
  constexpr std::size_t far_enough = 1024;
  return looks_like_mark_up(body) && body.substr(0, far_enough).find("<rss") != body.npos;
}

constexpr SourceSetting settings[] = {
    {"forum", "", true, "Shortname of the site on Disqus."},
    {"api_key_file", "", true, "File that holds the public key of an application registered with Disqus."},
    {"limit", "100", false, "Comments a request, 1 to 100."},
    {"first_pages", "2", false, "Pages of the past that the first fetch reads, 1 to 100."},
    {"api", default_api, false, "Where the API is."},
};

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_url(config, "api", complaints);
  check_secret(config, "api_key_file", complaints);
  check_number(config, "limit", 1, 100, complaints);
  check_number(config, "first_pages", 1, 100, complaints);
  return complaints;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  DisqusConfig disqus;
  disqus.name = config.name;
  disqus.api = setting(config, "api", default_api);
  while (disqus.api.ends_with('/')) disqus.api.pop_back();
  disqus.forum = setting(config, "forum");
  disqus.key = read_secret(setting(config, "api_key_file"));
  disqus.limit = setting(config, "limit", disqus.limit);
  disqus.first_pages = setting(config, "first_pages", disqus.first_pages);
  return std::make_unique<DisqusSource>(std::move(disqus), http);
}

constexpr std::array<std::string_view, 3> kinds = {"posts", "details", "rss"};

}  // namespace

HttpRequest disqus_request(const DisqusConfig& config, const Cursor& cursor, UtcTime now) {
  const auto walk = walk_of(cursor);
  std::string target = "/forums/listPosts.json?forum=" + percent_encoded(config.forum) +
                       "&limit=" + std::to_string(config.limit) + "&order=desc&include=approved";
  if (walk.known) {
    const auto from = floor<seconds>((*walk.known - overlap_of(walk, rules_of(config), now)).time_since_epoch());
    target += "&since=" + std::to_string(from.count());
  }
  if (!walk.token.empty()) target += "&cursor=" + percent_encoded(walk.token);
  return api_request(config, target);
}

Result<Page> disqus_page(const DisqusConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now) {
  if (response.status != 200) return disqus_refusal(response, now);
  auto comments = read_comments(response.body, ParseOptions{"posts", {}, config.name, now});
  if (!comments.has_value()) return comments.error();
  if (!comments->listed) return Failure{Remedy::retry, "Disqus answered with something other than a list of comments"};
  auto walk = walk_of(cursor);
  if (!walk.token.empty() && comments->next == walk.token)
    return Failure{Remedy::retry, "Disqus gave the page before once more"};
  auto page = std::move(comments->page);
  deep_walk_on(std::move(walk), comments->next, rules_of(config), now, page);
  tidy(page.posts, now);
  page.hints = hints_from(response, now);
  return page;
}

HttpRequest disqus_details_request(const DisqusConfig& config, const KeptPost& kept) {
  return api_request(config, "/posts/details.json?post=" + percent_encoded(native_id_of(kept)));
}

Result<Page> disqus_details_page(const DisqusConfig& config, const KeptPost& kept, const HttpResponse& response,
                                 UtcTime now) {
  Page page;
  if (says_unknown(response)) {
    page.posts.push_back({.platform = "disqus", .source = config.name, .id = kept.id, .deleted = true});
    return page;
  }
  if (response.status != 200) return disqus_refusal(response, now);
  auto comments = read_comments(response.body, ParseOptions{"details", {}, config.name, now});
  if (!comments.has_value()) return comments.error();
  page = std::move(comments->page);
  std::erase_if(page.posts, [&](const Post& post) { return post.id != kept.id; });
  tidy(page.posts, now);
  return page;
}

Result<Page> parse_disqus(std::string body, const ParseOptions& options) {
  if (options.kind == "rss" || (options.kind.empty() && looks_like_feed(body))) {
    auto feed_options = options;
    feed_options.kind.clear();
    return parse_feed(std::move(body), feed_options);
  }
  auto comments = read_comments(body, options);
  if (!comments.has_value()) return comments.error();
  return std::move(comments->page);
}

DisqusSource::DisqusSource(DisqusConfig config, HttpClient& http)
    : config_(std::move(config)), host_(host_of(config_.api)), http_(http) {}

asio::awaitable<Result<Page>> DisqusSource::fetch(Cursor cursor, UtcTime now) {
  auto request = disqus_request(config_, cursor, now);
  auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  co_return co_await read_apart(disqus_page, config_, cursor, *reply, now);
}

asio::awaitable<Result<Page>> DisqusSource::recheck(std::vector<KeptPost> kept, UtcTime now) {
  Page all;
  for (const auto& post : kept) {
    auto request = disqus_details_request(config_, post);
    auto reply = co_await http_.send(std::move(request));
    if (!reply.has_value()) co_return reply.error();
    auto page = co_await read_apart(disqus_details_page, config_, post, *reply, now);
    if (!page.has_value()) co_return page;
    std::move(page->posts.begin(), page->posts.end(), std::back_inserter(all.posts));
  }
  co_return all;
}

Connector disqus_connector() {
  return Connector{"disqus", "Comments on a site's pages, kept by Disqus.", kinds, settings, check, make, parse_disqus};
}

}  // namespace barometer
