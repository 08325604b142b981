#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "connectors/http_client.hpp"
#include "connectors/http_message.hpp"
#include "connectors/result.hpp"

namespace barometer {

namespace asio = boost::asio;

struct WebSocketRequest {
  std::string url = {};  // wss://HOST/path?query; ws:// only to an address inside
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string subprotocol = {};         // empty: none
  std::size_t max_message = 1'000'000;  // bytes
  std::chrono::milliseconds idle_timeout{
      30'000};  // nothing came for half as long: it is pinged; for as long: it is over
};

// A WebSocket that is open (RFC 6455), over Boost.Beast. Used only on the loop's thread; has no thread and no coroutine of its own.
// It reads ahead, and answers pings, up to a bound; who does not receive() for longer than the idle time loses the connection.
// Destroying it ends the connection at once.
class WebSocket {
 public:
  // The next whole message, text or binary; nothing when none came in time. Failures are for good: retry when the connection broke,
  // fell silent or was closed, or a frame was broken; skip when a message was longer than the limit.
  // Cancellable, as an exception; then it can be received on. One at a time.
  asio::awaitable<Result<std::optional<std::string>>> receive(std::chrono::milliseconds wait);

  class Impl;
  explicit WebSocket(std::shared_ptr<Impl> impl);
  ~WebSocket();
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;

 private:
  std::shared_ptr<Impl> impl_;
};

// What opening gives: the socket; or, where the other side would not, its whole answer. It is never redirected.
struct WebSocketAnswer {
  std::unique_ptr<WebSocket> socket = {};
  HttpResponse refusal = {};  // status 0 when the socket is open
};

// By the rules of HttpSettings, as HttpClient: TLS with the host's name verified against the system's trust or ca_file; a proxy
// (http:// by CONNECT, socks5:// and socks5h:// with the name resolved there; https:// is for the operator to change) unless no_proxy
// exempts the host; total_timeout until it is open. Failures as HttpClient::send. Cancellable, as an exception; the resolver's thread
// (Asio's) may finish its question later.
asio::awaitable<Result<WebSocketAnswer>> open_web_socket(const HttpSettings& settings, WebSocketRequest request);

// host[:port] of a ws or wss address; empty for anything else.
std::string web_socket_host(std::string_view url);

}  // namespace barometer
