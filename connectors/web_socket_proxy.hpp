#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "connectors/result.hpp"

namespace barometer {

namespace asio = boost::asio;

// A proxy on the way of a WebSocket. For .cpp files only: Beast stays out of our other headers.
struct WebSocketProxy {
  std::string scheme = {};  // http, https, socks5, socks5h …; an address without one is http
  std::string host = {};
  std::string port = {};
  std::string user = {};
  std::string password = {};
};

// Nothing for what is no address.
std::optional<WebSocketProxy> web_socket_proxy(std::string_view url);

// Asks the proxy, which `stream` is connected to, for a way to host and port; afterwards what is written goes there. The stream's
// time limit holds. By CONNECT (RFC 9110 section 9.3.6) or SOCKS 5 (RFC 1928, RFC 1929).
asio::awaitable<std::optional<Failure>> pass_proxy(boost::beast::tcp_stream& stream, const WebSocketProxy& proxy,
                                                   std::string host, std::string port, std::string user_agent);

}  // namespace barometer
