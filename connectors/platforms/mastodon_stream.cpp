#include "connectors/platforms/mastodon_stream.hpp"

#include <algorithm>
#include <utility>

#include "connectors/json_document.hpp"
#include "connectors/platforms/mastodon_answer.hpp"
#include "connectors/refusal.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

bool has(const std::vector<std::string>& tags, const std::string& tag) {
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

}  // namespace

HttpRequest stream_request(const MastodonConfig& config, const std::string& base) {
  const std::string path = config.local ? "/api/v1/streaming/hashtag/local" : "/api/v1/streaming/hashtag";
  auto request = mastodon_request(config, base + path + "?tag=" + percent_encoded(config.tag));
  request.headers.front().second = "text/event-stream";
  return request;
}

std::string streaming_base(std::string_view instance, const MastodonConfig& config) {
  JsonDocument document;
  if (JsonDocument::read(document, instance) || !document.root().is_object()) return {};
  JsonValue at = document.root();
  JsonValue urls;
  if (json_field(at, "configuration", urls)) at = urls;
  if (!json_field(at, "urls", urls) && !json_field(document.root(), "urls", urls)) return {};
  auto said = json_text(urls, "streaming");
  if (said.empty()) said = json_text(urls, "streaming_api");
  const auto scheme = said.find("://");
  if (scheme == said.npos) return {};
  // It names a WebSocket's address; the same place speaks HTTP. The token never goes by a weaker way than to the server itself.
  std::string base = config.url.substr(0, config.url.find("://")) + std::string(said.substr(scheme));
  while (base.ends_with('/')) base.pop_back();
  return host_of(base).empty() ? std::string() : base;
}

Failure stream_refusal(const HttpResponse& response, UtcTime now) {
  auto failure = refusal(response, now);
  if (response.status / 100 == 2) {
    failure.remedy = Remedy::ask_operator;
    failure.detail = "what answers for the streaming API is none";
  }
  if (failure.remedy != Remedy::ask_operator) return failure;
  const bool token = response.status == 401 || response.status == 403;
  failure.detail += token ? "; streaming needs a member's token with read:statuses (token_file)"
                          : "; it may not stream over HTTP: set streaming_url, or stream to no";
  failure.detail += "; polling goes on";
  return failure;
}

bool MastodonEvents::wanted(const Post& post) const {
  return std::all_of(config_.all.begin(), config_.all.end(), [&](const auto& tag) { return has(post.tags, tag); }) &&
         std::none_of(config_.none.begin(), config_.none.end(), [&](const auto& tag) { return has(post.tags, tag); });
}

void MastodonEvents::remember(const Post& post) {
  if (post.native_id.empty() || post.deleted) return;
  if (!identities_.insert_or_assign(post.native_id, post.id).second) return;
  order_.push_back(post.native_id);
  while (order_.size() > most_known) {
    identities_.erase(order_.front());
    order_.pop_front();
  }
}

void MastodonEvents::know(const std::vector<Post>& posts) {
  for (const auto& post : posts) remember(post);
}

void MastodonEvents::hear(Post post, Heard& heard) {
  const auto known = identities_.find(post.native_id);
  if (post.deleted) {
    if (known == identities_.end()) return;
    post.id = known->second;
  } else if (known == identities_.end() && !wanted(post)) {
    return;  // an edit that takes a tag away from a post of ours is heard
  }
  remember(post);
  heard.posts.push_back(std::move(post));
}

MastodonEvents::Heard MastodonEvents::take(std::string_view bytes, std::string& newest, UtcTime now) {
  Heard heard;
  const auto too_long = reader_.too_long();
  for (const auto& event : reader_.take(bytes)) {
    auto answer = read_mastodon_event(event, ParseOptions{{}, config_.url, config_.name, now});
    advance(newest, answer.newest);
    heard.unreadable += answer.unreadable;
    for (auto& post : answer.posts) hear(std::move(post), heard);
  }
  heard.unreadable += reader_.too_long() - too_long;
  not_after(heard.posts, now);
  return heard;
}

}  // namespace barometer
