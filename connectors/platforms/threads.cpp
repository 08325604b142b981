#include "connectors/platforms/threads.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "connectors/graph_api.hpp"
#include "connectors/platforms/threads_answer.hpp"
#include "connectors/read_apart.hpp"
#include "connectors/settings.hpp"
#include "connectors/tags.hpp"
#include "connectors/talks.hpp"
#include "connectors/time.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

using Read = ThreadsConfig::Read;

constexpr const char* api_host = "https://graph.threads.net";
constexpr const char* search_fields =
    "id,text,media_type,permalink,timestamp,username,has_replies,is_quote_post,is_reply";
constexpr const char* reply_fields =
    "id,text,media_type,permalink,timestamp,username,has_replies,is_quote_post,is_reply,replied_to,root_post,hide_"
    "status";
constexpr int most_searches = 2200;
constexpr std::int64_t hours_of_a_day = 24;
constexpr const char* searched_note = "searched";

constexpr std::array<std::pair<std::string_view, Read>, 3> reads = {
    {{"search", Read::search}, {"mentions", Read::mentions}, {"replies", Read::replies}}};

// Replies are listed newest first, but no listing tells their number.
TalkRules rules_of(const ThreadsConfig& config) {
  TalkRules rules;
  rules.posts.first_pages = config.first_pages;
  rules.answers.overlap = std::chrono::hours(1);
  rules.recent = config.reply_days;
  rules.by_age = true;
  rules.reread = config.read == Read::replies;
  return rules;
}

// Searches that count, by the hour since 1970: "494000:3 494001:17".
using Searches = std::map<std::int64_t, int>;

std::int64_t hour_of(UtcTime time) { return std::chrono::floor<std::chrono::hours>(time).time_since_epoch().count(); }

Searches searches_in(const Walk& walk, UtcTime now) {
  Searches searches;
  const auto note = walk.notes.find(searched_note);
  if (note == walk.notes.end()) return searches;
  const char* at = note->second.data();
  const char* const end = at + note->second.size();
  while (at < end) {
    std::int64_t hour = 0;
    int count = 0;
    const auto first = std::from_chars(at, end, hour);
    if (first.ec != std::errc() || first.ptr == end || *first.ptr != ':') break;
    const auto second = std::from_chars(first.ptr + 1, end, count);
    if (second.ec != std::errc()) break;
    if (hour > hour_of(now) - hours_of_a_day - 1 && hour <= hour_of(now))
      searches[hour] = std::clamp(count, 0, 1'000'000);
    at = second.ptr + (second.ptr < end ? 1 : 0);
  }
  return searches;
}

void count_search(Walk& walk, UtcTime now) {
  auto searches = searches_in(walk, now);
  ++searches[hour_of(now)];
  std::string note;
  for (const auto& [hour, count] : searches)
    note += (note.empty() ? "" : " ") + std::to_string(hour) + ':' + std::to_string(count);
  walk.notes[searched_note] = note;
}

HttpRequest list_request(const ThreadsConfig& config, const std::string& path,
                         std::vector<std::pair<std::string_view, std::string>> query, const std::string& token) {
  query.emplace_back("limit", std::to_string(config.limit));
  auto request = graph_request(config.base, path, query, config.name);
  if (!token.empty()) request.url += '&' + token;
  return request;
}

// The documents tell of cursors, and not whether the last page has a `next`.
std::string next_token(const ThreadsAnswer& answer, const ThreadsConfig& config) {
  if (!answer.listing.next_token.empty()) return answer.listing.next_token;
  return answer.entries >= static_cast<std::size_t>(config.limit) ? answer.after : std::string();
}

