#include "connectors/platforms/linkedin.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "connectors/json_document.hpp"
#include "connectors/platforms/linkedin_answer.hpp"
#include "connectors/read_apart.hpp"
#include "connectors/refusal.hpp"
#include "connectors/settings.hpp"
#include "connectors/talks.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

constexpr const char* api_host = "https://api.linkedin.com";
constexpr const char* auth_host = "https://www.linkedin.com";
// A version lives about a year and appears about when its month begins.
constexpr std::chrono::months version_age{3};

// Which entry of a list is next: "START" or "START ID", where ID is the entry that should be met there again.
struct Offset {
  int start = 0;
  std::string last = {};
};

Offset offset_of(const std::string& token) {
  Offset offset;
  const auto blank = std::min(token.find(' '), token.size());
  std::from_chars(token.data(), token.data() + blank, offset.start);
  offset.start = std::max(offset.start, 0);
  offset.last = token.substr(std::min(blank + 1, token.size()));
  return offset;
}

// The answer's own start rules: an answer that was kept somewhere may be of another page than asked for.
std::string next_token(const LinkedInAnswer& answer, const std::string& asked, int limit) {
  const auto offset = offset_of(asked);
  const auto start = answer.start.value_or(offset.start);
  const bool met =
      offset.last.empty() || std::find(answer.ids.begin(), answer.ids.end(), offset.last) != answer.ids.end();
  if (!met) return "0";
  const auto count = static_cast<int>(answer.ids.size());
  if (count == 0 || !answer.more.value_or(count >= limit)) return {};
  const auto step = std::max(1, count - 1);
  const bool overlaps = count > 1;
  return std::to_string(start + step) + (overlaps ? ' ' + answer.ids.back() : std::string());
}

// The order of comments is not documented: each time all of them are read.
TalkRules rules_of(const LinkedInConfig& config) {
  TalkRules rules;
  rules.posts.first_pages = config.first_pages;
  rules.answers.overlap = std::chrono::days(3650);
  rules.recent = config.comment_days;
  rules.by_age = true;
  return rules;
}

std::string version_at(UtcTime now) {
  const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(now)};
  const auto then = today.year() / today.month() - version_age;
  const auto month = std::to_string(static_cast<unsigned>(then.month()));
  return std::to_string(static_cast<int>(then.year())) + (month.size() < 2 ? "0" : "") + month;
}

HttpRequest get_request(const LinkedInConfig& config, std::string path, UtcTime now) {
  HttpRequest request;
  request.source = config.name;
  request.url = config.api + "/rest" + std::move(path);
  request.headers.emplace_back("Accept", "application/json");
  request.headers.emplace_back("LinkedIn-Version", config.version.empty() ? version_at(now) : config.version);
  request.headers.emplace_back("X-Restli-Protocol-Version", "2.0.0");
  return request;
}

std::string paging(const LinkedInConfig& config, const std::string& token) {
  return "&start=" + std::to_string(offset_of(token).start) + "&count=" + std::to_string(config.limit);
}

// urn:li:comment:(urn:li:activity:1,2) is comment 2 of urn:li:activity:1.
std::string path_of(const std::string& urn) {
  constexpr std::string_view comment = "urn:li:comment:(";
  const auto comma = urn.rfind(',');
  if (!urn.starts_with(comment) || comma == std::string::npos || !urn.ends_with(')'))
    return "/posts/" + percent_encoded(urn);
  return "/socialActions/" + percent_encoded(urn.substr(comment.size(), comma - comment.size())) + "/comments/" +
         percent_encoded(urn.substr(comma + 1, urn.size() - comma - 2));
}

ParseOptions options_for(const LinkedInConfig& config, UtcTime now) { return ParseOptions{{}, {}, config.name, now}; }

void tidy(std::vector<Post>& posts, UtcTime now) {
  std::reverse(posts.begin(), posts.end());
  for (Post& post : posts) post.made_at = std::min(post.made_at, now);
}

// In LinkedIn's own words: a 404 of something between us and it must not read as a deletion.
bool says_gone(const HttpResponse& response) {
  JsonDocument document;
  return response.status == 404 && !JsonDocument::read(document, response.body) &&
         json_count(document.root(), "status") == 404;
}

