#pragma once

#include <functional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "daemon/config.hpp"
#include "daemon/watch.hpp"
#include "storage/store.hpp"

namespace barometer {

namespace asio = boost::asio;

// What the settings say about how long things stay.
Retention retention_of(const Config& config);

// Takes away what is over, in passes over everything that is kept: one when it starts, then one every `retention.every`.
// Each in slices so small that neither readers nor the writer wait for them. On the loop's thread; the store is asked on `pool`.
class Expiry {
 public:
  struct Events {
    std::function<void(const TakenAway&)> passed = {};  // a pass is over; its sums
    std::function<void(const Failure&)> failed = {};    // a pass that broke off; the next begins from the start
    // What else is over at the end of a pass: the record of who read what, until then. On the pool.
    std::function<Result<void>(UtcTime until)> record_over = {};
  };

  Expiry(asio::any_io_executor loop, asio::thread_pool& pool, Store& store, std::function<UtcTime()> now,
         Events events);

  // In force from the next slice on.
  void configure(const Config& config);
  asio::awaitable<void> run();

 private:
  asio::awaitable<void> pass();

  asio::any_io_executor loop_;
  asio::thread_pool& pool_;
  Store& store_;
  std::function<UtcTime()> now_;
  Events events_;
  Retention retention_;
  std::chrono::milliseconds every_{0};
};

}  // namespace barometer
