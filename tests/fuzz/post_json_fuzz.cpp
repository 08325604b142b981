#include <cstdlib>

#include "connectors/post_json.hpp"

// What is read is written the same however often it goes through.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace barometer;
  const UtcTime now{std::chrono::hours(500'000)};
  const auto post = post_from_json({reinterpret_cast<const char*>(data), size}, now);
  if (!post.has_value()) return 0;
  const auto line = to_json(*post);
  const auto again = post_from_json(line, now);
  if (!again.has_value() || to_json(*again) != line) std::abort();
  return 0;
}
