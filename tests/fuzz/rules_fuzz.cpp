// Any bytes as a rules file: read, or refused with the file's name; never anything else.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "analysis/rules.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = barometer::read_rules({reinterpret_cast<const char*>(data), size}, "rules");
  if (!read && !read.error().detail.starts_with("rules:")) std::abort();
  return 0;
}
