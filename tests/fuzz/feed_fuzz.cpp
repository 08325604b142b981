#include <cstdlib>

#include "connectors/html_text.hpp"
#include "connectors/platforms/feed.hpp"
#include "connectors/post_json.hpp"

// A body with the first line as its Content-Type.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace barometer;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto line = std::min(bytes.find('\n'), bytes.size());
  HttpResponse response;
  response.status = 200;
  response.body = bytes.substr(std::min(line + 1, bytes.size()));
  response.headers.emplace_back("content-type", bytes.substr(0, line));
  response.url = "https://a.example/feed/";
  const UtcTime now{std::chrono::hours(500'000)};
  const auto page =
      feed_page(FeedConfig{.name = "n", .url = "https://a.example/feed/"}, Cursor{response.body}, response, now);
  if (!page.has_value()) return 0;
  for (const auto& post : page->posts) {
    if (post.text.empty() || valid_utf8(post.text) != post.text || post.made_at > now) std::abort();
    if (!post_from_json(to_json(post), now).has_value()) std::abort();
  }
  return 0;
}
