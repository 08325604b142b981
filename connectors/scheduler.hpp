#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "connectors/pace.hpp"
#include "connectors/places.hpp"
#include "connectors/source.hpp"

namespace barometer {

// When each host may be asked next, whatever number of sources it serves: first come, first served. Pure.
// Method: the generic cell rate algorithm (ITU-T I.371), which is a token bucket that needs one moment a host.
class HostTurns {
 public:
  using Moment = std::chrono::steady_clock::time_point;
  explicit HostTurns(HostPace pace) : pace_(pace) {}

  // The moment of the next turn at that host, from `now` on; it is taken by asking.
  Moment take(const std::string& host, Moment now);

 private:
  HostPace pace_;
  std::map<std::string, Moment> full_at_;  // when the bucket is full again
};

// Lets each host be asked only so often, and only so many requests be under way at once. Used only on the loop's thread.
class Scheduler {
 public:
  Scheduler(asio::any_io_executor loop, HostPace host_pace, std::size_t most_at_once = 100);

  // A place among the requests under way; free again when it goes. The scheduler outlives it.
  using Turn = Places::Place;

  // Waits out `wait`, then for a place, then for the host's turn: a source that waits long holds up no other. Cancellable.
  asio::awaitable<Turn> turn(std::string host, std::chrono::milliseconds wait);

 private:
  asio::any_io_executor loop_;
  HostTurns turns_;
  Places places_;
};

}  // namespace barometer