Result<Page> replies_page(const ThreadsConfig& config, TalkPlace place, const std::string& post,
                          const HttpResponse& response, UtcTime now) {
  Page page;
  if (is_gone(response)) {
    talk_gone(std::move(place), post, rules_of(config), now, page);
    return page;
  }
  auto answer = read_threads(response, ParseOptions{{}, {}, config.name, now});
  if (!answer.has_value()) return answer.error();
  answer->listing.next_token = next_token(*answer, config);
  answer->listing.talks.clear();  // a conversation holds replies of every depth
  page = std::move(answer->page);
  for (Post& reply : page.posts)
    if (!reply.reply_to && reply.native_id != post) reply.reply_to = post;
  graph_tidy(page.posts, now);
  answers_read(std::move(place), post, answer->listing, rules_of(config), now, page);
  return page;
}

constexpr SourceSetting settings[] = {
    {"read", "search", false,
     "What is read: search, mentions (posts that mention us) or replies (our posts and replies to them)."},
    {"query", "", false, "What is searched: a topic tag, with or without #, or words."},
    {"mode", "tag", false, "What the query is: tag or keyword."},
    {"token_file", "", true, "File with a long-lived access token (threads_basic, threads_keyword_search)."},
    {"kept_token_file", "", false,
     "File that barometer writes, with the token renewed each week; empty: beside token_file, with .kept behind its "
     "name."},
    {"searches_a_day", "2000", false,
     "Searches in rolling 24 hours, 1 to 2200; Threads counts those of all sources of one account together."},
    {"limit", "100", false, "Posts a request, 1 to 100."},
    {"first_pages", "5", false, "Pages of the past that the first fetch reads, 1 to 100."},
    {"reply_days", "7", false, "Days for which replies to our posts are looked for, 1 to 30."},
    {"version", "v1.0", false, "Version of the API, as vN.N."},
    {"api", api_host, false, "Where the API is."},
};

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_url(config, "api", complaints);
  check_secret(config, "token_file", complaints);
  check_number(config, "searches_a_day", 1, most_searches, complaints);
  check_number(config, "limit", 1, 100, complaints);
  check_number(config, "first_pages", 1, 100, complaints);
  check_number(config, "reply_days", 1, 30, complaints);
  const auto read = setting(config, "read", "search");
  if (std::none_of(reads.begin(), reads.end(), [&](const auto& one) { return one.first == read; }))
    complaints.push_back({"read", "is none of search, mentions and replies: write one of them"});
  if (read == "search" && setting(config, "query").empty())
    complaints.push_back({"query", "is missing: write what to search for"});
  if (const auto mode = setting(config, "mode", "tag"); mode != "tag" && mode != "keyword")
    complaints.push_back({"mode", "is neither tag nor keyword: write one of them"});
  if (!is_graph_version(setting(config, "version", "v1.0")))
    complaints.push_back({"version", "is no version of the API: write it as v1.0"});
  return complaints;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  ThreadsConfig threads;
  threads.name = config.name;
  const auto api = graph_base(setting(config, "api", api_host), "");
  threads.base = api + setting(config, "version", "v1.0");
  const auto read = setting(config, "read", "search");
  for (const auto& [word, meaning] : reads)
    if (word == read) threads.read = meaning;
  threads.tag = setting(config, "mode", "tag") == "tag";
  threads.query = setting(config, "query");
  if (threads.tag) threads.query = fold_tag(threads.query);
  threads.limit = setting(config, "limit", threads.limit);
  threads.first_pages = setting(config, "first_pages", threads.first_pages);
  threads.searches_a_day = setting(config, "searches_a_day", threads.searches_a_day);
  threads.reply_days = std::chrono::days(setting(config, "reply_days", 7));
  const auto token_file = setting(config, "token_file");
  // A name without a slash is one of systemd's credentials, beside which nobody may write.
  const auto beside = token_file.find('/') == std::string::npos ? std::string() : token_file + ".kept";
  ThreadsKeys keys{api.substr(0, api.size() - 1), token_file, setting(config, "kept_token_file", beside)};
  return std::make_unique<ThreadsSource>(std::move(threads), std::move(keys), http);
}

}  // namespace

