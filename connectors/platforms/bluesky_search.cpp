#include "connectors/platforms/bluesky_search.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "connectors/json_document.hpp"
#include "connectors/json_text.hpp"
#include "connectors/platforms/bluesky_answer.hpp"
#include "connectors/platforms/bluesky_record.hpp"
#include "connectors/read_apart.hpp"
#include "connectors/refusal.hpp"
#include "connectors/time.hpp"
#include "connectors/url.hpp"
#include "connectors/walk.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

// One search: its place among the settings tells what it is.
struct Question {
  std::string hashtag = {};  // empty: a phrase
  std::string text = {};     // what `q` says
};

Question question_at(const BlueskyConfig& config, std::size_t turn) {
  if (turn < config.hashtags.size()) return {config.hashtags[turn], "#" + config.hashtags[turn]};
  return {{}, '"' + config.phrases[turn - config.hashtags.size()] + '"'};
}

std::size_t questions(const BlueskyConfig& config) { return config.hashtags.size() + config.phrases.size(); }

struct Place {
  std::size_t turn = 0;
  std::vector<std::string> walks = {};
};

Place place_of(const BlueskyConfig& config, const Cursor& cursor) {
  Place place;
  place.walks.resize(questions(config));
  JsonDocument document;
  simdjson::dom::array walks;
  if (JsonDocument::read(document, cursor.bytes) || !json_array(document.root(), "walks", walks)) return place;
  // Other searches than those it was made for: their places mean nothing.
  if (walks.size() != place.walks.size()) return place;
  std::size_t at = 0;
  for (const auto walk : walks) {
    std::string_view bytes;
    if (!walk.get(bytes)) place.walks[at] = bytes;
    ++at;
  }
  place.turn = static_cast<std::size_t>(json_count(document.root(), "turn")) % place.walks.size();
  return place;
}

Cursor cursor_of(const Place& place) {
  Cursor cursor{"{\"turn\":" + std::to_string(place.turn) + ",\"walks\":"};
  char before = '[';
  for (const auto& walk : place.walks) {
    cursor.bytes += before;
    append_json_string(cursor.bytes, walk);
    before = ',';
  }
  cursor.bytes += "]}";
  return cursor;
}

// What the walk's token says: u and milliseconds since 1970: posts before then; a the same, asked for again because the answer did
// not begin there; c and the API's cursor.
struct Step {
  std::optional<UtcTime> until = {};
  bool again = false;
  std::string cursor = {};
};

Step step_of(std::string_view token) {
  Step step;
  if (token.starts_with('c')) step.cursor = token.substr(1);
  if (!token.starts_with('u') && !token.starts_with('a')) return step;
  std::int64_t number = 0;
  if (std::from_chars(token.data() + 1, token.data() + token.size(), number).ec == std::errc())
    step.until = UtcTime{std::chrono::milliseconds(number)};
  step.again = token.front() == 'a';
  return step;
}

std::string by_time(char how, UtcTime until) { return how + std::to_string(until.time_since_epoch().count()); }
std::string by_cursor(const std::string& cursor) { return cursor.empty() ? cursor : 'c' + cursor; }

std::string next_token(const Step& step, const BlueskyAnswer& answer, int limit) {
  std::optional<UtcTime> oldest;
  std::optional<UtcTime> newest;
  for (const Post& post : answer.posts) {
    if (!post.dated) continue;
    oldest = std::min(oldest.value_or(post.made_at), post.made_at);
    newest = std::max(newest.value_or(post.made_at), post.made_at);
  }
  if (!step.cursor.empty() || !oldest) return answer.cursor == step.cursor ? std::string() : by_cursor(answer.cursor);
  // A page that does not begin where we asked: an old one by mistake, or a server that does not know `until`.
  if (step.until && *newest >= *step.until) return step.again ? by_cursor(answer.cursor) : by_time('a', *step.until);
  const bool more = !answer.cursor.empty() || answer.posts.size() >= static_cast<std::size_t>(limit);
  if (!more) return {};
  // Others of the same moment may be on the next page; a page that is wholly of one moment is passed.
  const auto with_its_moment = *oldest + 1ms;
  return by_time('u', step.until && with_its_moment >= *step.until ? *oldest : with_its_moment);
}

void add_parameter(std::string& url, std::string_view name, std::string_view value) {
  url += url.find('?') == std::string::npos ? '?' : '&';
  url += name;
  url += '=';
  url += percent_encoded(value);
}

HttpRequest get_request(const BlueskyConfig& config, const std::string& base, std::string_view method) {
  HttpRequest request;
  request.source = config.name;
  request.url = base + "/xrpc/" + std::string(method);
  request.headers.emplace_back("Accept", "application/json");
  return request;
}

