#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "connectors/result.hpp"
#include "daemon/listen_address.hpp"

namespace barometer {

namespace asio = boost::asio;

// What was asked of us.
struct WebRequest {
  std::string method = "GET";                                     // of a HEAD too: handlers need not tell them apart
  std::string path = {};                                          // as sent, without the query
  std::string query = {};                                         // as sent, without the '?'
  std::vector<std::pair<std::string, std::string>> headers = {};  // names in lower case
  std::string body = {};
  std::string peer = {};      // address of the other side
  std::stop_token gone = {};  // of what a taker takes: asked to stop when who sent it has left
  // Value of the first header of that (lower-case) name; empty when there is none.
  std::string_view header(std::string_view name) const;
};

struct HttpReply {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};  // further ones; they win over the server's own
};

using HttpHandler = std::function<HttpReply(const WebRequest&)>;
// On the loop; it may wait for others, as for the store. Whatever it waits for ends by itself: it is not cancelled.
using HttpTaker = std::function<asio::awaitable<HttpReply>(WebRequest)>;

struct HttpLimits {
  std::size_t header_bytes = 16 * 1024;       // of one request; more is answered with 431
  std::size_t connections = 256;              // at once; the longest idle makes room, or who takes longest to ask
  std::chrono::milliseconds idle{60'000};     // between two requests of one connection
  std::chrono::milliseconds request{10'000};  // from the first byte of a request to the last of its header
  std::size_t body_bytes = 8'000'000;         // of what is sent to a taker; more is answered with 413
  std::size_t form_bytes = 64 * 1024;         // of what is sent anywhere else
  std::chrono::milliseconds body{30'000};     // from the first byte of a body to its last
  std::chrono::milliseconds reply{30'000};    // from the first byte of a reply to its last
  std::chrono::milliseconds drain{3'000};     // at the end, for replies under way
};

// Serves fixed paths over HTTP/1.1 to GET and HEAD, takes what is posted to the paths below some prefixes, and hands all other
// paths to one handler. Each connection waits alone; a GET with a body is refused, a slow or large body too, and one of unknown
// length (chunked). Every reply carries headers that forbid scripts of others, frames, referrers and guessing of types, and is not
// to be stored by caches unless its handler says otherwise. Used on the loop's thread.
class HttpServer {
 public:
  // Handlers given to on_pool run there; the pool outlives the server.
  HttpServer(asio::any_io_executor loop, asio::thread_pool& pool, HttpLimits limits = {});
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Before serve(). What a handler throws is logged and answered with 500.
  void on_loop(std::string path, HttpHandler handler);  // for what is at hand: no disk, no waiting
  void on_pool(std::string path, HttpHandler handler);  // for what reads the store
  void otherwise(HttpHandler handler);                  // GET, HEAD and POST to all other paths; on the pool
  // For POST to paths that begin so, as "/push/". GET and HEAD there are the page's, on the pool; without one they are refused.
  void on_post(std::string prefix, HttpTaker handler, HttpHandler page = {});

  // Tells all who listen that something is new. Whoever is answered with EventStreams::type, without a body, listens from then on.
  void tell_listeners();

  // For connections made from now on; null: they are not encrypted.
  void use_tls(std::shared_ptr<asio::ssl::context> tls);

  // Takes the address; the port that was taken. A taken port or an address that is not ours is for the operator.
  Result<std::uint16_t> listen(const ListenAddress& address);

  // Serves until cancelled; then takes no more connections, closes the idle ones, lets replies under way finish within
  // the drain time, and returns when the last connection is gone. After listen().
  asio::awaitable<void> serve();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace barometer
