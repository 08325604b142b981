#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace barometer {

// Where the server listens: an IP address and a port; port 0 lets the system choose.
struct ListenAddress {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  bool loopback() const;  // reachable from this machine only
};

// "127.0.0.1:9468", "[::1]:9468", "localhost:9468", ":9468" (all addresses). Names other than localhost are not looked up.
std::optional<ListenAddress> parse_listen(std::string_view text);

}  // namespace barometer
