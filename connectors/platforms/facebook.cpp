#include "connectors/platforms/facebook.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "connectors/graph_api.hpp"
#include "connectors/platforms/facebook_answer.hpp"
#include "connectors/read_apart.hpp"
#include "connectors/settings.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

constexpr const char* feed_fields =
    "id,message,created_time,updated_time,permalink_url,from,is_published,is_hidden,"
    "attachments{title,description},shares,comments.filter(stream).summary(true).limit(0),"
    "reactions.summary(true).limit(0)";
constexpr const char* comment_fields =
    "id,message,created_time,from,parent{id},like_count,comment_count,permalink_url,is_hidden";
constexpr const char* rating_fields =
    "created_time,recommendation_type,review_text,has_review,reviewer,open_graph_story{id}";

// Listings are read down to the last poll less this: moderated comments and recommendations appear late.
constexpr std::chrono::hours late{1};
constexpr int most_limit = 100;
constexpr int most_days = 30;

TalkRules rules_of(const FacebookConfig& config) {
  TalkRules rules;
  rules.posts.first_pages = config.first_pages;
  rules.posts.overlap = late;
  rules.answers.overlap = late;
  rules.recent = config.comment_days;
  rules.reread = true;
  return rules;
}

std::string with_token(std::string url, const std::string& token) { return token.empty() ? url : url + '&' + token; }

HttpRequest comments_request(const FacebookConfig& config, const std::string& post, const std::string& token) {
  auto request = graph_request(config.base, '/' + percent_encoded(post) + "/comments",
                               {{"filter", "stream"},
                                {"order", "reverse_chronological"},
                                {"fields", comment_fields},
                                {"limit", std::to_string(config.limit)}},
                               config.name);
  request.url = with_token(std::move(request.url), token);
  return request;
}

ParseOptions options_for(const FacebookConfig& config, std::string_view kind, UtcTime now) {
  return ParseOptions{std::string(kind), config.base + '/' + config.page, config.name, now};
}

// Comments that tell neither parent nor permanent link answer the post that they were asked of.
void answer_to(const std::string& post, std::vector<Post>& comments) {
  for (Post& comment : comments)
    if (!comment.reply_to && comment.native_id != post) comment.reply_to = post;
}

Result<Page> comments_page(const FacebookConfig& config, TalkPlace place, const std::string& post,
                           const HttpResponse& response, UtcTime now) {
  const auto rules = rules_of(config);
  if (is_gone(response)) {
    Page page;
    talk_gone(std::move(place), post, rules, now, page);
    return page;
  }
  auto answer = read_facebook(response, options_for(config, {}, now));
  if (!answer.has_value()) return answer.error();
  auto page = std::move(answer->page);
  answer_to(post, page.posts);
  answer->listing.talks.clear();
  graph_tidy(page.posts, now);
  answers_read(std::move(place), post, answer->listing, rules, now, page);
  return page;
}

