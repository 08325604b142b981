#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/awaitable.hpp>

#include "connectors/curl_loop.hpp"
#include "connectors/http_hop.hpp"
#include "connectors/http_message.hpp"
#include "connectors/result.hpp"

namespace barometer {

namespace asio = boost::asio;

// The body of an answer that goes on, taken piece by piece; HttpClient::open gives it. Used only on the loop's thread.
// What has come and was not read yet is bounded: when it is full, curl is paused and the other side feels that we are slow.
// Destroying it ends the transfer at once; not while a read() of it is awaited, other than by destroying that coroutine first.
// Once its client is gone, reading gives a failure.
class HttpStream {
 public:
  // Bytes, after decompression; one piece of curl's may come on top.
  static constexpr std::size_t most_unread = 256 * 1024;

  // The next bytes, as soon as there are any, cut anywhere. Empty: the other side has ended the body in good order; each further
  // read() says so again. Failures are retry: the connection broke, or nothing came for `idle_timeout`, which ends the
  // transfer. Cancellable, as an exception; then it can be read on.
  asio::awaitable<Result<std::string>> read(std::chrono::milliseconds idle_timeout);

  // Waits until read() has something to give, its end and its failure included, but no longer than that; false: nothing yet.
  // Ends nothing. Cancellable, as an exception.
  asio::awaitable<bool> ready(std::chrono::milliseconds at_most);
  // Time since the last bytes came, or the head.
  std::chrono::milliseconds silent_for() const;

  // The rest is HttpClient's. `settings` stay as long as the stream; keep() is for that.
  HttpStream(const HttpSettings& settings, const HttpHop::Rules& rules);
  ~HttpStream();
  HttpStream(const HttpStream&) = delete;
  HttpStream& operator=(const HttpStream&) = delete;

  void keep(std::shared_ptr<const void> what) { kept_ = std::move(what); }
  HttpHop& hop() { return hop_; }
  // Starts; gives the CURLcode once the answer is there: the head of a 2xx, or all of any other. Once.
  asio::awaitable<int> head(CurlLoop& curl, std::chrono::milliseconds time_left, std::string host);
  bool begun() const { return begun_; }  // a 2xx, whose body is read here

 private:
  using Clock = std::chrono::steady_clock;

  void begin();
  bool take(std::string_view bytes);
  bool has_news() const { return !unread_.empty() || broken_ || transfer_->over(); }

  std::shared_ptr<const void> kept_;
  std::string host_;
  std::string unread_;
  bool begun_ = false;
  bool paused_ = false;
  Clock::time_point heard_at_ = {};
  std::optional<Failure> broken_;
  HttpHop hop_;
  std::optional<CurlTransfer> transfer_;  // ends before what its callbacks write to
};

// What HttpClient::open gives: the head, and the body's stream; or, when the status is not 2xx, the whole answer and no stream.
struct HttpOpened {
  HttpResponse response = {};
  std::unique_ptr<HttpStream> stream = {};
};

}  // namespace barometer
