#include "connectors/platforms/instagram.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "connectors/graph_api.hpp"
#include "connectors/platforms/instagram_answer.hpp"
#include "connectors/platforms/instagram_sweep.hpp"
#include "connectors/read_apart.hpp"
#include "connectors/settings.hpp"
#include "connectors/tags.hpp"
#include "connectors/talks.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

using Read = InstagramConfig::Read;

constexpr const char* hashtag_fields = "id,caption,media_type,permalink,timestamp,like_count,comments_count";
constexpr const char* media_fields = "id,caption,media_type,permalink,timestamp,username,like_count,comments_count";
constexpr const char* comment_fields =
    "id,text,timestamp,username,like_count,hidden,parent_id,media{id},replies{id,text,timestamp,username,like_count,"
    "hidden}";
constexpr std::chrono::hours late{1};

constexpr std::array<std::pair<std::string_view, Read>, 3> reads = {
    {{"hashtag", Read::hashtag}, {"tags", Read::tags}, {"comments", Read::comments}}};

TalkRules talk_rules(const InstagramConfig& config) {
  TalkRules rules;
  rules.posts.first_pages = config.first_pages;
  rules.posts.overlap = late;
  rules.answers.overlap = late;
  rules.recent = config.comment_days;
  rules.reread = true;
  return rules;
}

// The tagged media of an account go back for years; a hashtag shows a day, which is read whole.
SweepRules sweep_rules(const InstagramConfig& config) {
  SweepRules rules;
  rules.first_pages = config.first_pages;
  if (config.read == Read::tags) {
    rules.remembered = std::chrono::days(3650);
  } else {
    rules.first_pages = rules.most_pages;
    rules.window = instagram_window;
  }
  return rules;
}

HttpRequest list_request(const InstagramConfig& config, const std::string& path, const char* fields,
                         const std::string& token) {
  auto request =
      graph_request(config.base, path, {{"fields", fields}, {"limit", std::to_string(config.limit)}}, config.name);
  if (!token.empty()) request.url += '&' + token;
  return request;
}

HttpRequest sweep_request(const InstagramConfig& config, const InstagramSweep& sweep) {
  if (config.read == Read::tags) return list_request(config, '/' + config.user + "/tags", media_fields, sweep.token);
  if (sweep.hashtag_id.empty())
    return graph_request(config.base, "/ig_hashtag_search", {{"user_id", config.user}, {"q", config.hashtag}},
                         config.name);
  auto request =
      list_request(config, '/' + percent_encoded(sweep.hashtag_id) + "/recent_media", hashtag_fields, sweep.token);
  request.url += "&user_id=" + config.user;
  return request;
}

ParseOptions options_for(const InstagramConfig& config, UtcTime now) { return ParseOptions{{}, {}, config.name, now}; }

Page hashtag_page(InstagramSweep sweep, const std::string& id) {
  sweep.hashtag_id = id;
  Page page;
  page.more = true;
  page.next = cursor_of(sweep);
  return page;
}

Result<Page> sweep_page(const InstagramConfig& config, InstagramSweep sweep, const HttpResponse& response,
                        UtcTime now) {
  auto answer = read_instagram(response, options_for(config, now));
  if (!answer.has_value()) return answer.error();
  if (config.read == Read::hashtag && sweep.hashtag_id.empty()) {
    if (!answer->hashtag_id.empty()) return hashtag_page(std::move(sweep), answer->hashtag_id);
    return Failure{Remedy::retry, "an answer to another question came: it has no hashtag's id"};
  }
  auto page = std::move(answer->page);
  // The tag may stand in a comment of its author's, where we cannot see it.
  if (config.read == Read::hashtag)
    for (Post& post : page.posts) add_tag(post.tags, config.hashtag);
  graph_tidy(page.posts, now);
  sweep_on(std::move(sweep), answer->listing.next_token, sweep_rules(config), now, page);
  return page;
}

