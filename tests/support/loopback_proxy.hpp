#pragma once

#include <memory>
#include <string>
#include <vector>

namespace barometer {

// A proxy on a free port of 127.0.0.1, with a thread of its own. It leads every way that it is asked for to one port of
// 127.0.0.1, whatever host was named, so that names which nobody resolves can be asked for.
class LoopbackProxy {
 public:
  enum class Kind { connect, socks };  // RFC 9110 section 9.3.6; RFC 1928 and RFC 1929

  // `login` is USER:PASSWORD, without which nobody passes; empty: everybody does.
  LoopbackProxy(Kind kind, int to_port, std::string login = {});
  ~LoopbackProxy();  // breaks all connections
  LoopbackProxy(const LoopbackProxy&) = delete;
  LoopbackProxy& operator=(const LoopbackProxy&) = delete;

  int port() const;
  std::vector<std::string> led() const;  // "host:port" of each way that was given, as it was named

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace barometer
