#include "connectors/platforms/x.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <utility>

#include "connectors/platforms/x_compliance.hpp"
#include "connectors/platforms/x_place.hpp"
#include "connectors/platforms/x_post.hpp"
#include "connectors/platforms/x_problem.hpp"
#include "connectors/read_apart.hpp"
#include "connectors/refusal.hpp"
#include "connectors/settings.hpp"
#include "connectors/time.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

constexpr int bad_request = 400;

std::int64_t left(const XConfig& config, const XTally& tally, UtcTime now) {
  return std::max<std::int64_t>(config.monthly_posts - x_spent(tally, now), 0);
}

std::int64_t page_size(const XConfig& config, const XTally& tally, UtcTime now) {
  return std::clamp<std::int64_t>(left(config, tally, now) / x_cost_of_post(config), x_smallest_page, config.limit);
}

Failure capped_failure(UtcTime now) {
  return Failure{
      Remedy::wait,
      "this month's posts (monthly_posts) are used up: raise it where the budget allows; else it goes on with "
      "the next month",
      next_month(now), true};
}

// Seconds are all that start_time takes.
std::string to_second(UtcTime time) { return to_iso(std::chrono::ceil<std::chrono::seconds>(time)); }

ParseOptions options_for(const XConfig& config, UtcTime now) { return ParseOptions{"search", {}, config.name, now}; }

void not_after(std::vector<Post>& posts, UtcTime now) {
  for (auto& post : posts) post.made_at = std::min(post.made_at, now);
}

// A week without an answer is a month's cap that was used up, where the month before ended so.
GapReason why_missed(const XConfig& config, const XTally& tally, UtcTime now) {
  const bool is_older = x_spent(tally, now) < tally.spent;
  const bool was_capped = tally.spent + x_smallest_page * x_cost_of_post(config) > config.monthly_posts;
  return is_older && was_capped ? GapReason::capped : GapReason::down;
}

// What may have aged since it was given out, and is not needed: without it the same posts come, and some twice.
bool drop_refused(XPlace& place, XPlace::Walk& walk, UtcTime now) {
  if (walk.token.empty() && walk.since.empty()) return false;
  if (walk.token.empty()) {
    walk.since.clear();
    walk.start = place.asked_at.value_or(now) - x_index_lag;
  }
  walk.token.clear();
  place.walk = walk;
  return true;
}

// Whether there is another page to ask for.
bool move_on(const XConfig& config, XPlace& place, XPlace::Walk walk, const XAnswer& answer) {
  walk.newest = std::max(walk.newest, answer.newest_id, x_id_less);
  ++walk.pages;
  const bool is_first = !place.asked_at;
  const bool more = !answer.next_token.empty() && (!is_first || walk.pages < config.first_pages);
  walk.token = answer.next_token;
  place.walk = std::move(walk);
  if (!more) end_walk(place);
  return more;
}

std::string native_id_of(const KeptPost& post) {
  if (!post.native_id.empty()) return post.native_id;
  return post.id.starts_with("x:") ? post.id.substr(2) : post.id;
}

Post tombstone(const KeptPost& kept, const std::string& source, UtcTime now) {
  Post post;
  post.platform = "x";
  post.source = source;
  post.id = kept.id;
  post.native_id = kept.native_id;
  post.seen_at = now;
  post.deleted = true;
  return post;
}

}  // namespace

HttpRequest x_signed_request(const XConfig& config, std::string path_and_query) {
  HttpRequest request;
  request.source = config.name;
  request.url = config.api + std::move(path_and_query);
  request.headers.emplace_back("Accept", "application/json");
  request.headers.emplace_back("Authorization", "Bearer " + config.token);
  return request;
}

// What is paid for is asked for only where it is used.
std::string x_fields(const XConfig& config) {
  std::string out = config.names_of_2026
                        ? "&post.fields=created_at,lang,author_id,referenced_posts,entities,note_post,public_metrics,"
                          "withheld,edit_history_post_ids"
                        : "&tweet.fields=created_at,lang,author_id,referenced_tweets,entities,note_tweet,"
                          "public_metrics,withheld,edit_history_tweet_ids";
  if (config.usernames) out += "&expansions=author_id&user.fields=username,protected";
  return out;
}

