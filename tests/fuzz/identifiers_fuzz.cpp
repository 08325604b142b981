// Any bytes are masked, and a text without identifiers comes back as it was.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "analysis/identifiers.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const barometer::Masked once = barometer::mask_identifiers(text);
  if (once.kinds.empty() && once.text != text) std::abort();
  return 0;
}
