#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "connectors/pace.hpp"
#include "connectors/source.hpp"

namespace barometer {

// Lets each host be asked only so often, whatever number of sources it serves. Used only on the loop's thread.
class Scheduler {
 public:
  Scheduler(asio::any_io_executor loop, HostPace host_pace);

  // Waits out `wait`, then for the host's turn. Cancellable.
  asio::awaitable<void> turn(const std::string& host, std::chrono::milliseconds wait);

 private:
  asio::any_io_executor loop_;
  HostPace host_pace_;
  std::map<std::string, std::chrono::steady_clock::time_point> next_turn_;
};

}  // namespace barometer
