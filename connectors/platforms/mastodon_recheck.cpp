#include "connectors/platforms/mastodon_recheck.hpp"

#include <algorithm>
#include <array>

#include "connectors/json_document.hpp"
#include "connectors/platforms/mastodon_answer.hpp"
#include "connectors/refusal.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

Post tombstone(const MastodonConfig& config, const KeptPost& kept, UtcTime now) {
  Post post;
  post.platform = "mastodon";
  post.source = config.name;
  post.id = kept.id;
  post.native_id = kept.native_id;
  post.seen_at = now;
  post.deleted = true;
  return post;
}

// Unlisted posts are the operator's to decide about, as when they were heard.
bool is_withdrawn(const Post& post) {
  return post.opted_out || post.visibility == Visibility::private_ || post.visibility == Visibility::direct;
}

// What is the same as before is left to the store to see: it keeps the newer of two versions.
void add_what_became(const MastodonConfig& config, const KeptPost& kept, Post post, UtcTime now,
                     std::vector<Post>& posts) {
  if (is_withdrawn(post)) {
    posts.push_back(tombstone(config, kept, now));
  } else if (post.edited_at) {
    post.made_at = std::min(post.made_at, now);
    posts.push_back(std::move(post));
  }
}

// Answers that say "I do not know this question", and nothing about us or the moment.
bool is_unknown_question(const HttpResponse& response) {
  constexpr std::array codes{400, 404, 405, 406, 410, 414, 422, 501};
  return std::find(codes.begin(), codes.end(), response.status) != codes.end();
}

bool says_gone(const HttpResponse& response) {
  if (response.status == 410) return true;
  JsonDocument document;
  return response.status == 404 && !is_html(response) && !JsonDocument::read(document, response.body) &&
         !json_text(document.root(), "error").empty();
}

ParseOptions options(const MastodonConfig& config, const char* kind, UtcTime now) {
  return {kind, config.url, config.name, now};
}

}  // namespace

HttpRequest statuses_request(const MastodonConfig& config, std::span<const KeptPost> kept) {
  std::string url = config.url + "/api/v1/statuses";
  char before = '?';
  for (const auto& one : kept) {
    url += before + std::string("id%5B%5D=") + percent_encoded(one.native_id);
    before = '&';
  }
  return mastodon_request(config, std::move(url));
}

Result<MastodonRecheck> statuses_answer(const MastodonConfig& config, std::span<const KeptPost> kept,
                                        const HttpResponse& response, UtcTime now) {
  MastodonRecheck recheck;
  if (is_unknown_question(response)) {
    recheck.refused = true;
    recheck.unclear.assign(kept.begin(), kept.end());
    return recheck;
  }
  if (response.status != 200) return mastodon_refusal(response, now);
  auto answer = read_mastodon_answer(response.body, options(config, "timeline", now));
  if (!answer.has_value()) return answer.error();
  for (const auto& one : kept) {
    const auto found = std::find_if(answer->posts.begin(), answer->posts.end(), [&](const Post& post) {
      return post.id == one.id || post.native_id == one.native_id;
    });
    if (found == answer->posts.end())
      recheck.unclear.push_back(one);
    else
      add_what_became(config, one, std::move(*found), now, recheck.posts);
  }
  return recheck;
}

HttpRequest status_request(const MastodonConfig& config, const KeptPost& kept) {
  return mastodon_request(config, config.url + "/api/v1/statuses/" + percent_encoded(kept.native_id));
}

Result<std::vector<Post>> status_answer(const MastodonConfig& config, const KeptPost& kept,
                                        const HttpResponse& response, UtcTime now) {
  std::vector<Post> posts;
  if (says_gone(response)) {
    posts.push_back(tombstone(config, kept, now));
    return posts;
  }
  if (response.status != 200) return mastodon_refusal(response, now);
  auto answer = read_mastodon_answer(response.body, options(config, "status", now));
  if (!answer.has_value()) return answer.error();
  for (auto& post : answer->posts) add_what_became(config, kept, std::move(post), now, posts);
  return posts;
}

}  // namespace barometer
