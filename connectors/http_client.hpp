#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "connectors/http_message.hpp"
#include "connectors/result.hpp"

namespace barometer {

namespace asio = boost::asio;

struct HttpSettings {
  std::string user_agent = {};                   // product/version (+contact)
  std::string proxy = {};                        // http://, https:// or socks5h:// address; empty: none
  std::string no_proxy = {};                     // comma-separated hosts that are asked directly
  std::string ca_file = {};                      // PEM bundle in place of the system's; empty: the system's
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds total_timeout{20'000};
  std::size_t max_body = 10'000'000;             // bytes, after decompression
  int max_redirects = 5;
};

// HTTP over libcurl's multi interface, driven by the loop. Used only on the loop's thread.
// Redirects go only to http(s), never from a public host to a private address.
// Every answer of the other side, 404 and 503 included, is a response; only no answer is a failure.
class HttpClient {
 public:
  // Told of each finished request: its source, and the status, or 0 when there was no answer.
  using Observer = std::function<void(const std::string& source, int status)>;

  HttpClient(asio::any_io_executor loop, HttpSettings settings, Observer observer = {});
  ~HttpClient();  // cancels what is under way
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Cancellable: asio's terminal cancellation ends the transfer at once.
  asio::awaitable<Result<HttpResponse>> get(HttpRequest request);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace barometer