HttpRequest threads_request(const ThreadsConfig& config, const Cursor& cursor, UtcTime) {
  const auto place = talk_place_of(cursor);
  if (const auto post = next_talk(place); !post.empty())
    return list_request(config, '/' + percent_encoded(post) + "/conversation",
                        {{"fields", reply_fields}, {"reverse", "true"}}, place.talks.at(post).walk.token);
  const auto& token = place.posts.token;
  if (config.read == Read::mentions) return list_request(config, "/me/mentions", {{"fields", reply_fields}}, token);
  if (config.read == Read::replies) return list_request(config, "/me/threads", {{"fields", search_fields}}, token);
  return list_request(config, "/keyword_search",
                      {{"q", config.query},
                       {"search_type", "RECENT"},
                       {"search_mode", config.tag ? "TAG" : "KEYWORD"},
                       {"fields", search_fields}},
                      token);
}

Result<Page> threads_page(const ThreadsConfig& config, const Cursor& cursor, const HttpResponse& response,
                          UtcTime now) {
  auto place = talk_place_of(cursor);
  if (const auto post = next_talk(place); !post.empty()) {
    auto page = replies_page(config, std::move(place), post, response, now);
    if (page.has_value()) page->hints = graph_hints(response, now);
    return page;
  }
  auto answer = read_threads(response, ParseOptions{{}, {}, config.name, now});
  if (!answer.has_value()) return answer.error();
  answer->listing.next_token = next_token(*answer, config);
  const bool search = config.read == Read::search;
  if (search && answer->entries > 0) count_search(place.posts, now);
  if (config.read != Read::replies) answer->listing.talks.clear();
  auto page = std::move(answer->page);
  // A topic tag is a post's property; it need not stand in its text.
  if (search && config.tag)
    for (Post& post : page.posts) add_tag(post.tags, config.query);
  graph_tidy(page.posts, now);
  posts_read(std::move(place), answer->listing, rules_of(config), now, page);
  page.hints = graph_hints(response, now);
  return page;
}

std::optional<Failure> threads_capped(const ThreadsConfig& config, const Cursor& cursor, UtcTime now) {
  if (config.read != Read::search) return std::nullopt;
  const auto searches = searches_in(talk_place_of(cursor).posts, now);
  int count = 0;
  for (const auto& [hour, of_hour] : searches) count += of_hour;
  if (count < config.searches_a_day) return std::nullopt;
  // An hour's searches are a day old when the same hour of the next day is over.
  const UtcTime until{std::chrono::hours(searches.begin()->first + hours_of_a_day + 1)};
  return Failure{Remedy::wait,
                 "the " + std::to_string(config.searches_a_day) +
                     " searches of the last 24 hours (searches_a_day) are used up; not before " + to_iso(until),
                 until, true};
}

Result<Page> parse_threads(std::string body, const ParseOptions& options) {
  HttpResponse response;
  response.status = 200;
  response.body = std::move(body);
  auto answer = read_threads(response, options);
  if (!answer.has_value()) return answer.error();
  return std::move(answer->page);
}

ThreadsSource::ThreadsSource(ThreadsConfig config, ThreadsKeys keys, HttpClient& http)
    : config_(std::move(config)), host_(host_of(config_.base)), door_(std::move(keys), http) {}

asio::awaitable<Result<Page>> ThreadsSource::fetch(Cursor cursor, UtcTime now) {
  if (auto capped = threads_capped(config_, cursor, now)) co_return *std::move(capped);
  auto request = threads_request(config_, cursor, now);
  auto reply = co_await door_.ask(std::move(request), now);
  if (!reply.has_value()) co_return reply.error();
  co_return co_await read_apart(threads_page, config_, cursor, *reply, now);
}

Connector threads_connector() {
  return Connector{"threads",
                   "Threads, through an own account: a search for a tag or words, mentions of us, or replies to us.",
                   threads_kinds(),
                   settings,
                   check,
                   make,
                   parse_threads};
}

}  // namespace barometer
