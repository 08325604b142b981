#include "connectors/platforms/x_stream.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include "connectors/json_document.hpp"
#include "connectors/platforms/x_post.hpp"
#include "connectors/platforms/x_problem.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto settles_after = 2min;  // by then all from before the stream was opened is in search's index
constexpr std::size_t longest_line = 1'000'000;
constexpr const char* rules_path = "/2/tweets/search/stream/rules";

std::string tag_of(const XConfig& config) { return "barometer " + config.name; }

HttpRequest rules_change(const XConfig& config, boost::json::object change) {
  auto request = x_signed_request(config, rules_path);
  request.method = "POST";
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = boost::json::serialize(change);
  return request;
}

std::chrono::milliseconds since(Clock::time_point begun) {
  return std::chrono::floor<std::chrono::milliseconds>(Clock::now() - begun);
}

bool matches(JsonValue message, const std::set<std::string>& rules) {
  simdjson::dom::array matching;
  if (!json_array(message, "matching_rules", matching)) return true;
  return std::any_of(matching.begin(), matching.end(),
                     [&](JsonValue one) { return rules.contains(json_id(one, "id")); });
}

void add(XAnswer& all, XAnswer&& one) {
  std::move(one.posts.begin(), one.posts.end(), std::back_inserter(all.posts));
  if (x_id_less(all.newest_id, one.newest_id)) all.newest_id = one.newest_id;
  all.posts_read += one.posts_read;
  all.users_read += one.users_read;
  all.unreadable += one.unreadable;
}

// What the stream has told is known, less what may still come late.
void advance(XPlace& place, const std::string& newest, UtcTime now) {
  place.asked_at = now;
  if (newest.empty()) return;
  const auto settled = std::min(newest, x_id_at(now - x_index_lag), x_id_less);
  place.since = std::max(place.since, settled, x_id_less);
}

}  // namespace

HttpRequest x_rules_request(const XConfig& config) { return x_signed_request(config, rules_path); }

Result<XRules> x_rules(const XConfig& config, const HttpResponse& response, UtcTime now) {
  if (response.status != 200 && response.status != 201) return x_refusal(response, now);
  JsonDocument document;
  if (JsonDocument::read(document, response.body) || !document.root().is_object())
    return Failure{Remedy::retry, "X's answer about the stream's rules cannot be read"};
  XRules rules;
  simdjson::dom::array list;
  if (json_array(document.root(), "data", list)) {
    for (const auto one : list) {
      const auto id = json_id(one, "id");
      if (json_text(one, "value") == config.query)
        rules.ours.insert(id);
      else if (json_text(one, "tag") == tag_of(config))
        rules.old.push_back(id);
    }
  }
  JsonValue errors;
  if (!rules.ours.empty() || !json_field(document.root(), "errors", errors)) return rules;
  if (auto failure = x_problem(document.root(), now)) return *failure;
  return rules;
}

HttpRequest x_add_rule_request(const XConfig& config) {
  boost::json::array rules{{{"value", config.query}, {"tag", tag_of(config)}}};
  return rules_change(config, {{"add", std::move(rules)}});
}

HttpRequest x_delete_rules_request(const XConfig& config, const std::vector<std::string>& ids) {
  boost::json::object list;
  list["ids"] = boost::json::array(ids.begin(), ids.end());
  boost::json::object change;
  change["delete"] = std::move(list);
  return rules_change(config, std::move(change));
}

HttpRequest x_stream_request(const XConfig& config) {
  auto fields = x_fields(config);
  fields.front() = '?';
  return x_signed_request(config, "/2/tweets/search/stream" + fields);
}

XLines::Heard XLines::take(std::string_view bytes, const std::set<std::string>& rules, const ParseOptions& options) {
  Heard heard;
  rest_ += bytes;
  std::size_t begin = 0;
  for (auto end = rest_.find('\n'); end != rest_.npos; end = rest_.find('\n', begin)) {
    const auto line = std::string_view(rest_).substr(begin, end - begin);
    begin = end + 1;
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    JsonDocument document;
    if (JsonDocument::read(document, line)) {
      ++heard.answer.unreadable;
      continue;
    }
    if (!matches(document.root(), rules)) continue;
    auto one = read_x_answer(line, options);
    if (one.has_value())
      add(heard.answer, std::move(*one));
    else if (one.error().remedy == Remedy::skip)
      ++heard.answer.unreadable;
    else
      heard.closed = one.error();
  }
  rest_.erase(0, begin);
  if (rest_.size() > longest_line) heard.closed = Failure{Remedy::retry, "the stream sends a line without an end"};
  return heard;
}

std::chrono::milliseconds x_pause_after(int losses, int status) {
  const int doublings = std::clamp(losses - 1, 0, 6);
  if (status == 429) return std::min<std::chrono::milliseconds>(60s * (1 << doublings), 1h);
  if (status >= 400) return std::min<std::chrono::milliseconds>(5s * (1 << doublings), 320s);
  return std::min<std::chrono::milliseconds>(250ms * std::min(losses - 1, 1000), 16s);
}

XStreamSource::XStreamSource(XConfig config, HttpClient& http)
    : config_(std::move(config)), http_(http), search_(config_, http) {}

