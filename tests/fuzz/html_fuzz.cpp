#include <cstdlib>

#include "connectors/html_text.hpp"
#include "connectors/platforms/feed_alternate.hpp"
#include "connectors/tags.hpp"

// Any bytes become valid UTF-8, and so do the tags in them; as a page they name a feed or none.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto text = barometer::html_to_text(bytes);
  if (barometer::valid_utf8(text) != text) std::abort();
  std::vector<std::string> tags;
  barometer::add_hashtags(tags, bytes);
  barometer::add_hashtags(tags, text);
  const auto feed = barometer::alternate_feed(bytes, "https://a.example/b");
  if (barometer::valid_utf8(feed) != feed) std::abort();
  return 0;
}
