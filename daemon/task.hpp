#pragma once

#include <exception>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace barometer {

namespace asio = boost::asio;

// A coroutine that somebody waits for at the end. Started when made; outlives its coroutine's end. On the loop's thread.
// An exception other than that of a cancellation is our own mistake: it leaves through the loop's run().
class Task {
 public:
  Task(const asio::any_io_executor& loop, asio::awaitable<void> work)
      : over_(loop, asio::steady_timer::time_point::max()) {
    auto ended = [this](const std::exception_ptr& error) {
      running_ = false;
      over_.cancel();
      if (error) rethrow_mistake(error);
    };
    asio::co_spawn(loop, std::move(work), asio::bind_cancellation_slot(signal_.slot(), std::move(ended)));
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  // Not from inside the task itself.
  void cancel() { signal_.emit(asio::cancellation_type::terminal); }

  asio::awaitable<void> ended() {
    if (running_) co_await over_.async_wait(asio::as_tuple(asio::use_awaitable));
  }

 private:
  static void rethrow_mistake(const std::exception_ptr& error) {
    try {
      std::rethrow_exception(error);
    } catch (const boost::system::system_error& stopped) {
      if (stopped.code() != asio::error::operation_aborted) throw;
    }
  }

  asio::steady_timer over_;
  asio::cancellation_signal signal_;
  bool running_ = true;
};

}  // namespace barometer
