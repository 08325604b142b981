#include <cstddef>
#include <cstdint>
#include <string_view>

#include "analysis/issues/organisations.hpp"
#include "daemon/config.hpp"

// Any bytes are settings or complaints: each complaint has a line of the file, or 0. And any are a list of organisations, or are refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto listed = barometer::read_organisations(text, "fuzz");
  if (!listed && !listed.error().detail.starts_with("fuzz:")) __builtin_trap();
  const auto read = barometer::parse_config(text, "fuzz");
  for (const auto& complaint : read.complaints) {
    if (complaint.line < 0 || complaint.message.empty()) __builtin_trap();
  }
  return 0;
}