std::int64_t x_cost_of(const XAnswer& answer) {
  constexpr std::int64_t posts_a_user = 2;
  return answer.posts_read + answer.users_read * posts_a_user;
}

std::int64_t x_cost_of_post(const XConfig& config) { return config.usernames ? 3 : 1; }

std::optional<Failure> x_capped(const XConfig& config, const XTally& tally, UtcTime now) {
  if (left(config, tally, now) >= x_smallest_page * x_cost_of_post(config)) return std::nullopt;
  return capped_failure(now);
}

HttpRequest x_request(const XConfig& config, const Cursor& cursor, UtcTime now) {
  const auto place = x_place_of(cursor);
  std::optional<Missed> missed;
  const auto walk = x_walk(place, now, missed);
  std::string target = "/2/tweets/search/recent?query=" + percent_encoded(config.query) +
                       "&max_results=" + std::to_string(page_size(config, place.tally, now)) + "&sort_order=recency" +
                       x_fields(config);
  if (!walk.since.empty())
    target += "&since_id=" + percent_encoded(walk.since);
  else if (walk.start)
    target += "&start_time=" + percent_encoded(to_second(*walk.start));
  if (!walk.token.empty()) target += "&next_token=" + percent_encoded(walk.token);
  return x_signed_request(config, std::move(target));
}

Result<Page> x_page(const XConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now) {
  auto place = x_place_of(cursor);
  std::optional<Missed> missed;
  auto walk = x_walk(place, now, missed);
  Page page;
  page.hints = hints_from(response, now);
  if (response.status == bad_request && drop_refused(place, walk, now)) {
    page.next = cursor_of(place);
    page.more = true;
    return page;
  }
  if (response.status != 200) return x_refusal(response, now);
  auto answer = read_x_answer(response.body, options_for(config, now));
  if (!answer.has_value()) return answer.error();
  if (!answer->listed)
    return Failure{Remedy::retry, "the answer is no page of X's search: it does not say how many posts it holds"};
  if (!walk.token.empty() && answer->next_token == walk.token)
    return Failure{Remedy::retry, "X gave the page before once more"};
  if (missed) missed->reason = why_missed(config, place.tally, now);
  x_spend(place.tally, x_cost_of(*answer), now);
  page.more = move_on(config, place, std::move(walk), *answer);
  page.next = cursor_of(place);
  page.posts = std::move(answer->posts);
  std::reverse(page.posts.begin(), page.posts.end());
  not_after(page.posts, now);
  page.unreadable = answer->unreadable;
  if (missed) page.missed.push_back(*missed);
  return page;
}

HttpRequest x_lookup_request(const XConfig& config, const std::vector<std::string>& ids) {
  std::string list;
  for (const auto& id : ids) list += (list.empty() ? "" : ",") + percent_encoded(id);
  return x_signed_request(config, "/2/tweets?ids=" + list + x_fields(config));
}

Result<XAnswer> x_lookup_answer(const XConfig& config, const HttpResponse& response, UtcTime now) {
  if (response.status != 200) return x_refusal(response, now);
  auto options = options_for(config, now);
  options.kind = "lookup";
  return read_x_answer(response.body, options);
}

Result<Page> parse_x(std::string body, const ParseOptions& options) {
  auto answer = read_x_answer(body, options);
  if (!answer.has_value()) return answer.error();
  Page page;
  page.posts = std::move(answer->posts);
  page.unreadable = answer->unreadable;
  return page;
}

XSource::XSource(XConfig config, HttpClient& http)
    : config_(std::move(config)),
      host_(host_of(config_.api)),
      http_(http),
      compliance_(config_.jobs ? std::make_unique<XCompliance>(config_, http) : nullptr) {}

XSource::~XSource() = default;

const XTally& XSource::tally(const XPlace& place) {
  tally_ = tally_ ? fuller(place.tally, *tally_) : place.tally;
  return *tally_;
}