Result<BlueskyAnswer> answer_in(const BlueskyConfig& config, const HttpResponse& response, std::string_view kind,
                                UtcTime now) {
  if (response.status != 200) return bluesky_failure(response, now);
  return read_bluesky_answer(response.body, ParseOptions{std::string(kind), {}, config.name, now});
}

void not_after(std::vector<Post>& posts, UtcTime now) {
  for (auto& post : posts) post.made_at = std::min(post.made_at, now);
}

}  // namespace

HttpRequest search_request(const BlueskyConfig& config, const Cursor& cursor, UtcTime) {
  const auto place = place_of(config, cursor);
  const auto walk = walk_of(Cursor{place.walks[place.turn], cursor.not_before});
  const auto step = step_of(walk.token);
  auto request = get_request(config, config.api, "app.bsky.feed.searchPosts");
  add_parameter(request.url, "q", question_at(config, place.turn).text);
  add_parameter(request.url, "sort", "latest");
  add_parameter(request.url, "limit", std::to_string(config.limit));
  if (walk.known) add_parameter(request.url, "since", to_iso(*walk.known - bluesky_overlap));
  if (step.until) add_parameter(request.url, "until", to_iso(*step.until));
  if (!step.cursor.empty()) add_parameter(request.url, "cursor", step.cursor);
  return request;
}

Result<Page> search_page(const BlueskyConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now) {
  auto answer = answer_in(config, response, "search", now);
  if (!answer.has_value()) return answer.error();
  auto place = place_of(config, cursor);
  const auto walk = walk_of(Cursor{place.walks[place.turn], cursor.not_before});
  const auto token = next_token(step_of(walk.token), *answer, config.limit);
  Page page;
  page.posts = std::move(answer->posts);
  page.unreadable = answer->unreadable;
  not_after(page.posts, now);
  walk_on(walk, token, WalkRules{bluesky_overlap, config.first_pages}, now, page);
  place.walks[place.turn] = page.next.bytes;
  // Search finds parts of words as well.
  const auto hashtag = question_at(config, place.turn).hashtag;
  const BlueskyFilter filter(config.hashtags, config.phrases);
  std::erase_if(page.posts, [&](const Post& post) {
    return !hashtag.empty() && !filter.has_hashtag(post.tags, post.text, hashtag);
  });
  std::stable_sort(page.posts.begin(), page.posts.end(),
                   [](const Post& a, const Post& b) { return a.made_at < b.made_at; });
  if (!page.more) {
    place.turn = (place.turn + 1) % place.walks.size();
    page.more = place.turn != 0;
  }
  page.next = cursor_of(place);
  page.hints = hints_from(response, now);
  return page;
}

HttpRequest kept_posts_request(const BlueskyConfig& config, const std::string& base,
                               const std::vector<KeptPost>& kept) {
  auto request = get_request(config, base, "app.bsky.feed.getPosts");
  for (const auto& post : kept) {
    add_parameter(request.url, "uris", post.id);
  }
  return request;
}

Result<Page> kept_posts_page(const BlueskyConfig& config, const std::vector<KeptPost>& kept,
                             const HttpResponse& response, UtcTime now) {
  auto answer = answer_in(config, response, "posts", now);
  if (!answer.has_value()) return answer.error();
  Page page;
  std::set<std::string> there;
  not_after(answer->posts, now);
  for (auto& post : answer->posts) {
    if (post.opted_out) continue;
    there.insert(post.id);
    page.posts.push_back(std::move(post));
  }
  for (const auto& post : kept) {
    // What is there but makes no post for us is not gone.
    if (answer->unreadable > 0) break;
    if (!there.contains(post.id)) page.posts.push_back(bluesky_tombstone(post.id, config.name));
  }
  page.hints = hints_from(response, now);
  return page;
}

BlueskySearch::BlueskySearch(BlueskyConfig config, HttpClient& http)
    : config_(std::move(config)), host_(host_of(config_.api)), account_(config_, http) {}

asio::awaitable<Result<Page>> BlueskySearch::fetch(Cursor cursor, UtcTime now) {
  auto request = search_request(config_, cursor, now);
  const auto reply = co_await account_.send(std::move(request), now);
  if (!reply.has_value()) co_return reply.error();
  co_return co_await read_apart(search_page, config_, cursor, *reply, now);
}

asio::awaitable<Result<Page>> BlueskySearch::recheck(std::vector<KeptPost> kept, UtcTime now) {
  std::erase_if(kept, [](const KeptPost& post) { return !at_uri(post.id); });
  if (kept.empty()) co_return Page{};
  auto request = kept_posts_request(config_, config_.api, kept);
  const auto reply = co_await account_.send(std::move(request), now);
  if (!reply.has_value()) co_return reply.error();
  co_return co_await read_apart(kept_posts_page, config_, kept, *reply, now);
}

}  // namespace barometer
