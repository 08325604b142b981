#include <cstdlib>

#include "connectors/html_text.hpp"
#include "connectors/post_json.hpp"
#include "connectors/registry.hpp"

// One platform's parser on any bytes; PLATFORM is its name. The first byte chooses the kind.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace barometer;
  if (size == 0) return 0;
  static const Connector& platform = *find_connector(PLATFORM);
  const std::size_t choice = data[0] % (platform.kinds.size() + 1);
  const std::string kind = choice < platform.kinds.size() ? std::string(platform.kinds[choice]) : std::string();
  const UtcTime now{std::chrono::hours(500'000)};
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto page = platform.parse(bytes, ParseOptions{kind, "https://a.example", "s", now});
  if (!page.has_value()) return 0;
  for (const Post& post : page->posts) {
    if (valid_utf8(post.text) != post.text) std::abort();
    if (!post_from_json(to_json(post), now).has_value() && !post.id.empty()) std::abort();
  }
  return 0;
}
