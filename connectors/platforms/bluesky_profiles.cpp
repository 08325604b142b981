#include "connectors/platforms/bluesky_profiles.hpp"

#include <algorithm>
#include <set>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "connectors/html_text.hpp"
#include "connectors/json_document.hpp"
#include "connectors/platforms/bluesky_record.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr std::size_t most_at_once = 25;  // of getProfiles
constexpr std::size_t most_known = 10'000;
constexpr auto good_for = 24h;
constexpr auto left_alone_for = 5min;
constexpr auto patience = 1000ms;

asio::awaitable<void> wait_for(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace

std::vector<std::string> BlueskyProfiles::strangers(const std::vector<Post>& posts, UtcTime now) const {
  std::set<std::string> dids;
  for (const Post& post : posts) {
    if (post.deleted || !post.author.starts_with("did:")) continue;
    const auto known = known_.find(post.author);
    if (known == known_.end() || now - known->second.asked_at > good_for) dids.insert(post.author);
  }
  return {dids.begin(), dids.end()};
}

bool BlueskyProfiles::take(std::string_view body, UtcTime now) {
  JsonDocument document;
  simdjson::dom::array profiles;
  if (JsonDocument::read(document, body) || !json_array(document.root(), "profiles", profiles)) return false;
  if (known_.size() > most_known) known_.clear();
  for (const auto one : profiles) {
    auto did = valid_utf8(json_text(one, "did"));
    if (did.empty()) continue;
    known_[std::move(did)] = {bluesky_handle(one), valid_utf8(json_text(one, "displayName")), bluesky_withheld(one),
                              now};
  }
  return true;
}

asio::awaitable<bool> BlueskyProfiles::ask(std::vector<std::string> dids, UtcTime now) {
  HttpRequest request;
  request.source = config_.name;
  request.url = config_.appview + "/xrpc/app.bsky.actor.getProfiles";
  char before = '?';
  for (const auto& did : dids) {
    request.url += before;
    request.url += "actors=" + percent_encoded(did);
    before = '&';
  }
  request.headers.emplace_back("Accept", "application/json");
  auto asking = http_.send(std::move(request));
  auto waiting = wait_for(patience);
  const auto first = co_await (std::move(asking) || std::move(waiting));
  if (first.index() != 0) co_return false;
  const auto& reply = std::get<0>(first);
  co_return reply.has_value() && reply->status == 200 && take(reply->body, now);
}

asio::awaitable<void> BlueskyProfiles::introduce(std::vector<Post>& posts, UtcTime now) {
  auto dids = strangers(posts, now);
  while (!dids.empty() && now >= not_before_) {
    const auto count = std::min(dids.size(), most_at_once);
    std::vector<std::string> some(dids.end() - static_cast<std::ptrdiff_t>(count), dids.end());
    dids.resize(dids.size() - count);
    if (!co_await ask(std::move(some), now)) not_before_ = now + left_alone_for;
  }
  for (Post& post : posts) {
    const auto known = known_.find(post.author);
    if (post.deleted || known == known_.end()) continue;
    post.opted_out = post.opted_out || known->second.withheld;
    post.author_name = known->second.name;
    if (known->second.handle.empty()) continue;
    post.author = known->second.handle;
    post.url = "https://bsky.app/profile/" + post.author + "/post/" + post.native_id;
  }
}

}  // namespace barometer
