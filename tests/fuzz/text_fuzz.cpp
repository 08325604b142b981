#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "analysis/text.hpp"

// Any bytes split into tokens whose ranges are in order and inside the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::uint32_t last = 0;
  const auto tokens = barometer::tokenise(text);
  for (const auto& token : tokens) {
    if (token.begin < last || token.end <= token.begin || token.text.empty()) std::abort();
    last = token.end;
  }
  if (last > size) std::abort();
  return 0;
}