Result<Page> comments_page(const InstagramConfig& config, TalkPlace place, const std::string& media,
                           const HttpResponse& response, UtcTime now) {
  Page page;
  if (is_gone(response)) {
    talk_gone(std::move(place), media, talk_rules(config), now, page);
    return page;
  }
  auto answer = read_instagram(response, options_for(config, now));
  if (!answer.has_value()) return answer.error();
  answer->listing.talks.clear();
  page = std::move(answer->page);
  for (Post& comment : page.posts)
    if (!comment.reply_to && comment.native_id != media) comment.reply_to = media;
  graph_tidy(page.posts, now);
  answers_read(std::move(place), media, answer->listing, talk_rules(config), now, page);
  return page;
}

Result<Page> own_page(const InstagramConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now) {
  auto place = talk_place_of(cursor);
  if (const auto media = next_talk(place); !media.empty())
    return comments_page(config, std::move(place), media, response, now);
  auto answer = read_instagram(response, options_for(config, now));
  if (!answer.has_value()) return answer.error();
  auto page = std::move(answer->page);
  graph_tidy(page.posts, now);
  posts_read(std::move(place), answer->listing, talk_rules(config), now, page);
  return page;
}

constexpr SourceSetting settings[] = {
    {"user", "", true, "Id of our own business or creator account, in digits."},
    {"read", "hashtag", false,
     "What is read: hashtag, tags (media that tag us) or comments (our media and comments on them)."},
    {"hashtag", "", false,
     "The hashtag to listen to; with or without #. 30 different ones a week are allowed an account."},
    {"token_file", "", true, "File with a long-lived user's or system user's token (instagram_basic)."},
    {"app_secret_file", "", false, "File with the app's secret, where the app demands appsecret_proof."},
    {"limit", "50", false, "Entries a request, 1 to 50."},
    {"first_pages", "5", false, "Pages of the past that the first fetch of tags or comments reads, 1 to 100."},
    {"comment_days", "7", false, "Days for which comments on our media are looked for, 1 to 30."},
    {"version", "v23.0", false, "Version of the Graph API, as vNN.N; one lives about two years."},
    {"api", "https://graph.facebook.com", false, "Where the Graph API is."},
};

bool is_one_tag(const std::string& tag) { return !tag.empty() && tag.find_first_of(" /?#&,.") == std::string::npos; }

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_url(config, "api", complaints);
  for (const char* key : {"token_file", "app_secret_file"}) check_secret(config, key, complaints);
  check_number(config, "limit", 1, 50, complaints);
  check_number(config, "first_pages", 1, 100, complaints);
  check_number(config, "comment_days", 1, 30, complaints);
  if (setting(config, "user").find_first_not_of("0123456789") != std::string::npos)
    complaints.push_back({"user", "is not an account's id: write its digits, not its name"});
  const auto read = setting(config, "read", "hashtag");
  if (std::none_of(reads.begin(), reads.end(), [&](const auto& one) { return one.first == read; }))
    complaints.push_back({"read", "is none of hashtag, tags and comments: write one of them"});
  if (read == "hashtag" && !is_one_tag(fold_tag(setting(config, "hashtag"))))
    complaints.push_back({"hashtag", "is not one hashtag: write one word, as \"#nhssm\""});
  if (!is_graph_version(setting(config, "version", "v23.0")))
    complaints.push_back({"version", "is no version of the Graph API: write it as v23.0"});
  return complaints;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  InstagramConfig instagram;
  instagram.name = config.name;
  instagram.base =
      graph_base(setting(config, "api", "https://graph.facebook.com"), setting(config, "version", "v23.0"));
  instagram.user = setting(config, "user");
  const auto read = setting(config, "read", "hashtag");
  for (const auto& [word, meaning] : reads)
    if (word == read) instagram.read = meaning;
  instagram.hashtag = fold_tag(setting(config, "hashtag"));
  instagram.limit = setting(config, "limit", instagram.limit);
  instagram.first_pages = setting(config, "first_pages", instagram.first_pages);
  instagram.comment_days = std::chrono::days(setting(config, "comment_days", 7));
  GraphKeys keys{setting(config, "token_file"), {}, setting(config, "app_secret_file"), instagram.base, {}};
  return std::make_unique<InstagramSource>(std::move(instagram), std::move(keys), http);
}

}  // namespace

