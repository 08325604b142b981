#include "connectors/robots.hpp"

// A robots.txt, with the path as its first line.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto line = std::min(bytes.find('\n'), bytes.size());
  barometer::robots_verdict(bytes.substr(std::min(line + 1, bytes.size())), "barometer", bytes.substr(0, line));
  return 0;
}
