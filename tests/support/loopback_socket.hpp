#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/loopback_server.hpp"

namespace barometer {

// A certificate for that host name and its key, in one PEM file that a server and those who trust it may use; good for a day.
void make_certificate(const std::filesystem::path& file, const std::string& host);

// A small scripted WebSocket server on a free port of 127.0.0.1 over Boost.Beast, with a thread for each connection.
class LoopbackSocket {
 public:
  // One connection, open. Used on its own thread; a call gives false once the connection is over.
  class Peer {
   public:
    virtual ~Peer() = default;
    virtual const std::string& head() const = 0;  // of the request: "GET /path HTTP/1.1\r\n…"
    virtual bool send(std::string_view message) = 0;
    virtual std::optional<std::string> receive() = 0;
    virtual bool send_raw(std::string_view bytes) = 0;  // past WebSocket, and past TLS
    virtual bool ping() = 0;
    virtual void close() = 0;  // in good order
    virtual void hang() = 0;   // reads nothing and says nothing, until the server is gone or the other side ends it
  };
  using Script = std::function<void(Peer& peer)>;
  // Asked first, with the request's head: an answer is sent in place of the upgrade.
  using Door = std::function<std::optional<LoopbackReply>(const std::string& head)>;

  // With TLS where `certificate` names a file of make_certificate(). A connection ends when its script does.
  explicit LoopbackSocket(Script script, Door door = {}, const std::filesystem::path& certificate = {});
  ~LoopbackSocket();  // breaks all connections
  LoopbackSocket(const LoopbackSocket&) = delete;
  LoopbackSocket& operator=(const LoopbackSocket&) = delete;

  int port() const;
  // "ws://127.0.0.1:PORT" or "wss://localhost:PORT", and the path.
  std::string url(std::string_view path = "/") const;
  std::vector<std::string> requests() const;  // heads so far
  void break_all();                           // connections, not the server

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace barometer
