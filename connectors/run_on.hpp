#pragma once

#include <exception>
#include <type_traits>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace barometer {

namespace asio = boost::asio;

// Runs work() on the pool and comes back to the caller's thread with its result (which must be default-constructible).
// Work that has begun is finished: a cancellation is noticed at the caller's next co_await. What work() throws is
// thrown here. Build `work` on its own line and move it in: g++ 12 destroys temporaries inside co_await twice.
//
// Not co_spawn on the pool: in Boost 1.81 a cancellation that arrives meanwhile is thrown on the pool's thread, past
// whoever waits, and ends the program.
template <class Work, class Out = std::invoke_result_t<Work&>>
asio::awaitable<Out> run_on(asio::thread_pool& pool, Work work) {
  auto start = [&pool](auto caller, Work job) {
    auto home = asio::make_work_guard(asio::get_associated_executor(caller));
    auto on_pool = [caller = std::move(caller), job = std::move(job), home = std::move(home)]() mutable {
      std::exception_ptr error;
      Out out{};
      try {
        out = job();
      } catch (...) {
        error = std::current_exception();
      }
      auto back = [caller = std::move(caller), error, out = std::move(out)]() mutable {
        std::move(caller)(error, std::move(out));
      };
      asio::post(home.get_executor(), std::move(back));
    };
    asio::post(pool, std::move(on_pool));
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr, Out)>(
      std::move(start), asio::use_awaitable, std::move(work));
}

}  // namespace barometer
