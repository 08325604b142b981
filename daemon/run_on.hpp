#pragma once

#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace barometer {

namespace asio = boost::asio;

// Runs work() on the pool and comes back to the caller's thread with its result (which must be default-constructible).
// Build `work` on its own line and move it in: g++ 12 destroys temporaries inside co_await twice.
template <class Work, class Out = std::invoke_result_t<Work&>>
asio::awaitable<Out> run_on(asio::thread_pool& pool, Work work) {
  auto task = [work = std::move(work)]() mutable -> asio::awaitable<Out> { co_return work(); };
  co_return co_await asio::co_spawn(pool, std::move(task), asio::use_awaitable);
}

}  // namespace barometer
