#include "connectors/scheduler.hpp"

#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace barometer {

HostTurns::Moment HostTurns::take(const std::string& host, Moment now) {
  Moment& full_at = full_at_.try_emplace(host, now).first->second;
  const Moment turn = std::max(full_at - (std::max(pace_.burst, 1) - 1) * pace_.between, now);
  full_at = std::max(full_at, now) + pace_.between;
  return turn;
}

Scheduler::Scheduler(asio::any_io_executor loop, HostPace host_pace, std::size_t most_at_once)
    : loop_(std::move(loop)), turns_(host_pace), free_(std::max<std::size_t>(most_at_once, 1)) {}

asio::awaitable<Scheduler::Turn> Scheduler::turn(std::string host, std::chrono::milliseconds wait) {
  asio::steady_timer timer(loop_, wait);
  co_await timer.async_wait(asio::use_awaitable);
  timer.expires_at(turns_.take(host, HostTurns::Moment::clock::now()));
  co_await timer.async_wait(asio::use_awaitable);
  co_return co_await place();
}

// A place that is given back goes straight to who has waited longest, so that nobody is overtaken.
asio::awaitable<Scheduler::Turn> Scheduler::place() {
  if (free_ > 0) {
    --free_;
    co_return Turn(this);
  }
  const auto mine = waiting_.emplace(waiting_.end(), loop_, asio::steady_timer::time_point::max());
  struct Leave {
    std::list<asio::steady_timer>& waiting;
    std::list<asio::steady_timer>::iterator mine;
    ~Leave() { waiting.erase(mine); }
  } const leave{waiting_, mine};
  co_await mine->async_wait(asio::as_tuple(asio::use_awaitable));
  const bool given = mine->expiry() != asio::steady_timer::time_point::max();
  const auto state = co_await asio::this_coro::cancellation_state;
  if (given && state.cancelled() == asio::cancellation_type::none) co_return Turn(this);
  if (given) give_back();  // came too late
  throw boost::system::system_error(asio::error::operation_aborted);
}

void Scheduler::give_back() {
  for (auto& timer : waiting_) {
    if (timer.expiry() != asio::steady_timer::time_point::max()) continue;  // has its place already, and is on its way
    timer.expires_at(asio::steady_timer::time_point::min());
    return;
  }
  ++free_;
}

}  // namespace barometer
