#include <cstdlib>

#include "connectors/html_text.hpp"
#include "connectors/platforms/mastodon.hpp"
#include "connectors/post_json.hpp"

// The first byte chooses the kind, or a poll with the bytes as answer and cursor.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace barometer;
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto kinds = mastodon_connector().kinds;
  const std::size_t choice = data[0] % (kinds.size() + 2);
  const UtcTime now{std::chrono::hours(500'000)};
  if (choice == kinds.size()) {
    HttpResponse response;
    response.status = 200;
    response.body = bytes;
    const auto page = timeline_page(MastodonConfig{"n", "https://a.example", "t"}, Cursor{bytes}, response, now);
    if (page.has_value() && page->next.bytes.empty()) std::abort();
    return 0;
  }
  const std::string kind = choice < kinds.size() ? std::string(kinds[choice]) : std::string();
  const auto page = parse_mastodon(bytes, ParseOptions{kind, "https://a.example", "s", now});
  if (!page.has_value()) return 0;
  for (const auto& post : page->posts) {
    if (valid_utf8(post.text) != post.text) std::abort();
    if (!post_from_json(to_json(post), now).has_value() && !post.id.empty()) std::abort();
  }
  return 0;
}
