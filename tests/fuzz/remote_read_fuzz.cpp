// Any bytes as the body of a remote read: refused or understood, never a crash.
#include <cstddef>
#include <cstdint>
#include <snappy.h>
#include <string>
#include <string_view>

#include "daemon/prometheus/read_messages.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  (void)barometer::parse_read_request(body);
  std::string packed;  // the message itself, past the compression
  snappy::Compress(body.data(), body.size(), &packed);
  (void)barometer::parse_read_request(packed);
  return 0;
}
