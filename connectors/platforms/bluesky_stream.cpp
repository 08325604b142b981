#include "connectors/platforms/bluesky_stream.hpp"

#include <algorithm>

#include "connectors/platforms/bluesky_answer.hpp"
#include "connectors/platforms/bluesky_record.hpp"
#include "connectors/platforms/bluesky_search.hpp"
#include "connectors/platforms/bluesky_session.hpp"
#include "connectors/read_apart.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_remembered = 20'000;  // posts
constexpr std::size_t most_posts = 100;          // of a page
constexpr std::size_t longest_message = 1'000'000;
constexpr auto keep_place_every = 5000ms;  // a page without posts, so that the cursor moves on
constexpr auto longest_wait = 50'000ms;
constexpr auto gather_for = 100ms;  // after a post, for those right behind it
constexpr auto a_jump = 1min;       // between two messages: more than a quiet moment
constexpr int most_refusals = 3;

std::optional<Failure> milder(std::optional<Failure> one, std::optional<Failure> other) {
  if (!one) return other;
  return other && one->remedy == Remedy::ask_operator ? other : one;
}

}  // namespace

BlueskyListener::BlueskyListener(const BlueskyConfig& config)
    : name_(config.name), filter_(config.hashtags, config.phrases), memory_(most_remembered) {}

void BlueskyListener::begin(BlueskyPlace place, std::string server, bool fresh, UtcTime now) {
  place_ = std::move(place);
  server_ = std::move(server);
  reason_ = fresh ? GapReason::restarted : GapReason::down;
  missed_from_.reset();
  first_after_.reset();
  if (place_.at && now - *place_.at > bluesky_lookback) first_after_ = place_.at;
  // Should the connection break before its first message, the next one goes back to here.
  if (!place_.at) place_.at = now;
}

void BlueskyListener::begin_at_floor(std::optional<std::int64_t> floor) {
  missed_from_ = place_.at;
  place_.server = server_;
  place_.place = floor;
}

void BlueskyListener::note_gap(const BlueskyEvent& event, BlueskyHeard& heard) {
  if (!event.at) return;
  if (first_after_ && *event.at - *first_after_ > a_jump && !missed_from_) missed_from_ = first_after_;
  first_after_.reset();
  if (missed_from_ && *missed_from_ < *event.at) heard.missed.push_back({*missed_from_, *event.at, reason_});
  missed_from_.reset();
}

void BlueskyListener::written(const BlueskyEvent& event, UtcTime now, BlueskyHeard& heard) {
  JsonValue record;
  if (!reader_.record(record)) {
    ++heard.unreadable;
    return;
  }
  // An edit that takes our words out of a post still concerns us.
  const bool known = memory_.knows(event.uri);
  if (!known && !filter_.wants(record)) return;
  auto post = reader_.post(event, name_, now);
  if (!post) {
    ++heard.unreadable;
    return;
  }
  post->made_at = std::min(post->made_at, now);
  if (memory_.note(event.uri, event.version)) heard.posts.push_back(std::move(*post));
}

void BlueskyListener::removed(const std::string& uri, BlueskyHeard& heard) {
  if (!memory_.knows(uri)) return;
  memory_.forget(uri);
  heard.posts.push_back(bluesky_tombstone(uri, name_));
}

void BlueskyListener::hear(std::string_view message, UtcTime now, BlueskyHeard& heard) {
  const auto event = reader_.read(message);
  switch (event.kind) {
    case BlueskyEvent::Kind::unreadable: ++heard.unreadable; return;
    case BlueskyEvent::Kind::error: heard.ended = bluesky_refusal(event.word); return;
    case BlueskyEvent::Kind::outdated: missed_from_ = place_.at; return;
    case BlueskyEvent::Kind::written: written(event, now, heard); break;
    case BlueskyEvent::Kind::removed: removed(event.uri, heard); break;
    case BlueskyEvent::Kind::inactive:
      for (const auto& uri : memory_.of(event.did)) removed(uri, heard);
      break;
    case BlueskyEvent::Kind::identity: heard.renamed.push_back(event.did); break;
    case BlueskyEvent::Kind::other: break;
  }
  note_gap(event, heard);
  move_on(place_, server_, event, now);
  heard.moved = true;
}

void BlueskyListener::remember(const std::string& uri) {
  if (!memory_.knows(uri)) memory_.note(uri, {});
}

BlueskyStream::BlueskyStream(BlueskyConfig config, HttpClient& http)
    : config_(std::move(config)),
      host_(web_socket_host(config_.streams.front())),
      http_(http),
      listener_(config_),
      profiles_(config_, http) {}

