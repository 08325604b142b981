#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barometer {

// What the scripted server does about one request: bytes as they go on the wire, and what becomes of the connection.
struct LoopbackReply {
  enum class Then {
    keep,   // wait for the next request
    close,  // end it in good order
    reset,  // break it
    hang,   // hold it and say nothing more, until the server is gone
  };
  std::string bytes = {};
  Then then = Then::keep;
};

// A small scripted server on a free port of a loopback address, in a thread of its own. It reads requests up to the blank line,
// and a body of the announced length; it knows no more of HTTP: what goes on the wire is what the script says, right or wrong.
class LoopbackServer {
 public:
  // Called on the server's thread with the request: its head ("GET /path HTTP/1.1\r\n…\r\n\r\n"), and its body.
  using Script = std::function<LoopbackReply(const std::string& head)>;

  explicit LoopbackServer(Script script, const std::string& address = "127.0.0.1");
  ~LoopbackServer();  // breaks all connections
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  int port() const;
  std::string url(std::string_view path = "/") const;  // "http://127.0.0.1:PORT" and the path
  std::vector<std::string> requests() const;           // heads so far, in order of arrival
  int connections() const;                             // taken so far
  int hanging() const;                                 // connections that are held open without a word
  // Says something on each connection that hangs, in the order of the calls, and then does that; `hang` holds it on.
  void say(std::string bytes, LoopbackReply::Then then = LoopbackReply::Then::hang);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

using LoopbackHeaders = std::vector<std::pair<std::string, std::string>>;

// A well-formed answer with its Content-Length.
LoopbackReply reply_with(int status, const LoopbackHeaders& headers, std::string_view body);
LoopbackReply redirect_to(int status, std::string_view location);
// The value of a request's first header of that (lower-case) name; empty when there is none.
std::string header_of(std::string_view head, std::string_view name);
// What stands behind the blank line.
std::string body_of(std::string_view request);
// The path of a request's head.
std::string path_of(std::string_view head);

}  // namespace barometer
