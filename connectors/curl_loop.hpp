#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

typedef void CURL;  // as <curl/curl.h> says, so that only .cpp files include that

namespace barometer {

namespace asio = boost::asio;

// libcurl's transfers on an Asio loop: one a process, shared by all that speak HTTP or SMTP, so that they share connections and
// resolved names. Used only on the loop's thread, which never blocks here: not on a hanging server and not on a hanging resolver.
// Method: curl_multi_socket_action with socket and timer callbacks, https://curl.se/libcurl/c/libcurl-multi.html
class CurlLoop {
 public:
  explicit CurlLoop(asio::any_io_executor loop);
  ~CurlLoop();  // stops what is under way; the coroutines that wait for it go on by themselves
  CurlLoop(const CurlLoop&) = delete;
  CurlLoop& operator=(const CurlLoop&) = delete;

  // Performs the transfer that `easy` is set up for and gives its CURLcode; set CURLOPT_TIMEOUT_MS, or it may never end.
  // The caller owns `easy` and all that its options point to, and keeps them until the coroutine is done or destroyed.
  // Afterwards `easy` may be set up and performed again. Never completes inside a callback of curl's.
  // Cancellable: terminal cancellation ends the transfer (as an exception, the way Asio does it).
  // CURLOPT_NOSIGNAL and CURLOPT_QUICK_EXIT are set here; CURLOPT_PRIVATE is the caller's.
  asio::awaitable<int> perform(CURL* easy);

  // Ends that transfer: its perform() gives CURLE_ABORTED_BY_CALLBACK. Without effect when it is not under way.
  void stop(CURL* easy);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace barometer
