#include "connectors/scheduler.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace barometer {

HostTurns::Moment HostTurns::take(const std::string& host, Moment now) {
  Moment& free_from = free_from_.try_emplace(host, now).first->second;
  const Moment turn = std::max(free_from, now);
  free_from = turn + pace_.between;
  return turn;
}

Scheduler::Scheduler(asio::any_io_executor loop, HostPace host_pace) : loop_(std::move(loop)), turns_(host_pace) {}

asio::awaitable<void> Scheduler::turn(std::string host, std::chrono::milliseconds wait) {
  asio::steady_timer timer(loop_, wait);
  co_await timer.async_wait(asio::use_awaitable);
  timer.expires_at(turns_.take(host, HostTurns::Moment::clock::now()));
  co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace barometer
