#include "connectors/scheduler.hpp"

#include <algorithm>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace barometer {

HostTurns::Moment HostTurns::take(const std::string& host, Moment now) {
  Moment& full_at = full_at_.try_emplace(host, now).first->second;
  const Moment turn = std::max(full_at - (std::max(pace_.burst, 1) - 1) * pace_.between, now);
  full_at = std::max(full_at, now) + pace_.between;
  return turn;
}

Scheduler::Scheduler(asio::any_io_executor loop, HostPace host_pace, std::size_t most_at_once)
    : loop_(std::move(loop)), turns_(host_pace), places_(std::max<std::size_t>(most_at_once, 1)) {}

asio::awaitable<Scheduler::Turn> Scheduler::turn(std::string host, std::chrono::milliseconds wait) {
  asio::steady_timer timer(loop_, wait);
  co_await timer.async_wait(asio::use_awaitable);
  timer.expires_at(turns_.take(host, HostTurns::Moment::clock::now()));
  co_await timer.async_wait(asio::use_awaitable);
  co_return co_await places_.take();
}

}  // namespace barometer
