#pragma once

#include <chrono>
#include <map>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "connectors/pace.hpp"
#include "connectors/source.hpp"

namespace barometer {

// When each host may be asked next, whatever number of sources it serves: first come, first served. Pure.
class HostTurns {
 public:
  using Moment = std::chrono::steady_clock::time_point;
  explicit HostTurns(HostPace pace) : pace_(pace) {}

  // The moment of the next turn at that host, from `now` on; it is taken by asking.
  Moment take(const std::string& host, Moment now);

 private:
  HostPace pace_;
  std::map<std::string, Moment> free_from_;
};

// Lets each host be asked only so often. Used only on the loop's thread.
class Scheduler {
 public:
  Scheduler(asio::any_io_executor loop, HostPace host_pace);

  // Waits out `wait`, then for the host's turn: a source that waits long holds up no other. Cancellable.
  asio::awaitable<void> turn(std::string host, std::chrono::milliseconds wait);

 private:
  asio::any_io_executor loop_;
  HostTurns turns_;
};

}  // namespace barometer
