#include <cstdlib>
#include <string>

#include "connectors/sse.hpp"

// A stream read at once and the same stream read in two pieces tell the same; the first byte is where it is cut.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace barometer;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  constexpr std::size_t most = 200;
  const auto told = [&](std::size_t cut) {
    SseReader reader(most);
    std::string all;
    for (const auto part : {bytes.substr(0, cut), bytes.substr(cut)}) {
      for (const auto& event : reader.take(part)) {
        if (event.type.empty() || event.data.size() > most) std::abort();
        all += event.type + '|' + event.data + '|' + event.id + '\n';
      }
    }
    return all + std::to_string(reader.too_long());
  };
  if (told(bytes.size()) != told(data[0] % (bytes.size() + 1))) std::abort();
  return 0;
}
