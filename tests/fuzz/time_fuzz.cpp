// Any bytes are a time in range or none, and what is read survives being written.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "connectors/platforms/feed_time.hpp"
#include "connectors/time.hpp"

using namespace barometer;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace std::chrono;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const UtcTime end = sys_days{year{10000} / 1 / 1};
  for (const auto& time : {parse_iso(text), parse_rfc822(text), parse_time(text), parse_feed_time(text)}) {
    if (!time) continue;
    if (*time < UtcTime{} || *time >= end || parse_iso(to_iso(*time)) != time) std::abort();
  }
  return 0;
}