asio::awaitable<std::optional<Failure>> BlueskyStream::connect_to(const std::string& url, const Cursor& cursor,
                                                                  UtcTime now) {
  listener_.begin(stream_place_of(cursor), web_socket_host(url), fresh_, now);
  const bool beginning = cursor.bytes.empty();
  for (int refusals = 0; refusals < most_refusals; ++refusals) {
    WebSocketRequest request;
    request.max_message = longest_message;
    // The first time of all it begins with what is said from now on.
    request.url = stream_url(url, beginning ? BlueskyPlace{} : listener_.place(), longest_message);
    if (is_second_wire(url)) request.subprotocol = "xrpc.v1.json";
    auto answer = co_await open_web_socket(http_.settings(), std::move(request));
    if (!answer.has_value()) co_return answer.error();
    if (answer->socket) {
      socket_ = std::move(answer->socket);
      fresh_ = false;
      silent_ = true;
      co_return std::nullopt;
    }
    if (bluesky_error(answer->refusal.body) != "CursorTooOld") co_return bluesky_failure(answer->refusal, now);
    listener_.begin_at_floor(floor_in(answer->refusal, listener_.place()));
  }
  co_return bluesky_refusal("CursorTooOld");
}

asio::awaitable<std::optional<Failure>> BlueskyStream::connect(const Cursor& cursor, UtcTime now) {
  std::optional<Failure> worst;
  for (std::size_t tried = 0; tried < config_.streams.size(); ++tried) {
    auto failure = co_await connect_to(config_.streams[server_], cursor, now);
    if (!failure) co_return failure;
    worst = milder(std::move(worst), std::move(failure));
    server_ = (server_ + 1) % config_.streams.size();
  }
  co_return worst;
}

// Until there is something to give. A failure is one of the connection, which is over then.
asio::awaitable<std::optional<Failure>> BlueskyStream::listen(BlueskyHeard& heard, Clock::time_point began,
                                                              UtcTime now) {
  auto until = began + longest_wait;
  bool gathering = false;
  while (heard.posts.size() < most_posts) {
    const auto time = Clock::now();
    if (heard.moved) until = std::min(until, began + keep_place_every);
    if (!heard.posts.empty() && !std::exchange(gathering, true)) until = std::min(until, time + gather_for);
    if (time >= until) break;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - time);
    const auto message = co_await socket_->receive(left);
    if (!message.has_value()) co_return message.error();
    if (!*message) break;
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
    listener_.hear(**message, now + elapsed, heard);
    if (heard.ended) co_return heard.ended;
  }
  co_return std::nullopt;
}

asio::awaitable<Result<Page>> BlueskyStream::fetch(Cursor cursor, UtcTime now) {
  // Another place than the one the connection stands at: the last page was not kept, or reading was broken off.
  if (given_ != cursor) {
    socket_.reset();
    listener_.give_again();
  }
  given_.reset();
  const auto began = Clock::now();
  if (!socket_) {
    if (const auto failure = co_await connect(cursor, now)) {
      given_ = cursor;
      co_return *failure;
    }
    // So that there is a place to go back to, even if nothing is ever said on this connection.
    if (cursor.bytes.empty()) {
      BlueskyHeard nothing;
      co_return page_of(nothing);
    }
  }
  BlueskyHeard heard;
  const auto failure = co_await listen(heard, began, now);
  silent_ = silent_ && !heard.moved;
  if (failure) {
    socket_.reset();
    // A server that takes connections and says nothing on them is not asked first again.
    if (silent_) server_ = (server_ + 1) % config_.streams.size();
    if (!heard.moved) {
      given_ = cursor;  // nothing was heard beyond it
      co_return *failure;
    }
  }
  for (const auto& did : heard.renamed) profiles_.forget(did);
  co_await profiles_.introduce(heard.posts, now);
  co_return page_of(heard);
}

Page BlueskyStream::page_of(BlueskyHeard& heard) {
  Page page;
  page.posts = std::move(heard.posts);
  page.missed = std::move(heard.missed);
  page.unreadable = heard.unreadable;
  page.next = cursor_of(listener_.place());
  given_ = page.next;
  page.live = socket_ != nullptr;
  page.more = !page.live;  // what it still had to say is asked for at once
  return page;
}

std::size_t BlueskyStream::recheck_limit() const { return bluesky_recheck_limit; }

asio::awaitable<Result<Page>> BlueskyStream::recheck(std::vector<KeptPost> kept, UtcTime now) {
  std::erase_if(kept, [](const KeptPost& post) { return !at_uri(post.id); });
  if (kept.empty()) co_return Page{};
  for (const auto& post : kept) listener_.remember(post.id);
  auto request = kept_posts_request(config_, config_.appview, kept);
  const auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  co_return co_await read_apart(kept_posts_page, config_, kept, *reply, now);
}

}  // namespace barometer