void XSource::spend(std::int64_t posts, UtcTime now) {
  if (!tally_) tally_.emplace();
  x_spend(*tally_, posts, now);
}

asio::awaitable<Result<Page>> XSource::fetch(Cursor cursor, UtcTime now) {
  auto place = x_place_of(cursor);
  place.tally = tally(place);
  if (auto capped = x_capped(config_, *tally_, now)) co_return *capped;
  cursor = cursor_of(place);
  auto request = x_request(config_, cursor, now);
  auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  auto page = co_await read_apart(x_page, config_, cursor, *reply, now);
  if (page.has_value()) {
    tally_ = x_place_of(page->next).tally;
  } else if (reply->status == 200) {
    // Unread, but paid for.
    x_spend(*tally_, page_size(config_, place.tally, now) * x_cost_of_post(config_), now);
  }
  co_return page;
}

std::optional<Failure> XSource::cannot_pay(std::size_t posts, UtcTime now) const {
  if (!tally_) return Failure{Remedy::retry, "what this month has cost is known after the next fetch"};
  const auto price = static_cast<std::int64_t>(posts) * x_cost_of_post(config_);
  if (left(config_, *tally_, now) >= price) return std::nullopt;
  return capped_failure(now);
}

asio::awaitable<Result<XAnswer>> XSource::look_up(std::vector<std::string> ids, UtcTime now) {
  if (auto failure = cannot_pay(ids.size(), now)) co_return *failure;
  auto request = x_lookup_request(config_, ids);
  auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  auto read = [&] { return x_lookup_answer(config_, *reply, now); };
  auto answer = co_await read_apart(*reply, std::move(read));
  if (answer.has_value()) x_spend(*tally_, x_cost_of(*answer), now);
  co_return answer;
}

std::size_t XSource::recheck_limit() const { return compliance_ ? x_compliance_limit : x_lookup_limit; }

asio::awaitable<Result<Page>> XSource::recheck(std::vector<KeptPost> kept, UtcTime now) {
  if (kept.size() > recheck_limit()) kept.resize(recheck_limit());
  return compliance_ ? ask_jobs(std::move(kept), now) : look_at(std::move(kept), now);
}

asio::awaitable<Result<Page>> XSource::ask_jobs(std::vector<KeptPost> kept, UtcTime now) {
  Page page;
  std::set<std::string> ids;
  for (const auto& post : kept) ids.insert(native_id_of(post));
  if (ids.empty()) co_return page;
  const auto gone = co_await compliance_->gone(std::move(ids), now);
  if (!gone.has_value()) co_return gone.error();
  if (!gone->has_value()) {
    page.more = true;
    page.hints.not_before = now + x_compliance_pause;
    co_return page;
  }
  for (const auto& post : kept)
    if ((*gone)->contains(native_id_of(post))) page.posts.push_back(tombstone(post, config_.name, now));
  co_return page;
}

asio::awaitable<Result<Page>> XSource::look_at(std::vector<KeptPost> kept, UtcTime now) {
  std::map<std::string, KeptPost> by_native;
  std::vector<std::string> ids;
  for (const auto& post : kept) {
    ids.push_back(native_id_of(post));
    by_native[ids.back()] = post;
  }
  Page page;
  if (ids.empty()) co_return page;
  auto answer = co_await look_up(std::move(ids), now);
  if (!answer.has_value()) co_return answer.error();
  for (const auto& post : answer->posts) {
    const auto asked = by_native.find(post.native_id);
    if (asked == by_native.end()) continue;
    const bool is_hidden = post.deleted || post.opted_out || post.visibility != Visibility::public_;
    if (is_hidden) page.posts.push_back(tombstone(asked->second, config_.name, now));
  }
  if (answer->later.empty()) co_return page;
  auto later = std::move(answer->later);
  if (later.size() > x_lookup_limit) later.resize(x_lookup_limit);
  auto edited = co_await look_up(std::move(later), now);
  if (!edited.has_value()) co_return edited.error();
  for (auto& post : edited->posts)
    if (!post.deleted) page.posts.push_back(std::move(post));
  not_after(page.posts, now);
  co_return page;
}

}  // namespace barometer
