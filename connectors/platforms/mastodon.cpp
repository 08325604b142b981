#include "connectors/platforms/mastodon.hpp"

#include <algorithm>
#include <utility>

#include "connectors/json_document.hpp"
#include "connectors/platforms/mastodon_answer.hpp"
#include "connectors/platforms/mastodon_status.hpp"
#include "connectors/refusal.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

Page to_page(MastodonAnswer answer) {
  Page page;
  page.posts = std::move(answer.posts);
  page.unreadable = answer.unreadable;
  return page;
}

ParseOptions options_for(const MastodonConfig& config, UtcTime now) {
  return ParseOptions{"timeline", config.url, config.name, now};
}

// 404 is said of a hashtag that the server has never met, in JSON.
bool is_unknown_tag(const HttpResponse& response) {
  JsonDocument document;
  return response.status == 404 && !is_html(response) && !JsonDocument::read(document, response.body) &&
         !json_text(document.root(), "error").empty();
}

Result<MastodonAnswer> answer_in(const MastodonConfig& config, const HttpResponse& response, UtcTime now) {
  if (is_unknown_tag(response)) return MastodonAnswer{};
  if (response.status != 200) return mastodon_refusal(response, now);
  return read_mastodon_answer(response.body, options_for(config, now));
}

std::string more_tags(std::string_view name, const std::vector<std::string>& tags) {
  std::string out;
  for (const auto& tag : tags) out += '&' + std::string(name) + "%5B%5D=" + percent_encoded(tag);
  return out;
}

}  // namespace

void not_after(std::vector<Post>& posts, UtcTime now) {
  for (auto& post : posts) post.made_at = std::min(post.made_at, now);
}

Failure mastodon_refusal(const HttpResponse& response, UtcTime now) {
  auto failure = refusal(response, now);
  if (is_html(response) && failure.remedy == Remedy::ask_operator) {
    failure.detail += "; it sent a web page: a wall against programs, or no Mastodon server";
  } else if (response.status == 401 || response.status == 403) {
    failure.detail +=
        "; its hashtag timelines may be open to members only: set token_file, or listen to "
        "https://HOST/tags/TAG.rss with the platform feed";
  } else if (response.status == 422 || response.status == 400) {
    failure.detail += "; check hashtag, any, all and none: a server takes four more tags at most";
  }
  return failure;
}

std::optional<Failure> closed_timeline(std::string_view instance, const MastodonConfig& config) {
  JsonDocument document;
  if (JsonDocument::read(document, instance)) return std::nullopt;
  JsonValue at = document.root();
  for (const auto key : {"configuration", "timelines_access", "hashtag_feeds"})
    if (!json_field(at, key, at)) return std::nullopt;
  const bool members = !config.remote && json_text(at, "local") != "disabled";
  const bool others = !config.local && json_text(at, "remote") != "disabled";
  if (members || others) return std::nullopt;
  Failure failure;
  failure.remedy = Remedy::ask_operator;
  failure.detail = "the server has switched its hashtag timelines off: listen on another server";
  return failure;
}

HttpRequest mastodon_request(const MastodonConfig& config, std::string url) {
  HttpRequest request;
  request.source = config.name;
  request.url = std::move(url);
  request.headers.emplace_back("Accept", "application/json");
  if (!config.token.empty()) request.headers.emplace_back("Authorization", "Bearer " + config.token);
  return request;
}

HttpRequest timeline_request(const MastodonConfig& config, const Cursor& cursor, UtcTime now) {
  const auto place = place_of(cursor);
  std::string url = config.url + "/api/v1/timelines/tag/" + percent_encoded(config.tag) +
                    "?limit=" + std::to_string(limit_in(place, config.limit));
  url += more_tags("any", config.any) + more_tags("all", config.all) + more_tags("none", config.none);
  if (config.local) url += "&local=true";
  if (config.remote) url += "&remote=true";
  switch (next_question(place, now)) {
    case TimelineQuestion::newest_page: break;
    case TimelineQuestion::page_before: url += "&max_id=" + percent_encoded(place.walk->max_id); break;
    case TimelineQuestion::page_after: url += "&min_id=" + percent_encoded(place.newest); break;
  }
  return mastodon_request(config, std::move(url));
}

Result<Page> timeline_page(const MastodonConfig& config, const Cursor& cursor, const HttpResponse& response,
                           UtcTime now) {
  auto answer = answer_in(config, response, now);
  if (!answer.has_value()) return answer.error();
  auto place = place_of(cursor);
  const bool more = move_on(place, {answer->newest, answer->oldest, answer->oldest_at}, config.first_pages, now);
  auto page = to_page(std::move(*answer));
  std::reverse(page.posts.begin(), page.posts.end());
  not_after(page.posts, now);
  page.next = cursor_of(place);
  page.more = more;
  page.hints = hints_from(response, now);
  return page;
}

Result<Page> parse_mastodon(std::string body, const ParseOptions& options) {
  auto answer = read_mastodon_answer(body, options);
  if (!answer.has_value()) return answer.error();
  return to_page(std::move(*answer));
}

}  // namespace barometer