asio::awaitable<Result<Page>> XStreamSource::fetch(Cursor cursor, UtcTime now) {
  if (auto capped = x_capped(config_, search_.tally(x_place_of(cursor)), now)) {
    stream_.reset();
    co_return *capped;
  }
  if (stream_ && cursor != given_) heard_since_ = now;  // what came last was not kept
  if (!stream_ && now >= reopen_at_) co_await open(now);
  const auto place = x_place_of(cursor);
  const bool is_caught_up = place.asked_at && *place.asked_at >= heard_since_ && !place.walk;
  const bool is_settled = is_caught_up && *place.asked_at >= heard_since_ + settles_after;
  const bool is_time_to_settle = !is_settled && now >= heard_since_ + settles_after;
  if (stream_ && is_caught_up && !is_time_to_settle) co_return co_await hear(std::move(cursor), now);
  co_return co_await catch_up(std::move(cursor), now);
}

asio::awaitable<Result<Page>> XStreamSource::catch_up(Cursor cursor, UtcTime now) {
  auto page = co_await search_.fetch(std::move(cursor), now);
  if (!page.has_value()) co_return page;
  given_ = page->next;
  if (!stream_) {
    const bool is_silent = page->posts.empty() && !page->more;
    if (is_silent && trouble_ && trouble_->remedy == Remedy::ask_operator) co_return *trouble_;
    co_return page;
  }
  const auto place = x_place_of(page->next);
  const bool is_caught_up = !place.walk && place.asked_at && *place.asked_at >= heard_since_;
  page->live = is_caught_up;
  page->more = page->more || !is_caught_up;
  co_return page;
}

asio::awaitable<Result<Page>> XStreamSource::hear(Cursor cursor, UtcTime now) {
  const auto begun = Clock::now();
  auto place = x_place_of(cursor);
  const bool is_settled = *place.asked_at >= heard_since_ + settles_after;
  const ParseOptions options{"stream", {}, config_.name, now};
  Page page;
  std::string newest;
  while (page.posts.empty() && stream_) {
    const auto left = config_.stream_wait - since(begun);
    if (left <= 0ms) break;
    const auto patience = std::max<std::chrono::milliseconds>(config_.stream_silence - stream_->silent_for(), 0ms);
    const bool spoke = co_await stream_->ready(std::min(left, patience));
    if (!spoke) {
      if (stream_->silent_for() >= config_.stream_silence) lose(now + since(begun), 0, std::nullopt);
      continue;
    }
    const auto bytes = co_await stream_->read(0ms);
    if (!bytes.has_value() || bytes->empty()) {
      lose(now + since(begun), 0, std::nullopt);
      break;
    }
    auto heard = lines_.take(*bytes, rules_, options);
    search_.spend(x_cost_of(heard.answer), now);
    page.posts = std::move(heard.answer.posts);
    page.unreadable += heard.answer.unreadable;
    newest = heard.answer.newest_id;
    if (heard.closed) lose(now + since(begun), 0, std::move(heard.closed));
  }
  const auto then = now + since(begun);
  for (auto& post : page.posts) post.made_at = std::min(post.made_at, then);
  place.tally = search_.tally(place);
  if (is_settled) advance(place, newest, then);
  page.next = cursor_of(place);
  page.live = stream_ != nullptr;
  page.more = !page.live;  // there may be more that the stream did not tell
  given_ = page.next;
  co_return page;
}

asio::awaitable<std::optional<Failure>> XStreamSource::keep_rules(UtcTime now) {
  auto request = x_rules_request(config_);
  const auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  auto rules = x_rules(config_, *reply, now);
  if (!rules.has_value()) co_return rules.error();
  if (!rules->old.empty()) {
    auto change = x_delete_rules_request(config_, rules->old);
    const auto deleted = co_await http_.send(std::move(change));
    if (!deleted.has_value()) co_return deleted.error();
    if (deleted->status != 200) co_return x_refusal(*deleted, now);
  }
  if (rules->ours.empty()) {
    auto change = x_add_rule_request(config_);
    const auto added = co_await http_.send(std::move(change));
    if (!added.has_value()) co_return added.error();
    rules = x_rules(config_, *added, now);
    if (!rules.has_value()) co_return rules.error();
    if (rules->ours.empty()) co_return Failure{Remedy::retry, "X did not keep the stream's rule"};
  }
  rules_ = rules->ours;
  co_return std::nullopt;
}

asio::awaitable<void> XStreamSource::open(UtcTime now) {
  const auto begun = Clock::now();
  if (auto failure = co_await keep_rules(now)) {
    lose(now + since(begun), failure->remedy == Remedy::retry ? 0 : 503, std::move(failure));
    co_return;
  }
  auto request = x_stream_request(config_);
  auto opened = co_await http_.open(std::move(request));
  if (!opened.has_value()) {
    lose(now + since(begun), 0, opened.error());
  } else if (!opened->stream) {
    lose(now + since(begun), opened->response.status, x_refusal(opened->response, now));
  } else {
    stream_ = std::move(opened->stream);
    lines_.begin();
    trouble_.reset();
    heard_since_ = now;  // search is asked after it
  }
}

void XStreamSource::lose(UtcTime now, int status, std::optional<Failure> why) {
  const bool was_good = stream_ && now - heard_since_ >= 1min;
  losses_ = was_good ? 1 : losses_ + 1;
  stream_.reset();
  trouble_ = std::move(why);
  reopen_at_ = now + x_pause_after(losses_, status);
  if (!trouble_) return;
  if (trouble_->remedy == Remedy::ask_operator) reopen_at_ = now + 10min;
  if (trouble_->not_before) reopen_at_ = std::max(reopen_at_, *trouble_->not_before);
}

asio::awaitable<Result<Page>> XStreamSource::recheck(std::vector<KeptPost> kept, UtcTime now) {
  return search_.recheck(std::move(kept), now);
}

}  // namespace barometer