HttpRequest instagram_request(const InstagramConfig& config, const Cursor& cursor, UtcTime) {
  if (config.read != Read::comments) return sweep_request(config, sweep_in(cursor));
  const auto place = talk_place_of(cursor);
  if (const auto media = next_talk(place); !media.empty())
    return list_request(config, '/' + percent_encoded(media) + "/comments", comment_fields,
                        place.talks.at(media).walk.token);
  return list_request(config, '/' + config.user + "/media", media_fields, place.posts.token);
}

Result<Page> instagram_page(const InstagramConfig& config, const Cursor& cursor, const HttpResponse& response,
                            UtcTime now) {
  auto page = config.read == Read::comments ? own_page(config, cursor, response, now)
                                            : sweep_page(config, sweep_in(cursor), response, now);
  if (page.has_value()) page->hints = graph_hints(response, now);
  return page;
}

Cursor instagram_begun_again(const InstagramConfig& config, const Cursor& cursor) {
  if (config.read == Read::comments) return cursor;
  auto sweep = sweep_in(cursor);
  if (sweep.token.empty()) return cursor;
  begin_again(sweep);
  return cursor_of(sweep);
}

// A comment of Instagram's has no address of its own.
HttpRequest instagram_item_request(const InstagramConfig& config, const KeptPost& kept) {
  return graph_request(config.base, '/' + percent_encoded(kept.native_id),
                       {{"fields", kept.url.empty() ? comment_fields : media_fields}}, config.name);
}

Result<Page> instagram_item_page(const InstagramConfig& config, const KeptPost& kept, const HttpResponse& response,
                                 UtcTime now) {
  Page page;
  if (is_gone(response)) {
    page.posts.push_back({.platform = "instagram", .source = config.name, .id = kept.id, .deleted = true});
    return page;
  }
  auto answer = read_instagram(response, options_for(config, now));
  if (!answer.has_value()) return answer.error();
  page = std::move(answer->page);
  std::erase_if(page.posts, [&](const Post& post) { return post.id != kept.id; });
  graph_tidy(page.posts, now);
  return page;
}

Result<Page> parse_instagram(std::string body, const ParseOptions& options) {
  HttpResponse response;
  response.status = 200;
  response.body = std::move(body);
  auto answer = read_instagram(response, options);
  if (!answer.has_value()) return answer.error();
  return std::move(answer->page);
}

InstagramSource::InstagramSource(InstagramConfig config, GraphKeys keys, HttpClient& http)
    : config_(std::move(config)), host_(host_of(config_.base)), door_(std::move(keys), http) {}

asio::awaitable<Result<Page>> InstagramSource::fetch(Cursor cursor, UtcTime now) {
  // After a failure or a restart nobody knows which page the server would give next.
  if (!(cursor == expected_)) cursor = instagram_begun_again(config_, cursor);
  expected_ = Cursor{};
  auto request = instagram_request(config_, cursor, now);
  auto reply = co_await door_.ask(std::move(request), now);
  if (!reply.has_value()) co_return reply.error();
  auto page = co_await read_apart(instagram_page, config_, cursor, *reply, now);
  if (page.has_value()) expected_ = page->next;
  co_return page;
}

asio::awaitable<Result<Page>> InstagramSource::recheck(std::vector<KeptPost> kept, UtcTime now) {
  Page all;
  auto account = graph_request(config_.base, '/' + config_.user, {{"fields", "id"}}, config_.name);
  auto first = co_await door_.ask(std::move(account), now);
  if (!first.has_value()) co_return first.error();
  JsonDocument document;
  // Lost rights must not read as deletions.
  if (auto failure = read_graph(document, *first, now)) co_return *std::move(failure);
  for (const auto& post : kept) {
    if (post.native_id.empty()) continue;
    auto request = instagram_item_request(config_, post);
    auto reply = co_await door_.ask(std::move(request), now);
    if (!reply.has_value()) co_return reply.error();
    auto page = co_await read_apart(instagram_item_page, config_, post, *reply, now);
    if (!page.has_value()) co_return page;
    std::move(page->posts.begin(), page->posts.end(), std::back_inserter(all.posts));
  }
  co_return all;
}

Connector instagram_connector() {
  return Connector{"instagram",
                   "Instagram, through an own account: a hashtag, media that tag us, or comments on ours.",
                   instagram_kinds(),
                   settings,
                   check,
                   make,
                   parse_instagram};
}

}  // namespace barometer
