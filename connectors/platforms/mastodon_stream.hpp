#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "connectors/platforms/mastodon.hpp"
#include "connectors/sse.hpp"

namespace barometer {

// A hashtag's stream as its server sends it: server-sent events, no replay. All pure.
// API: docs.joinmastodon.org/methods/streaming/#hashtag

// `base` is https://HOST of the streaming API.
HttpRequest stream_request(const MastodonConfig& config, const std::string& base);

// What /api/v2/instance (configuration.urls.streaming) or /api/v1/instance (urls.streaming_api) say of the streaming API's
// place, as an address for HTTP with the server's own scheme; empty when they say nothing.
std::string streaming_base(std::string_view instance, const MastodonConfig& config);

// Why no stream came, as what to do about it.
Failure stream_refusal(const HttpResponse& response, UtcTime now);

// Reads a stream's bytes as they come. Deletes name only what the server calls a post, so a bounded number of identities is kept
// in mind; a delete of any other post says nothing, and the re-check finds it later.
class MastodonEvents {
 public:
  static constexpr std::size_t most_known = 5000;

  explicit MastodonEvents(const MastodonConfig& config) : config_(config) {}

  void know(const std::vector<Post>& posts);
  void begin() { reader_ = SseReader(); }  // a connection: what broke off with the last one has not happened

  struct Heard {
    std::vector<Post> posts = {};  // in the order of the stream; edits and tombstones among them
    std::uint64_t unreadable = 0;
  };
  // `newest` moves up to the largest id told.
  Heard take(std::string_view bytes, std::string& newest, UtcTime now);

 private:
  bool wanted(const Post& post) const;
  void hear(Post post, Heard& heard);
  void remember(const Post& post);

  const MastodonConfig& config_;
  SseReader reader_;
  std::unordered_map<std::string, std::string> identities_;  // by native id
  std::deque<std::string> order_;                            // in which they were learnt
};

}  // namespace barometer