constexpr SourceSetting settings[] = {
    {"page", "", true, "The page's id, in digits (page transparency, or /me/accounts, shows it)."},
    {"read", "feed", false, "What is read: feed (posts and their comments) or ratings (recommendations)."},
    {"token_file", "", false, "File with the page's access token (pages_read_engagement, pages_read_user_content)."},
    {"user_token_file", "", false,
     "File with a long-lived user's or system user's token; the page's token is fetched with it when it has ended."},
    {"app_secret_file", "", false, "File with the app's secret, where the app demands appsecret_proof."},
    {"limit", "100", false, "Entries a request, 1 to 100; fewer where the API asks to reduce the amount of data."},
    {"first_pages", "5", false, "Pages of the past that the first fetch reads, 1 to 100."},
    {"comment_days", "7", false, "Days for which a post's comments and edits are looked for, 0 to 30; 0: no comments."},
    {"version", "v23.0", false, "Version of the Graph API, as vNN.N; one lives about two years."},
    {"api", "https://graph.facebook.com", false, "Where the Graph API is."},
};

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_url(config, "api", complaints);
  for (const char* key : {"token_file", "user_token_file", "app_secret_file"}) check_secret(config, key, complaints);
  check_number(config, "limit", 1, most_limit, complaints);
  check_number(config, "first_pages", 1, 100, complaints);
  check_number(config, "comment_days", 0, most_days, complaints);
  if (setting(config, "token_file").empty() && setting(config, "user_token_file").empty())
    complaints.push_back({"token_file", "is missing: set it, or user_token_file; nothing is public without a token"});
  if (setting(config, "page").find_first_not_of("0123456789") != std::string::npos)
    complaints.push_back({"page", "is not a page's id: write its digits, not its name"});
  if (const auto read = setting(config, "read", "feed"); read != "feed" && read != "ratings")
    complaints.push_back({"read", "is neither feed nor ratings: write one of them"});
  if (!is_graph_version(setting(config, "version", "v23.0")))
    complaints.push_back({"version", "is no version of the Graph API: write it as v23.0"});
  return complaints;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  FacebookConfig facebook;
  facebook.name = config.name;
  facebook.base = graph_base(setting(config, "api", "https://graph.facebook.com"), setting(config, "version", "v23.0"));
  facebook.page = setting(config, "page");
  facebook.ratings = setting(config, "read") == "ratings";
  facebook.limit = setting(config, "limit", facebook.limit);
  facebook.first_pages = setting(config, "first_pages", facebook.first_pages);
  facebook.comment_days = std::chrono::days(setting(config, "comment_days", 7));
  GraphKeys keys{setting(config, "token_file"), setting(config, "user_token_file"), setting(config, "app_secret_file"),
                 facebook.base, facebook.page};
  return std::make_unique<FacebookSource>(std::move(facebook), std::move(keys), http);
}

bool is_comment(const KeptPost& kept) { return kept.url.find("comment_id=") != std::string::npos; }

Post tombstone(const FacebookConfig& config, const KeptPost& kept) {
  return {.platform = "facebook", .source = config.name, .id = kept.id, .deleted = true};
}

}  // namespace

HttpRequest facebook_request(const FacebookConfig& config, const Cursor& cursor, UtcTime) {
  const auto place = talk_place_of(cursor);
  if (const auto post = next_talk(place); !post.empty())
    return comments_request(config, post, place.talks.at(post).walk.token);
  auto request = graph_request(
      config.base, '/' + config.page + (config.ratings ? "/ratings" : "/feed"),
      {{"fields", config.ratings ? rating_fields : feed_fields}, {"limit", std::to_string(config.limit)}}, config.name);
  request.url = with_token(std::move(request.url), place.posts.token);
  return request;
}

Result<Page> facebook_page(const FacebookConfig& config, const Cursor& cursor, const HttpResponse& response,
                           UtcTime now) {
  auto place = talk_place_of(cursor);
  if (const auto post = next_talk(place); !post.empty()) {
    auto page = comments_page(config, std::move(place), post, response, now);
    if (page.has_value()) page->hints = graph_hints(response, now);
    return page;
  }
  auto answer = read_facebook(response, options_for(config, {}, now));
  if (!answer.has_value()) return answer.error();
  auto page = std::move(answer->page);
  graph_tidy(page.posts, now);
  if (config.comment_days.count() == 0) answer->listing.talks.clear();
  posts_read(std::move(place), answer->listing, rules_of(config), now, page);
  page.hints = graph_hints(response, now);
  return page;
}

HttpRequest facebook_objects_request(const FacebookConfig& config, const std::vector<KeptPost>& kept, bool comments) {
  std::string ids;
  for (const auto& post : kept) ids += (ids.empty() ? "" : ",") + post.native_id;
  return graph_request(config.base, "/", {{"ids", ids}, {"fields", comments ? comment_fields : feed_fields}},
                       config.name);
}

