#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/wire.hpp"

namespace barometer {

namespace asio = boost::asio;

// Those who wait to hear that something is new: server-sent events (WHATWG HTML, 9.2), one connection each. An event says that there is
// something, never what: who hears it asks for the page again, by the rights they have. What comes while one is being told is told as one,
// so a listener that reads slowly holds up nobody and costs nothing. On the loop's thread.
class EventStreams {
 public:
  struct Limits {
    std::size_t listeners = 64;                   // at once
    std::chrono::milliseconds pace{2'000};        // between two events of one listener
    std::chrono::milliseconds heartbeat{15'000};  // of silence: then it is seen whether they are there, and still may
    std::chrono::milliseconds write{10'000};      // for one event to be taken
  };
  static constexpr std::string_view type = "text/event-stream";

  explicit EventStreams(asio::any_io_executor loop) : EventStreams(std::move(loop), Limits{}) {}
  EventStreams(asio::any_io_executor loop, Limits limits) : loop_(std::move(loop)), limits_(limits) {}

  bool full() const { return listeners_.size() >= limits_.listeners; }
  void tell();   // that something is new
  void close();  // every stream ends, and none begins

  // Sends the header and then what is told, until the other side left, `still_may` says no, or close().
  using StillMay = std::function<asio::awaitable<bool>()>;
  asio::awaitable<void> stream(Wire& wire, std::string header, StillMay still_may);

 private:
  asio::awaitable<bool> send(Wire& wire, std::string_view text);

  asio::any_io_executor loop_;
  Limits limits_;
  std::uint64_t told_ = 0;
  bool closed_ = false;
  struct Listener {
    explicit Listener(const asio::any_io_executor& loop) : timer(loop) {}
    asio::steady_timer timer;
    bool waits = false;  // for news; else it is being told, or pauses, and looks by itself
  };
  std::list<Listener> listeners_;
};

}  // namespace barometer