Result<Page> comments_page(const LinkedInConfig& config, TalkPlace place, const std::string& about,
                           const HttpResponse& response, UtcTime now) {
  const auto rules = rules_of(config);
  if (says_gone(response)) {
    Page page;
    talk_gone(std::move(place), about, rules, now, page);
    return page;
  }
  auto answer = read_linkedin(response, options_for(config, now));
  if (!answer.has_value()) return answer.error();
  answer->listing.next_token = next_token(*answer, place.talks.at(about).walk.token, config.limit);
  // A comment's object is the post's activity, whose URN is not the post's.
  for (Post& post : answer->page.posts)
    if (post.native_id != about && about.find(":comment:") == std::string::npos &&
        post.reply_to.value_or("").find(":comment:") == std::string::npos)
      post.reply_to = about;
  auto page = std::move(answer->page);
  tidy(page.posts, now);
  answers_read(std::move(place), about, answer->listing, rules, now, page);
  page.hints = hints_from(response, now);
  return page;
}

constexpr SourceSetting settings[] = {
    {"organization", "", true, "The organisation's id, in digits, or as urn:li:organization:N."},
    {"token_file", "", false, "File with an access token (r_organization_social); it ends after 60 days."},
    {"client_id", "", false, "The app's client id; with the next two, access tokens are fetched anew when they end."},
    {"client_secret_file", "", false, "File with the app's client secret."},
    {"refresh_token_file", "", false, "File with a refresh token, which approved apps get; it ends after a year."},
    {"version", "", false, "LinkedIn-Version to ask for, as YYYYMM; empty: that of three months ago."},
    {"limit", "50", false, "Entries a request, 2 to 100."},
    {"first_pages", "5", false, "Pages of the past that the first fetch reads, 1 to 100."},
    {"comment_days", "30", false, "Days for which a post's comments are looked for, 0 to 60; 0: no comments."},
    {"api", api_host, false, "Where the API is."},
    {"auth", auth_host, false, "Where access tokens are fetched."},
};

bool is_version(const std::string& text) {
  return text.empty() || (text.size() == 6 && text.find_first_not_of("0123456789") == std::string::npos);
}

std::string organization_urn(const std::string& text) {
  return text.starts_with("urn:") ? text : "urn:li:organization:" + text;
}

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  for (const char* key : {"api", "auth"}) check_url(config, key, complaints);
  for (const char* key : {"token_file", "client_secret_file", "refresh_token_file"})
    check_secret(config, key, complaints);
  check_number(config, "limit", 2, 100, complaints);
  check_number(config, "first_pages", 1, 100, complaints);
  check_number(config, "comment_days", 0, 60, complaints);
  const auto empty = [&](const char* key) { return setting(config, key).empty(); };
  const bool renews = !empty("refresh_token_file");
  if (renews && (empty("client_id") || empty("client_secret_file")))
    complaints.push_back({"refresh_token_file", "works only with client_id and client_secret_file: set them as well"});
  if (!renews && empty("token_file"))
    complaints.push_back(
        {"token_file", "is missing: set it, or refresh_token_file with client_id and client_secret_file"});
  if (!is_version(setting(config, "version")))
    complaints.push_back({"version", "is no version of LinkedIn's API: write year and month, as 202608"});
  const auto urn = organization_urn(setting(config, "organization"));
  const auto digits = urn.substr(urn.rfind(':') + 1);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos)
    complaints.push_back(
        {"organization", "is no id of an organisation: write its digits, which its admin page's address shows"});
  return complaints;
}

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  LinkedInConfig linkedin;
  linkedin.name = config.name;
  linkedin.api = without_slash(setting(config, "api", api_host));
  linkedin.auth = without_slash(setting(config, "auth", auth_host));
  linkedin.organization = organization_urn(setting(config, "organization"));
  linkedin.version = setting(config, "version");
  linkedin.limit = setting(config, "limit", linkedin.limit);
  linkedin.first_pages = setting(config, "first_pages", linkedin.first_pages);
  linkedin.comment_days = std::chrono::days(setting(config, "comment_days", 30));
  linkedin.token_file = setting(config, "token_file");
  linkedin.client_id = setting(config, "client_id");
  linkedin.client_secret_file = setting(config, "client_secret_file");
  linkedin.refresh_token_file = setting(config, "refresh_token_file");
  return std::make_unique<LinkedInSource>(std::move(linkedin), http);
}

}  // namespace