Result<Page> facebook_objects_page(const FacebookConfig& config, const std::vector<KeptPost>& kept,
                                   const HttpResponse& response, UtcTime now) {
  Page page;
  if (kept.size() == 1 && is_gone(response)) {
    page.posts.push_back(tombstone(config, kept[0]));
    return page;
  }
  auto answer = read_facebook(response, options_for(config, "objects", now));
  if (!answer.has_value()) return answer.error();
  page = std::move(answer->page);
  std::set<std::string> told;
  for (const Post& post : page.posts) told.insert(post.id);
  // An answer that holds something unreadable may hold the missing one.
  if (page.unreadable > 0) return page;
  for (const auto& post : kept)
    if (!told.contains(post.id)) page.posts.push_back(tombstone(config, post));
  return page;
}

Result<Page> parse_facebook(std::string body, const ParseOptions& options) {
  HttpResponse response;
  response.status = 200;
  response.body = std::move(body);
  auto answer = read_facebook(response, options);
  if (!answer.has_value()) return answer.error();
  return std::move(answer->page);
}

FacebookSource::FacebookSource(FacebookConfig config, GraphKeys keys, HttpClient& http)
    : config_(std::move(config)), host_(host_of(config_.base)), door_(std::move(keys), http) {}

asio::awaitable<Result<Page>> FacebookSource::fetch(Cursor cursor, UtcTime now) {
  auto request = facebook_request(config_, cursor, now);
  auto reply = co_await door_.ask(std::move(request), now);
  if (!reply.has_value()) co_return reply.error();
  co_return co_await read_apart(facebook_page, config_, cursor, *reply, now);
}

asio::awaitable<std::optional<Failure>> FacebookSource::page_refused(UtcTime now) {
  auto request = graph_request(config_.base, '/' + config_.page, {{"fields", "id"}}, config_.name);
  auto reply = co_await door_.ask(std::move(request), now);
  if (!reply.has_value()) co_return reply.error();
  JsonDocument document;
  co_return read_graph(document, *reply, now);
}

asio::awaitable<Result<Page>> FacebookSource::recheck(std::vector<KeptPost> kept, UtcTime now) {
  std::erase_if(kept, [](const KeptPost& post) { return post.native_id.empty(); });
  if (kept.empty()) co_return Page{};
  if (auto failure = co_await page_refused(now)) co_return *std::move(failure);
  const auto middle = std::partition(kept.begin(), kept.end(), is_comment);
  std::vector<KeptPost> posts(middle, kept.end());
  kept.erase(middle, kept.end());
  auto all = co_await recheck_some(std::move(kept), true, now);
  if (!all.has_value()) co_return all;
  auto rest = co_await recheck_some(std::move(posts), false, now);
  if (!rest.has_value()) co_return rest;
  std::move(rest->posts.begin(), rest->posts.end(), std::back_inserter(all->posts));
  graph_tidy(all->posts, now);
  co_return all;
}

asio::awaitable<Result<Page>> FacebookSource::recheck_some(std::vector<KeptPost> kept, bool comments, UtcTime now) {
  if (kept.empty()) co_return Page{};
  auto request = facebook_objects_request(config_, kept, comments);
  auto reply = co_await door_.ask(std::move(request), now);
  if (!reply.has_value()) co_return reply.error();
  if (kept.size() == 1 || !is_gone(*reply))
    co_return co_await read_apart(facebook_objects_page, config_, kept, *reply, now);
  Page all;
  for (const auto& one : kept) {
    std::vector<KeptPost> alone{one};
    auto page = co_await recheck_some(std::move(alone), comments, now);
    if (!page.has_value()) co_return page;
    std::move(page->posts.begin(), page->posts.end(), std::back_inserter(all.posts));
  }
  co_return all;
}

Connector facebook_connector() {
  return Connector{"facebook",
                   "A Facebook page of our own: posts of the page and its visitors with comments, or recommendations.",
                   facebook_kinds(),
                   settings,
                   check,
                   make,
                   parse_facebook};
}

}  // namespace barometer
