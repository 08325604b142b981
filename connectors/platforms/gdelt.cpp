#include "connectors/platforms/gdelt.hpp"

#include <algorithm>
#include <array>
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
#include "connectors/walk.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view wall_advice = "something between here and GDELT refuses programs; check http.proxy";
constexpr auto first_window = 7 * 24h;
constexpr auto step = 15min;                 // GDELT's clock
constexpr auto limited_pause = 30s;          // after "please limit requests", which names no time
constexpr std::size_t longest_quoted = 200;  // of GDELT's complaint about a query

constexpr WalkRules rules_of(int first_pages) { return {.overlap = 60min, .first_pages = first_pages}; }

// 20261121T201500Z becomes 20261121201500, as the API writes bounds.
std::string bound(UtcTime time) {
  std::string out;
  for (const char c : to_iso(std::chrono::floor<std::chrono::seconds>(time)).substr(0, 19))
    if (c >= '0' && c <= '9') out += c;
  return out;
}

struct Language {
  std::string_view name;
  std::string_view code;
};
// Those that are written in Britain; others are left to whoever reads the text.
constexpr Language languages[] = {{"English", "en"}, {"Welsh", "cy"},    {"Irish", "ga"}, {"Polish", "pl"},
                                  {"Urdu", "ur"},    {"Punjabi", "pa"},  {"Hindi", "hi"}, {"Bengali", "bn"},
                                  {"Arabic", "ar"},  {"Romanian", "ro"}, {"French", "fr"}};

std::optional<std::string> language_of(std::string_view name) {
  for (const auto& row : languages)
    if (row.name == name) return std::string(row.code);
  return std::nullopt;
}

// Titles come on one line with blanks around their marks.
std::string on_one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  std::replace(text.begin(), text.end(), '\t', ' ');
  const auto begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? std::string() : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

std::optional<Post> article_post(JsonValue article, const ParseOptions& options) {
  Post post;
  post.platform = "gdelt";
  post.source = options.source;
  post.url = valid_utf8(json_text(article, "url"));
  post.text = on_one_line(valid_utf8(json_text(article, "title")));
  if (post.url.empty() || post.text.empty()) return std::nullopt;
  post.id = post.url;
  post.native_id = post.url;
  post.title = post.text;
  post.author = valid_utf8(json_text(article, "domain"));
  post.author_name = post.author;
  const auto seen = parse_iso(json_text(article, "seendate"));
  post.made_at = seen.value_or(options.now);
  post.dated = seen.has_value();
  post.seen_at = options.now;
  post.lang = language_of(json_text(article, "language"));
  add_hashtags(post.tags, post.text);
  return post;
}

// What GDELT says in words, with status 200 or 429.
Failure told_in_words(std::string_view body, UtcTime now) {
  if (body.find("limit requests") != body.npos)
    return Failure{Remedy::wait, "GDELT wants five seconds between two requests: fewer sources, or a longer every",
                   now + limited_pause};
  auto words = on_one_line(valid_utf8(cut_utf8(body, longest_quoted)));
  return Failure{Remedy::ask_operator, "GDELT refuses the query: change it (it says: " + words + ")"};
}

struct Articles {
  Page page = {};
  std::size_t size = 0;  // readable or not
};

bool is_words(std::string_view body) {
  const auto at = body.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  return at != body.npos && std::string_view("{[<").find(body[at]) == std::string_view::npos;
}

Result<Articles> read_articles(const std::string& body, const ParseOptions& options) {
  if (is_words(body)) return told_in_words(body, options.now);
  JsonDocument document;
  if (JsonDocument::read(document, body) || !document.root().is_object()) return unread_answer(body, wall_advice);
  Articles articles;
  simdjson::dom::array list;
  if (!json_array(document.root(), "articles", list)) {
    simdjson::dom::object object;
    const bool no_hits = !document.root().get(object) && object.size() == 0;
    return no_hits ? Result<Articles>(std::move(articles))
                   : Failure{Remedy::skip, "the answer holds no list of articles"};
  }
  for (const auto article : list) {
    ++articles.size;
    if (auto post = article_post(article, options))
      articles.page.posts.push_back(std::move(*post));
    else
      ++articles.page.unreadable;
  }
  return articles;
}

UtcTime oldest_of(const std::vector<Post>& posts, UtcTime now) {
  auto oldest = now;
  for (const auto& post : posts) oldest = std::min(oldest, post.made_at);
  return oldest;
}

