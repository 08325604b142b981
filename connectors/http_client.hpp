#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
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

class CurlLoop;
struct HttpOpened;  // connectors/http_stream.hpp

struct HttpSettings {
  std::string user_agent = {};                  // product/version (+contact)
  std::string proxy = {};                       // http://, https:// or socks5h:// address; empty: none
  std::filesystem::path proxy_login_file = {};  // USER:PASSWORD; read by whoever makes the client
  std::string proxy_login = {};                 // what it holds
  std::string no_proxy = {};                    // comma-separated hosts, domains and ranges that are asked directly
  std::string ca_file = {};                     // PEM bundle in place of the system's; empty: the system's
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds total_timeout{20'000};  // of a request with all its redirects
  std::size_t max_body = 10'000'000;                // bytes, after decompression
  int max_redirects = 5;
  bool only_public = false;  // refuse addresses inside from the start, not only behind a redirect
};

// HTTP/1.1 and 2 over libcurl, driven by the loop. Used only on the loop's thread.
// Every answer of the other side, 404 and 503 included, is a response; only no answer is a failure:
//   retry         no connection, a time-out, an answer cut short or garbled
//   skip          a body beyond max_body
//   ask_operator  an untrusted certificate, an address that is none, redirects that are too many or lead where they must not
// Redirects go only to http(s). From a public host they never reach an address inside (connectors/address_policy.hpp), whatever its
// name resolves to: it is the address connected to that counts. A source that is itself inside may be redirected there, unless
// the settings say only_public: then such a source is never asked.
// Behind a proxy, which resolves names itself, only IP addresses and localhost in the redirect's URL can be told apart.
// The environment's proxy variables do not count.
class HttpClient {
 public:
  // Told of each finished request: its source, and the status, or 0 when there was no answer. Not of cancelled ones.
  using Observer = std::function<void(const std::string& source, int status)>;
  // Whether an IP address is one of the internet; tests have no other than loopback ones.
  using AddressRule = bool (*)(std::string_view ip);

  // `curl` outlives the client. Throws when curl has no more memory.
  HttpClient(CurlLoop& curl, HttpSettings settings, Observer observer = {});
  HttpClient(CurlLoop& curl, HttpSettings settings, Observer observer, AddressRule is_public);
  // With a loop of curl's for itself.
  HttpClient(asio::any_io_executor loop, HttpSettings settings, Observer observer = {});
  ~HttpClient();  // stops what is under way: those coroutines go on with a failure
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Cancellable: asio's terminal cancellation ends the transfer at once, as an exception.
  // A body goes along with a redirect only to the same place (307, 308); after 301 to 303 the target is asked by GET.
  asio::awaitable<Result<HttpResponse>> send(HttpRequest request);

  // Answers ask from now on to be read on `readers` when they are long (connectors/read_apart.hpp). It outlives the client.
  void read_on(asio::thread_pool& readers);

  // As given; for those who open other connections by the same rules (connectors/web_socket.hpp).
  const HttpSettings& settings() const;

  // As send(), for an answer that goes on: a 2xx gives its head, and its body to read piece by piece, with neither a limit of
  // its whole length nor of its time. Any other answer is there whole. Until then total_timeout holds.
  asio::awaitable<Result<HttpOpened>> open(HttpRequest request);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace barometer