HttpRequest linkedin_request(const LinkedInConfig& config, const Cursor& cursor, UtcTime now) {
  const auto place = talk_place_of(cursor);
  if (const auto about = next_talk(place); !about.empty()) {
    auto query = paging(config, place.talks.at(about).walk.token);
    query[0] = '?';
    return get_request(config, "/socialActions/" + percent_encoded(about) + "/comments" + query, now);
  }
  auto request = get_request(config,
                             "/posts?author=" + percent_encoded(config.organization) + "&q=author" +
                                 paging(config, place.posts.token) + "&sortBy=LAST_MODIFIED",
                             now);
  request.headers.emplace_back("X-RestLi-Method", "FINDER");
  return request;
}

Result<Page> linkedin_page(const LinkedInConfig& config, const Cursor& cursor, const HttpResponse& response,
                           UtcTime now) {
  auto place = talk_place_of(cursor);
  if (const auto about = next_talk(place); !about.empty())
    return comments_page(config, std::move(place), about, response, now);
  auto answer = read_linkedin(response, options_for(config, now));
  if (!answer.has_value()) return answer.error();
  answer->listing.next_token = next_token(*answer, place.posts.token, config.limit);
  if (config.comment_days.count() == 0) answer->listing.talks.clear();
  auto page = std::move(answer->page);
  tidy(page.posts, now);
  posts_read(std::move(place), answer->listing, rules_of(config), now, page);
  page.hints = hints_from(response, now);
  return page;
}

HttpRequest linkedin_item_request(const LinkedInConfig& config, const KeptPost& kept, UtcTime now) {
  return get_request(config, path_of(kept.native_id), now);
}

Result<Page> linkedin_item_page(const LinkedInConfig& config, const KeptPost& kept, const HttpResponse& response,
                                UtcTime now) {
  if (says_gone(response)) {
    Page page;
    page.posts.push_back({.platform = "linkedin", .source = config.name, .id = kept.id, .deleted = true});
    return page;
  }
  auto answer = read_linkedin(response, options_for(config, now));
  if (!answer.has_value()) return answer.error();
  auto page = std::move(answer->page);
  std::erase_if(page.posts, [&](const Post& post) { return post.id != kept.id; });
  tidy(page.posts, now);
  return page;
}

Result<Page> parse_linkedin(std::string body, const ParseOptions& options) {
  HttpResponse response;
  response.status = 200;
  response.body = std::move(body);
  auto answer = read_linkedin(response, options);
  if (!answer.has_value()) return answer.error();
  return std::move(answer->page);
}

LinkedInSource::LinkedInSource(LinkedInConfig config, HttpClient& http)
    : config_(std::move(config)), host_(host_of(config_.api)), door_(config_, http) {}

asio::awaitable<Result<Page>> LinkedInSource::fetch(Cursor cursor, UtcTime now) {
  auto request = linkedin_request(config_, cursor, now);
  auto reply = co_await door_.ask(std::move(request), now);
  if (!reply.has_value()) co_return reply.error();
  co_return co_await read_apart(linkedin_page, config_, cursor, *reply, now);
}

asio::awaitable<Result<Page>> LinkedInSource::recheck(std::vector<KeptPost> kept, UtcTime now) {
  Page all;
  for (const auto& post : kept) {
    if (post.native_id.empty()) continue;
    auto request = linkedin_item_request(config_, post, now);
    auto reply = co_await door_.ask(std::move(request), now);
    if (!reply.has_value()) co_return reply.error();
    auto page = co_await read_apart(linkedin_item_page, config_, post, *reply, now);
    if (!page.has_value()) co_return page;
    std::move(page->posts.begin(), page->posts.end(), std::back_inserter(all.posts));
  }
  co_return all;
}

Connector linkedin_connector() {
  return Connector{"linkedin",
                   "An organisation's page on LinkedIn that we administer: its posts and their comments.",
                   linkedin_kinds(),
                   settings,
                   check,
                   make,
                   parse_linkedin};
}

}  // namespace barometer