// The end of the window below this answer; empty after the last. A step that alone fills an answer is left behind, and
// what of it was not shown counts as missed.
std::string next_token(const GdeltConfig& config, const std::optional<UtcTime>& end, std::size_t size, UtcTime now,
                       Page& page) {
  if (page.posts.empty() || size < static_cast<std::size_t>(config.limit)) return {};
  auto oldest = oldest_of(page.posts, now);
  if (end && oldest >= *end) {
    page.missed.push_back({oldest - step, oldest, GapReason::limited});
    oldest -= 1s;
  }
  return to_iso(oldest);
}

constexpr SourceSetting settings[] = {
    {"query", "", true, "What to look for, in GDELT's words: \"nhs trust\" sourcecountry:UK sourcelang:english."},
    {"limit", "250", false, "Articles a request, 1 to 250."},
    {"first_pages", "4", false, "Requests of the first fetch, which goes a week back at most; 1 to 20."},
    {"api", "https://api.gdeltproject.org", false, "Where the API is."},
};

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_url(config, "api", complaints);
  check_number(config, "limit", 1, 250, complaints);
  check_number(config, "first_pages", 1, 20, complaints);
  return complaints;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  GdeltConfig gdelt;
  gdelt.name = config.name;
  gdelt.query = setting(config, "query");
  gdelt.api = setting(config, "api", "https://api.gdeltproject.org");
  while (gdelt.api.ends_with('/')) gdelt.api.pop_back();
  gdelt.limit = setting(config, "limit", gdelt.limit);
  gdelt.first_pages = setting(config, "first_pages", gdelt.first_pages);
  return std::make_unique<GdeltSource>(std::move(gdelt), http);
}

constexpr std::array<std::string_view, 1> kinds = {"artlist"};

}  // namespace

HttpRequest gdelt_request(const GdeltConfig& config, const Cursor& cursor, UtcTime now) {
  const auto walk = walk_of(cursor);
  const auto from = walk.known ? *walk.known - rules_of(config.first_pages).overlap : now - first_window;
  // A second more, because it is written nowhere whether the end counts.
  const auto to = parse_iso(walk.token).value_or(now) + 1s;
  HttpRequest request;
  request.source = config.name;
  request.url = config.api + "/api/v2/doc/doc?query=" + percent_encoded(config.query) +
                "&mode=artlist&format=json&sort=datedesc&maxrecords=" + std::to_string(config.limit) +
                "&startdatetime=" + bound(std::min(from, to - 1s)) + "&enddatetime=" + bound(to);
  return request;
}

Result<Page> gdelt_page(const GdeltConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now) {
  if (response.status == 429 && response.header("retry-after").empty() && is_words(response.body))
    return told_in_words("limit requests", now);
  if (response.status != 200) return refusal(response, now);
  auto articles = read_articles(response.body, ParseOptions{"artlist", {}, config.name, now});
  if (!articles.has_value()) return articles.error();
  auto page = std::move(articles->page);
  auto walk = walk_of(cursor);
  const auto end = parse_iso(walk.token);
  for (auto& post : page.posts) {
    if (end && post.dated && post.made_at > *end + 1s)
      return Failure{Remedy::retry, "an answer to another question came: its articles are newer than asked for"};
    post.made_at = std::min(post.made_at, now);
    post.title.reset();  // the text is the title, and would be judged twice
  }
  std::reverse(page.posts.begin(), page.posts.end());
  const auto token = next_token(config, end, articles->size, now, page);
  walk_on(std::move(walk), token, rules_of(config.first_pages), now, page);
  page.hints = hints_from(response, now);
  page.hints.not_before = std::max(page.hints.not_before.value_or(now), now + gdelt_pause);
  return page;
}

Result<Page> parse_gdelt(std::string body, const ParseOptions& options) {
  auto articles = read_articles(body, options);
  if (!articles.has_value()) return articles.error();
  return std::move(articles->page);
}

GdeltSource::GdeltSource(GdeltConfig config, HttpClient& http)
    : config_(std::move(config)), host_(host_of(config_.api)), http_(http) {}

asio::awaitable<Result<Page>> GdeltSource::fetch(Cursor cursor, UtcTime now) {
  auto request = gdelt_request(config_, cursor, now);
  auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  co_return co_await read_apart(gdelt_page, config_, cursor, *reply, now);
}

Connector gdelt_connector() {
  return Connector{
      "gdelt",    "News articles about a subject, their titles and addresses, by GDELT.", kinds, settings, check, make,
      parse_gdelt};
}

}  // namespace barometer
