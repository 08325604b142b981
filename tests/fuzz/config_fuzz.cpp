#include <cstddef>
#include <cstdint>
#include <string_view>

#include "daemon/config.hpp"

// Any bytes are settings or complaints: each complaint has a line of the file, or 0.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = barometer::parse_config({reinterpret_cast<const char*>(data), size}, "fuzz");
  for (const auto& complaint : read.complaints) {
    if (complaint.line < 0 || complaint.message.empty()) __builtin_trap();
  }
  return 0;
}
