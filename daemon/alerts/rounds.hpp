#pragma once

#include <functional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "daemon/config.hpp"
#include "storage/store.hpp"

namespace barometer {

namespace asio = boost::asio;

// Looks once a minute whether something is to be told because time went by (due_alerts.hpp), and raises it. On the loop's thread; the
// store is asked and written on `writer`.
class Rounds {
 public:
  struct Events {
    std::function<void(std::size_t)> raised = {};
    std::function<void(const Failure&)> failed = {};  // told once, until it is well again
  };

  Rounds(asio::any_io_executor loop, asio::thread_pool& writer, Store& store, std::function<UtcTime()> now,
         Events events);

  // In force from the next round on.
  void configure(Config config);
  // Until cancelled.
  asio::awaitable<void> run();

 private:
  asio::awaitable<void> round();

  asio::any_io_executor loop_;
  asio::thread_pool& writer_;
  Store& store_;
  std::function<UtcTime()> now_;
  Events events_;
  Config config_ = {};
  bool failing_ = false;
};

}  // namespace barometer
