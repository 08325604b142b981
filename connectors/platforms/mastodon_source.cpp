#include "connectors/platforms/mastodon_source.hpp"

#include <algorithm>
#include <utility>

#include "connectors/platforms/mastodon_recheck.hpp"
#include "connectors/read_apart.hpp"
#include "connectors/refusal.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// A stream that held this long was a good one.
constexpr auto good_stream = 1min;
constexpr auto first_pause = 15s;
constexpr auto longest_pause = 10min;
// A server that must be asked for each status alone is asked for fewer at once.
constexpr std::size_t rechecked_one_by_one = 5;

// The first time at once: most breaks are a restart, or a proxy that ends what is long open.
std::chrono::milliseconds pause_after(int losses) {
  if (losses <= 1) return 0ms;
  const int doublings = std::min(losses - 2, 10);
  return std::min<std::chrono::milliseconds>(first_pause * (1 << doublings), longest_pause);
}

bool is_event_stream(const HttpResponse& response) {
  return response.header("content-type").starts_with("text/event-stream");
}

bool is_due(const TimelinePlace& place, UtcTime now) {
  return place.walk || now - place.reread_at >= timeline_reread_every;
}

std::chrono::milliseconds since(Clock::time_point begun) {
  return std::chrono::floor<std::chrono::milliseconds>(Clock::now() - begun);
}

}  // namespace

MastodonSource::MastodonSource(MastodonConfig config, HttpClient& http)
    : config_(std::move(config)),
      host_(host_of(config_.url)),
      http_(http),
      base_(config_.streaming_url),
      events_(config_) {}

asio::awaitable<Result<Page>> MastodonSource::fetch(Cursor cursor, UtcTime now) {
  if (!config_.stream) co_return co_await poll(std::move(cursor), now);
  if (stream_ && cursor != given_) {  // what came last was not kept
    caught_up_ = false;
    look_back_ = true;
  }
  if (!stream_ && now >= reopen_at_) co_await open(now);
  if (stream_ && caught_up_ && !is_due(place_of(cursor), now)) co_return co_await hear(std::move(cursor), now);
  co_return co_await catch_up(std::move(cursor), now);
}

asio::awaitable<Result<Page>> MastodonSource::poll(Cursor cursor, UtcTime now) {
  auto request = timeline_request(config_, cursor, now);
  auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  auto page = co_await read_apart(timeline_page, config_, cursor, *reply, now);
  const bool newest = next_question(place_of(cursor), now) == TimelineQuestion::newest_page;
  if (!page.has_value() || !newest) co_return page;
  if (!page->posts.empty())
    closed_.reset();
  else if (now - closed_asked_at_ >= timeline_reread_every)
    co_await ask_whether_closed(now);
  if (closed_) co_return *closed_;
  co_return page;
}

// A server that has switched its hashtag timelines off answers as one where nobody uses the hashtag.
asio::awaitable<void> MastodonSource::ask_whether_closed(UtcTime now) {
  closed_asked_at_ = now;
  auto request = mastodon_request(config_, config_.url + "/api/v2/instance");
  const auto reply = co_await http_.send(std::move(request));
  closed_ = reply.has_value() && reply->status == 200 ? closed_timeline(reply->body, config_) : std::nullopt;
}

asio::awaitable<Result<Page>> MastodonSource::catch_up(Cursor cursor, UtcTime now) {
  auto place = place_of(cursor);
  // A stream tells posts in the order of their arrival, so that below its last one some may be missing.
  const bool looks_back = look_back_ && !place.walk && !place.newest.empty();
  if (looks_back) place.reread_at = UtcTime{};
  const auto question = next_question(place, now);
  auto asked = cursor_of(place);
  asked.not_before = cursor.not_before;
  auto page = co_await poll(std::move(asked), now);
  if (!page.has_value()) co_return page.error();
  if (looks_back || place.newest.empty()) look_back_ = false;
  events_.know(page->posts);
  given_ = page->next;
  if (!stream_) {
    const bool silent = page->posts.empty() && !page->more && page->next == cursor;
    if (silent && trouble_ && trouble_->remedy == Remedy::ask_operator) co_return *trouble_;
    co_return page;
  }
  const auto after = place_of(page->next);
  const bool at_the_top = question == TimelineQuestion::page_after || after.newest.empty();
  caught_up_ = at_the_top && !page->more && !after.walk && !look_back_ && !after.doubt;
  page->more = page->more || (!caught_up_ && !after.doubt);
  page->live = caught_up_;
  co_return page;
}

