#pragma once

#include <chrono>
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
  friend class CurlTransfer;
  class Impl;
  std::shared_ptr<Impl> impl_;
};

// One transfer under way, for those who follow it while it goes on. Destroyed, it ends at once and tells nobody.
// `easy` and all that its options point to stay for as long. It may outlive the loop, which then has ended it.
class CurlTransfer {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Starts. What cannot be started is over with CURLE_ABORTED_BY_CALLBACK.
  CurlTransfer(CurlLoop& loop, CURL* easy);
  ~CurlTransfer();
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  bool over() const;
  int code() const;  // its CURLcode, once it is over
  void stop();       // it is over, with CURLE_ABORTED_BY_CALLBACK
  // Goes on with one that a callback of its own has paused. Callbacks may run inside this call.
  void resume();

  // Lets woken() return; for callbacks of curl's, inside which nothing goes on.
  void wake();
  // Waits until wake() was called since the last time, the transfer is over, or `until` has come. Cancellable, as an exception.
  asio::awaitable<void> woken(TimePoint until);

 private:
  friend class CurlLoop;
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace barometer
