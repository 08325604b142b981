#include "connectors/platforms/mastodon.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "connectors/platforms/mastodon_answer.hpp"
#include "connectors/platforms/mastodon_cursor.hpp"
#include "connectors/platforms/mastodon_status.hpp"
#include "connectors/refusal.hpp"
#include "connectors/settings.hpp"
#include "connectors/tags.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

enum class Ask { newest_page, page_before, page_after };

Ask next_question(const MastodonPlace& place, UtcTime now) {
  if (place.walk) return Ask::page_before;
  if (place.newest.empty() || now - place.reread_at >= mastodon_reread_every) return Ask::newest_page;
  return Ask::page_after;
}

bool advance(std::string& newest, const std::string& seen) {
  if (seen.empty() || (!newest.empty() && !id_less(newest, seen))) return false;
  newest = seen;
  return true;
}

// The newest page moves the cursor only where there was none: above it may lie more than a page that nobody has read yet.
bool after_newest_page(MastodonPlace& place, const MastodonAnswer& answer, int first_pages, UtcTime now) {
  const bool first = place.newest.empty();
  const bool newer = !answer.newest.empty() && id_less(place.newest, answer.newest);
  if (first) place.newest = answer.newest;
  place.reread_at = now;
  const int pages = (first ? first_pages : mastodon_reread_pages) - 1;
  const UtcTime until = first ? UtcTime{} : now - mastodon_reread_back;
  if (!answer.oldest.empty() && pages > 0 && answer.oldest_at.value_or(now) > until) {
    place.walk = MastodonPlace::Walk{answer.oldest, pages, until};
  }
  return place.walk || (newer && !first);
}

bool after_page_before(MastodonPlace& place, const MastodonAnswer& answer, UtcTime now) {
  auto& walk = *place.walk;
  // A server that does not know max_id gives the newest page again, for ever.
  const bool goes_on = !answer.oldest.empty() && id_less(answer.oldest, walk.max_id) && walk.pages > 1 &&
                       answer.oldest_at.value_or(now) > walk.until;
  if (goes_on) {
    walk.max_id = answer.oldest;
    --walk.pages;
  } else {
    place.walk.reset();
  }
  return goes_on;
}

// Whether to ask again at once.
bool move_on(MastodonPlace& place, const MastodonAnswer& answer, const MastodonConfig& config, UtcTime now) {
  switch (next_question(place, now)) {
    case Ask::newest_page: return after_newest_page(place, answer, config.first_pages, now);
    case Ask::page_before: return after_page_before(place, answer, now);
    case Ask::page_after: return advance(place.newest, answer.newest);
  }
  return false;
}

Page to_page(MastodonAnswer answer) {
  Page page;
  page.posts = std::move(answer.posts);
  page.unreadable = answer.unreadable;
  return page;
}

// A clock that runs ahead must not put a post into buckets of tomorrow.
void not_after(std::vector<Post>& posts, UtcTime now) {
  for (auto& post : posts) post.made_at = std::min(post.made_at, now);
}

ParseOptions options_for(const MastodonConfig& config, UtcTime now) {
  return ParseOptions{"timeline", config.url, config.name, now};
}

// 404 is said of a hashtag that the server has never met.
Result<MastodonAnswer> answer_in(const MastodonConfig& config, const HttpResponse& response, UtcTime now) {
  const bool unknown_tag = response.status == 404 && !is_html(response);
  if (response.status != 200 && !unknown_tag) {
    auto failure = refusal(response, now);
    if (is_html(response) && failure.remedy == Remedy::ask_operator) {
      failure.detail += "; it sent a web page: a wall against programs, or no Mastodon server";
    } else if (response.status == 401 || response.status == 403) {
      failure.detail +=
          "; its hashtag timelines may be open to members only: set token_file, or listen to "
          "https://HOST/tags/TAG.rss with the platform feed";
    }
    return failure;
  }
  if (unknown_tag) {
    auto answer = read_mastodon_answer(response.body, ParseOptions{{}, config.url, config.name, now});
    if (answer.has_value() && answer->posts.empty()) return answer;
    return refusal(response, now);
  }
  return read_mastodon_answer(response.body, options_for(config, now));
}

constexpr SourceSetting settings[] = {
    {"url", "", true, "The server, as https://HOST."},
    {"hashtag", "", true, "The hashtag to listen to; with or without #."},
    {"token_file", "", false,
     "File with an access token (read:statuses) where the server shows timelines to members only."},
    {"limit", "40", false, "Posts a request, 1 to 40."},
    {"first_pages", "10", false, "Pages of the past that the first fetch reads, 1 to 100."},
};

constexpr int most_posts_a_request = 40;
constexpr int most_first_pages = 100;

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_url(config, "url", complaints);
  check_secret(config, "token_file", complaints);
  check_number(config, "limit", 1, most_posts_a_request, complaints);
  check_number(config, "first_pages", 1, most_first_pages, complaints);
  if (fold_tag(setting(config, "hashtag")).find_first_of(" /?#") != std::string::npos) {
    complaints.push_back({"hashtag", "is not one hashtag: write one word, as \"#nhssm\""});
  }
  return complaints;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  MastodonConfig mastodon;
  mastodon.name = config.name;
  mastodon.url = setting(config, "url");
  while (mastodon.url.ends_with('/')) mastodon.url.pop_back();
  mastodon.tag = fold_tag(setting(config, "hashtag"));
  mastodon.token = read_secret(setting(config, "token_file"));
  mastodon.limit = setting(config, "limit", mastodon.limit);
  mastodon.first_pages = setting(config, "first_pages", mastodon.first_pages);
  return std::make_unique<MastodonSource>(std::move(mastodon), http);
}

}  // namespace

HttpRequest timeline_request(const MastodonConfig& config, const Cursor& cursor, UtcTime now) {
  const auto place = place_of(cursor);
  HttpRequest request;
  request.source = config.name;
  request.url =
      config.url + "/api/v1/timelines/tag/" + percent_encoded(config.tag) + "?limit=" + std::to_string(config.limit);
  switch (next_question(place, now)) {
    case Ask::newest_page: break;
    case Ask::page_before: request.url += "&max_id=" + percent_encoded(place.walk->max_id); break;
    case Ask::page_after: request.url += "&min_id=" + percent_encoded(place.newest); break;
  }
  request.headers.emplace_back("Accept", "application/json");
  if (!config.token.empty()) request.headers.emplace_back("Authorization", "Bearer " + config.token);
  return request;
}

Result<Page> timeline_page(const MastodonConfig& config, const Cursor& cursor, const HttpResponse& response,
                           UtcTime now) {
  auto answer = answer_in(config, response, now);
  if (!answer.has_value()) return answer.error();
  auto place = place_of(cursor);
  const bool more = move_on(place, *answer, config, now);
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

MastodonSource::MastodonSource(MastodonConfig config, HttpClient& http)
    : config_(std::move(config)), host_(host_of(config_.url)), http_(http) {}

asio::awaitable<Result<Page>> MastodonSource::fetch(Cursor cursor, UtcTime now) {
  auto request = timeline_request(config_, cursor, now);
  auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  co_return timeline_page(config_, cursor, *reply, now);
}

Connector mastodon_connector() {
  return Connector{"mastodon",
                   "A hashtag on a Mastodon server, or one that speaks its API.",
                   mastodon_kinds(),
                   settings,
                   check,
                   make,
                   parse_mastodon};
}

}  // namespace barometer