asio::awaitable<Page> MastodonSource::hear(Cursor cursor, UtcTime now) {
  const auto begun = Clock::now();
  auto place = place_of(cursor);
  Page page;
  while (page.posts.empty() && stream_) {
    const auto left = config_.stream_wait - since(begun);
    if (left <= 0ms) break;
    const auto patience = std::max<std::chrono::milliseconds>(config_.stream_silence - stream_->silent_for(), 0ms);
    const bool spoke = co_await stream_->ready(std::min(left, patience));
    if (!spoke) {
      if (stream_->silent_for() >= config_.stream_silence) lose(now + since(begun), std::nullopt);
      continue;
    }
    const auto bytes = co_await stream_->read(0ms);
    if (!bytes.has_value() || bytes->empty()) {
      lose(now + since(begun), std::nullopt);
      break;
    }
    auto heard = events_.take(*bytes, place.newest, now + since(begun));
    page.posts = std::move(heard.posts);
    page.unreadable += heard.unreadable;
  }
  page.next = cursor_of(place);
  page.live = stream_ != nullptr;
  page.more = !page.live;  // there may be more that the stream did not tell
  given_ = page.next;
  co_return page;
}

asio::awaitable<void> MastodonSource::open(UtcTime now) {
  const auto begun = Clock::now();
  if (base_.empty()) {
    auto failure = co_await find_base(now);
    if (failure) {
      lose(now + since(begun), std::move(failure));
      co_return;
    }
  }
  auto request = stream_request(config_, base_);
  auto opened = co_await http_.open(std::move(request));
  if (!opened.has_value()) {
    lose(now + since(begun), opened.error());
  } else if (!opened->stream || !is_event_stream(opened->response)) {
    lose(now + since(begun), stream_refusal(opened->response, now));
  } else {
    stream_ = std::move(opened->stream);
    events_.begin();
    trouble_.reset();
    caught_up_ = false;
    look_back_ = true;
    opened_at_ = now;
  }
}

// Old servers know only the first version; a server that says nothing streams where it is.
asio::awaitable<std::optional<Failure>> MastodonSource::find_base(UtcTime now) {
  for (const char* path : {"/api/v2/instance", "/api/v1/instance"}) {
    auto request = mastodon_request(config_, config_.url + path);
    auto reply = co_await http_.send(std::move(request));
    if (!reply.has_value()) co_return reply.error();
    if (reply->status == 200) base_ = streaming_base(reply->body, config_);
    if (!base_.empty()) co_return std::nullopt;
    if (reply->status == 429 || reply->status >= 500) co_return mastodon_refusal(*reply, now);
  }
  base_ = config_.url;
  co_return std::nullopt;
}

void MastodonSource::lose(UtcTime now, std::optional<Failure> why) {
  losses_ = stream_ && now - opened_at_ >= good_stream ? 1 : losses_ + 1;
  stream_.reset();
  caught_up_ = false;
  trouble_ = std::move(why);
  reopen_at_ = now + pause_after(losses_);
  if (!trouble_) return;
  if (trouble_->remedy == Remedy::ask_operator) reopen_at_ = now + longest_pause;
  if (trouble_->not_before) reopen_at_ = std::max(reopen_at_, *trouble_->not_before);
}

std::size_t MastodonSource::recheck_limit() const {
  return asks_for_several_ ? mastodon_statuses_a_request : rechecked_one_by_one;
}

asio::awaitable<Result<Page>> MastodonSource::recheck(std::vector<KeptPost> kept, UtcTime now) {
  std::erase_if(kept, [](const KeptPost& one) { return one.native_id.empty(); });
  if (kept.size() > recheck_limit()) kept.resize(recheck_limit());
  Page page;
  if (kept.empty()) co_return page;
  auto unclear = std::move(kept);
  bool answered = false;
  Failure refused;
  if (asks_for_several_) {
    auto request = statuses_request(config_, unclear);
    const auto reply = co_await http_.send(std::move(request));
    if (!reply.has_value()) co_return reply.error();
    auto read = [&] { return statuses_answer(config_, unclear, *reply, now); };
    auto answer = co_await read_apart(*reply, std::move(read));
    if (!answer.has_value()) co_return answer.error();
    asks_for_several_ = answered = !answer->refused;
    page.posts = std::move(answer->posts);
    page.hints = hints_from(*reply, now);
    unclear = std::move(answer->unclear);
  }
  for (const auto& one : unclear) {
    auto request = status_request(config_, one);
    const auto reply = co_await http_.send(std::move(request));
    if (!reply.has_value()) co_return reply.error();
    const auto became = co_await read_apart(status_answer, config_, one, *reply, now);
    page.hints = hints_from(*reply, now);
    if (became.has_value()) {
      answered = true;
      page.posts.insert(page.posts.end(), became->begin(), became->end());
      continue;
    }
    // One that the server cannot answer for must not keep the others from being asked for.
    refused = became.error();
    if (refused.remedy == Remedy::wait) co_return refused;
  }
  if (!answered) co_return refused;
  co_return page;
}

}  // namespace barometer
